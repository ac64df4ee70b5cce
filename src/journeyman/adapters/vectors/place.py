"""Where a store may be: a repository names its kind, only a person names a place beyond this machine's cache.

Whoever can write a repository's `journeyman.toml` could otherwise have a key, or files, put anywhere.
"""

from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from journeyman.domain.address import is_this_machine
from journeyman.domain.errors import UserError
from journeyman.settings import VECTORS_ENV, Settings


def folder_of(rest: str, settings: Settings, *, kind: str) -> Path:
    """Return the folder of an embedded store; empty means one in the cache directory.

    Raises:
        UserError: a repository asks for a folder elsewhere.
    """
    cache = (settings.cache_dir / "vectors").resolve()
    folder = (cache / (rest or kind)).resolve()
    if not (folder.is_relative_to(cache) or _person_says_so(settings)):
        raise _refused(f"`{kind}:{rest}` lies outside of the cache directory", settings)
    return folder


def address_of(rest: str, settings: Settings, *, scheme: str, port: int) -> SplitResult:
    """Return the parts of `//host:port`; a host that is not this machine has to be named by a person.

    Raises:
        UserError: it is no address, or a repository names a host elsewhere.
    """
    try:
        parts = urlsplit(f"http:{rest}" if rest.startswith("//") else f"http://{rest}")
        host, given = parts.hostname, parts.port or port
    except ValueError:
        host, given = None, port
    if not host:
        raise UserError(f"`{scheme}:{rest}` is no address", remedy=f"Write {scheme}://127.0.0.1:{port}.")
    require_trusted(host, settings)
    return parts._replace(netloc=f"[{host}]:{given}" if ":" in host else f"{host}:{given}")


def require_trusted(host: str, settings: Settings) -> None:
    """Refuse a host that is neither this machine nor named by the person who runs it.

    Raises:
        UserError: it is somewhere else, and only a repository says so.
    """
    if not (is_here(host) or _person_says_so(settings)):
        raise _refused(f"the vector store is to be at {host}", settings)


def is_here(host: str) -> bool:
    """Return whether a host is this machine: a loopback address, a socket's folder, or none at all."""
    return not host or host.startswith("/") or is_this_machine(host)


def _person_says_so(settings: Settings) -> bool:
    return settings.environment.get(VECTORS_ENV, "") == settings.index.vectors


def _refused(problem: str, settings: Settings) -> UserError:
    return UserError(
        f"{problem}, and only the repository says so",
        remedy=f"If that is what you want, say it yourself: {VECTORS_ENV}={settings.index.vectors}",
    )
