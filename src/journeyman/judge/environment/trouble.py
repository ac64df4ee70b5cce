"""Saying why an environment could not be built: it is the environment's fault, and somebody can mend it."""

from journeyman.domain.command import CommandResult, Ending, NetworkRequest
from journeyman.domain.errors import AdapterError, JourneymanError, UserError
from journeyman.judge.environment.recipe import Recipe

_TAIL_CHARACTERS = 2000
_NEVER = 'To test with an environment of your own, name it as `python` under [judge], or set build = "never".'


def why_it_failed(recipe: Recipe, result: CommandResult) -> JourneymanError:
    """Return the error for a build that did not end well."""
    how = f"ended with status {result.exit_status}" if result.ending is Ending.EXITED else f"{result.ending}"
    tail = result.output.decode("utf-8", "replace").strip()[-_TAIL_CHARACTERS:]
    problem = f"the environment of the base commit could not be built from {recipe.source}: {recipe.tool} {how}\n{tail}"
    if unreachable(result.requests):
        said = "; ".join(dict.fromkeys(f"{request.host}: {request.reason}" for request in result.requests))
        return AdapterError(f"{problem}\nthe package index is not reached ({said[:500]})", retryable=True)
    return UserError(problem, remedy=_remedy(result))


def unreachable(requests: tuple[NetworkRequest, ...]) -> bool:
    """Return whether a host that was on the list could not be reached, and none was."""
    lost = [
        request for request in requests if "cannot be looked up" in request.reason or "not answer" in request.reason
    ]
    return bool(lost) and not any(request.allowed for request in requests)


def _remedy(result: CommandResult) -> str:
    refused = [request for request in result.requests if not request.allowed]
    listed = sorted({request.host for request in refused if "not on the list" in request.reason and request.host})
    private = sorted({request.host for request in refused if "may not be reached" in request.reason})
    if listed:
        return f"If the packages come from there, add it: hosts = {_toml(listed)} under [environment]. {_NEVER}"
    if private:
        return (
            f"If the index is in your own network, say so: private_hosts = {_toml(private)} under [sandbox]. {_NEVER}"
        )
    if result.ending is Ending.TIMED_OUT:
        return f"Raise wall_time_s under [environment]. {_NEVER}"
    if result.ending is Ending.OUT_OF_MEMORY:
        return f"Raise memory_mb under [environment]. {_NEVER}"
    output = result.output
    if b"No matching distribution" in output or b"only-binary" in output or b"no-build" in output:
        return (
            "A package may have no wheel for this machine: set scripts = true under [environment] to let it build "
            f"itself, in the sandbox. {_NEVER}"
        )
    return _NEVER


def _toml(names: list[str]) -> str:
    return "[" + ", ".join(f'"{name}"' for name in names) + "]"
