"""Every error Journeyman raises on purpose, by who must act.

    JourneymanError
    ├── UserError      the caller: something asked for is wrong; the text says what to do    exit 2
    │   └── UnsafeTreeError    an untrusted tree holds what must not be read
    ├── DeniedError    a person with authority: policy forbids this action                   exit 21
    ├── SpentError     a person with a purse: the next call could cross a ceiling; the search ends on it       exit 23
    └── AdapterError   nobody yet: the world failed; `retryable` says whether to try again   exit 70

A failing test and a rejected candidate are values, not errors. So is a spent budget for whoever gave the order:
`SpentError` goes no further than from the meter to the search, through whatever strategy was about to ask.
"""


class JourneymanError(Exception):
    """The root; catch it only at the edge of the process."""


class UserError(JourneymanError):
    """What was asked cannot be done as asked; `remedy` says what would work."""

    def __init__(self, problem: str, *, remedy: str = "") -> None:
        super().__init__(f"{problem}\n{remedy}" if remedy else problem)
        self.problem = problem
        self.remedy = remedy


class UnsafeTreeError(UserError):
    """An untrusted tree holds entries that must not be read; `reasons` are `rule:path`, sorted."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        super().__init__("the workspace holds what must not be read: " + ", ".join(reasons))
        self.reasons = reasons


class DeniedError(JourneymanError):
    """Policy ruled an action out, or a person did."""


class SpentError(JourneymanError):
    """A model was not asked, because a ceiling of the run stands before the answer."""

    def __init__(self, reason: str, *, cause: str = "budget") -> None:
        super().__init__(reason)
        self.reason = reason
        self.cause = cause
        """As in `outcome.Cause`."""


class AdapterError(JourneymanError):
    """Something outside (model, sandbox, network, disk) failed."""

    def __init__(self, problem: str, *, retryable: bool = False) -> None:
        super().__init__(problem)
        self.retryable = retryable
