"""Typed exit codes: a script can tell what happened without reading a word."""

from enum import IntEnum

from journeyman.domain.outcome import Abandoned, Accepted, Cause, Delivered, Escalated, Outcome


class ExitCode(IntEnum):
    """How a command ended."""

    DELIVERED = 0
    """Done: delivered, or accepted when delivery was not asked for."""
    USAGE = 2
    """What was asked cannot be done as asked; nothing was changed."""
    ABANDONED = 20
    """Every attempt was used and none was accepted."""
    ESCALATED = 21
    """A person must decide."""
    COMPROMISED = 22
    """A candidate tried to fool the harness, or a log does not verify."""
    BUDGET = 23
    """A ceiling of tokens, cost or time was reached."""
    INTERNAL = 70
    """The world failed: model, sandbox, disk."""
    INTERRUPTED = 130
    """Ctrl-C; the log is kept."""


def exit_code(outcome: Outcome) -> ExitCode:
    """Return the exit code of an outcome."""
    match outcome:
        case Delivered() | Accepted():
            return ExitCode.DELIVERED
        case Escalated(cause=Cause.COMPROMISED):
            return ExitCode.COMPROMISED
        case Escalated():
            return ExitCode.ESCALATED
        case Abandoned(cause=Cause.BUDGET):
            return ExitCode.BUDGET
        case Abandoned():
            return ExitCode.ABANDONED
