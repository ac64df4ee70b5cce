"""Settings of the whole suite."""

from hypothesis import settings

# A busy machine is not a failing test: nothing here asserts on time.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")
