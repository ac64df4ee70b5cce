"""The machine's own configuration of package indexes, read as data: many teams have a mirror of their own."""

import configparser
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from journeyman.domain.command import Mount
from journeyman.judge.environment.recipe import Indexes
from journeyman.settings import EnvironmentSettings

_SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
"""Below a directory that every sandbox shows; the company's own authority is in it where there is one."""


def machine_indexes(environment: Mapping[str, str], settings: EnvironmentSettings) -> Indexes:
    """Return where packages come from on this machine; the settings win over its configuration.

    Args:
        environment: the process environment, for pip's and npm's own variables and the home directory.
        settings: `[environment]`.
    """
    pip = dict(_pip(environment))
    npm = dict(_npm(environment))
    default = Indexes()
    found = Indexes(
        python=settings.index_url or pip.get("index-url", default.python),
        python_extra=() if settings.index_url else tuple(pip.get("extra-index-url", "").split()),
        python_links=tuple(pip.get("find-links", "").split()),
        npm=settings.npm_registry or npm.get("registry", default.npm),
        hosts=settings.hosts,
        certificates=str(_SYSTEM_CERTIFICATES) if _SYSTEM_CERTIFICATES.is_file() else "",
    )
    places = (found.python, *found.python_extra, *found.python_links)
    return replace(found, mounts=tuple(dict.fromkeys(mount for place in places for mount in _shown(place))))


def _pip(environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield pip's settings, the ones that win last."""
    home = Path(environment.get("HOME") or Path.home())
    user = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
    system = [Path(place) / "pip/pip.conf" for place in environment.get("XDG_CONFIG_DIRS", "/etc/xdg").split(":")]
    files = [*reversed(system), Path("/etc/pip.conf"), home / ".pip/pip.conf", user / "pip/pip.conf"]
    chosen = environment.get("PIP_CONFIG_FILE")
    for path in (*files, Path(chosen)) if chosen else files:
        yield from _ini(path)
    for name in ("index-url", "extra-index-url", "find-links"):
        value = environment.get("PIP_" + name.upper().replace("-", "_"))
        if value:
            yield name, value


def _ini(path: Path) -> Iterator[tuple[str, str]]:
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(path.read_text("utf-8", "replace"))
    except (OSError, configparser.Error):
        return
    for section in ("global", "install"):
        if parser.has_section(section):
            yield from ((name.replace("_", "-"), value) for name, value in parser.items(section))


def _npm(environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    home = Path(environment.get("HOME") or Path.home())
    for path in (Path("/etc/npmrc"), Path(environment.get("NPM_CONFIG_USERCONFIG") or home / ".npmrc")):
        try:
            lines = path.read_text("utf-8", "replace").splitlines()
        except OSError:
            continue
        for line in lines:
            name, equals, value = line.partition("=")
            # Scoped registries and tokens are left where they are.
            if equals and name.strip() == "registry":
                yield "registry", value.strip().strip("\"'")
    for name in ("npm_config_registry", "NPM_CONFIG_REGISTRY"):
        if environment.get(name):
            yield "registry", environment[name]


def _shown(place: str) -> Iterator[Mount]:
    """Yield the directory behind an index that is one; with what its pages link to, beside `simple`."""
    parts = urlsplit(place)
    if parts.scheme not in {"", "file"}:
        return
    path = Path(unquote(parts.path))
    root = path.parent if path.name == "simple" and path.parent != Path("/") else path
    if root.is_absolute() and root.is_dir():
        yield Mount(source=root, target=str(root))
