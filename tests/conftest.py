"""Settings of the whole suite."""

import signal

from hypothesis import settings

# A busy machine is not a failing test: nothing here asserts on time.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")

# A suite started in the background, or by nohup, inherits "ignore", and so would the programs whose signals it tests.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
