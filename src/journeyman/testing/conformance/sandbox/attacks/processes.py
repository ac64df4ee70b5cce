"""Attacks by processes on processes: on the host's, on the supervisor, on whoever waits."""

from journeyman.testing.conformance.sandbox.attacks.attack import Attack

PROCESSES = (
    Attack(
        name="signals_to_the_host",
        area="processes",
        title="no process of the host can be signalled",
        source="""
            attempt("stop", lambda: os.kill(host["victim"], signal.SIGSTOP))
            attempt("kill", lambda: os.kill(host["victim"], signal.SIGKILL))
        """,
    ),
    Attack(
        name="signals_to_the_supervisor",
        area="processes",
        title="whoever started the command cannot be signalled",
        source="attempt('runner', lambda: os.kill(host['runner'], 0))",
    ),
    Attack(
        name="priorities",
        area="processes",
        title="no process of the host can be slowed down, and none inside sped up",
        source="""
            attempt("slower", lambda: os.setpriority(os.PRIO_PROCESS, host["victim"], 1))
            attempt("faster", lambda: os.setpriority(os.PRIO_PROCESS, 0, -10))
            attempt("real time", lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)))
        """,
    ),
    Attack(
        name="limits_of_a_process",
        area="processes",
        title="limits cannot be raised, nor those of the host's processes changed",
        source="""
            import resource
            attempt("theirs", lambda: resource.prlimit(host["victim"], resource.RLIMIT_CORE, (0, 0)))
            attempt("own", lambda: resource.getrlimit(resource.RLIMIT_CORE)[1] != 0)
        """,
    ),
    Attack(
        name="open_files_limit",
        area="resources",
        title="one process cannot hold more open files than it may",
        source="""
            import resource
            soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
            attempt("raised", lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 20000),) * 2))
            held = []
            try:
                while len(held) < 9000: held.append(os.open("/dev/null", os.O_RDONLY))
            except OSError: pass
            got = ["files"] if len(held) > 4096 else []
        """,
        needs="a limit of more than 4096 open files",
    ),
)
