"""A service: a server that is spoken to on a person's behalf, and where that person keeps its token."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from journeyman.domain.errors import UserError


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Where a service is, and where its token is kept; never the token itself."""

    name: str
    """As in a locator: `github`."""
    title: str
    """As people call it: `GitHub`."""
    url: str = ""
    """Of its interface, without a slash at the end; empty means that the person has to say."""
    url_env: tuple[str, ...] = ()
    """Environment variables that say where it is, the first that is set wins."""
    token_env: tuple[str, ...] = ()
    """Environment variables that may hold the token."""
    token_command: tuple[str, ...] = ()
    """A command that prints the token, as a list of words; asked when no variable holds one."""
    user: str = ""
    """Whose token it is, where the service asks for both (Jira Cloud: the e-mail address)."""
    user_env: tuple[str, ...] = ()
    git_url: str = ""
    """Of its repositories, without a slash at the end; empty means the host of `url`."""
    git_url_env: tuple[str, ...] = ()
    app_id: str = ""
    """Of a GitHub App whose installation token is minted for each delivery, instead of a kept token."""
    app_key_file: str = ""
    """The app's private key, PEM."""


SERVICES = {
    service.name: service
    for service in (
        Service(
            name="github",
            title="GitHub",
            url="https://api.github.com",
            url_env=("GITHUB_API_URL",),
            token_env=("GH_TOKEN", "GITHUB_TOKEN"),
            git_url_env=("GITHUB_SERVER_URL",),
        ),
        Service(
            name="gitlab",
            title="GitLab",
            url="https://gitlab.com/api/v4",
            url_env=("GITLAB_API_URL", "CI_API_V4_URL"),
            token_env=("GITLAB_TOKEN",),
            git_url_env=("CI_SERVER_URL",),
        ),
        Service(
            name="gitea",
            title="Gitea",
            url_env=("GITEA_API_URL", "FORGEJO_API_URL"),
            token_env=("GITEA_TOKEN", "FORGEJO_TOKEN"),
        ),
        Service(name="jira", title="Jira", url_env=("JIRA_URL",), token_env=("JIRA_TOKEN",), user_env=("JIRA_USER",)),
    )
}
"""Every service there is, as it is before a person says otherwise."""
_KEYS = ("url", "token_env", "token_command", "user", "git_url", "app_id", "app_key_file")


def services_from(document: Mapping[str, object], environment: Mapping[str, str]) -> dict[str, Service]:
    """Return every service: what a person's own file says, then the environment, then what is usual.

    Args:
        document: service name → `url`, `token_env`, `token_command`, `user`, `git_url`, `app_id`, `app_key_file`.
        environment: of this process.

    Raises:
        UserError: an unknown service or key, or a value of the wrong type.
    """
    if unknown := sorted(set(document) - set(SERVICES)):
        raise UserError(f"unknown service [{unknown[0]}]", remedy=f"Known: {', '.join(SERVICES)}.")
    return {name: _service(usual, document.get(name, {}), environment) for name, usual in SERVICES.items()}


def _service(usual: Service, said: object, environment: Mapping[str, str]) -> Service:
    if not isinstance(said, dict):
        raise UserError(f"`{usual.name}` must be a section", remedy=f"Write [{usual.name}] on a line of its own.")
    if unknown := sorted(set(said) - set(_KEYS)):
        raise UserError(f"service [{usual.name}] has no `{unknown[0]}`", remedy=f"Known: {', '.join(_KEYS)}.")
    url, user = _text(said, "url", usual.name), _text(said, "user", usual.name)
    variable, command = _text(said, "token_env", usual.name), said.get("token_command", [])
    if not isinstance(command, list) or not all(isinstance(word, str) for word in command):
        # A string would need a shell, and a shell would need quoting.
        raise UserError(f"[{usual.name}] token_command must be a list of words", remedy='["gh", "auth", "token"]')
    return replace(
        usual,
        url=(url or _first(usual.url_env, environment) or usual.url).rstrip("/"),
        user=user or _first(usual.user_env, environment),
        token_env=(variable,) if variable else usual.token_env,
        token_command=tuple(command),
        git_url=(_text(said, "git_url", usual.name) or _first(usual.git_url_env, environment)).rstrip("/"),
        app_id=_text(said, "app_id", usual.name),
        app_key_file=_text(said, "app_key_file", usual.name),
    )


def _text(said: Mapping[str, object], key: str, service: str) -> str:
    value = said.get(key, "")
    if not isinstance(value, str):
        raise UserError(f"[{service}] {key} must be text", remedy=f"It is {type(value).__name__} now.")
    return value.strip()


def _first(names: tuple[str, ...], environment: Mapping[str, str]) -> str:
    return next((environment[name] for name in names if environment.get(name)), "")
