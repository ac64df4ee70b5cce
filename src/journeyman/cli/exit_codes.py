"""Typed exit codes: a script can tell what happened without reading a word."""

from enum import IntEnum

from journeyman.domain.command import CommandResult, Ending
from journeyman.domain.outcome import Abandoned, Accepted, Cause, Delivered, Escalated, Outcome, Planned
from journeyman.domain.verification import Verdict


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
    UNCONTAINED = 24
    """`sandbox check`: something that must be contained is not."""
    CI_FAILED = 25
    """`ci status`: a job failed on what was delivered."""
    CI_UNFINISHED = 26
    """`ci status`: jobs run, or none has been heard of yet."""
    INTERNAL = 70
    """The world failed: model, sandbox, disk."""
    OUTPUT_TRUNCATED = 120
    """`sandbox run`: output passed its limit."""
    OUT_OF_MEMORY = 121
    """`sandbox run`: all processes together passed the memory limit."""
    TOO_MANY_PROCESSES = 122
    """`sandbox run`: processes and threads passed their limit."""
    DISK_FULL = 123
    """`sandbox run`: what was written passed its limit."""
    TIMED_OUT = 124
    """`sandbox run`: wall clock or CPU time was used up."""
    INTERRUPTED = 130
    """Ctrl-C; the log is kept."""
    KILLED = 137
    """`sandbox run`: somebody outside killed the sandbox."""


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
        case Planned():
            return ExitCode.DELIVERED
        case Abandoned():
            return ExitCode.ABANDONED


def ending_code(result: CommandResult) -> int:
    """Return the exit code of `sandbox run`: the command's own when it exited."""
    if result.ending is Ending.EXITED:
        return result.exit_status
    return ExitCode[result.ending.name]


def verdict_code(verdict: Verdict) -> ExitCode:
    """Return the exit code of a verdict on two commits."""
    return {
        Verdict.ACCEPTED: ExitCode.DELIVERED,
        Verdict.REJECTED: ExitCode.ABANDONED,
        Verdict.ESCALATED: ExitCode.ESCALATED,
        Verdict.COMPROMISED: ExitCode.COMPROMISED,
    }[verdict]
