"""The only reader of the environment and of `journeyman.toml`; one frozen class per part of the product."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from journeyman.domain.address import host_of, hosts_in, is_this_machine
from journeyman.domain.answer import WriteBack
from journeyman.domain.delivery_settings import CiSettings, ForgeSettings
from journeyman.domain.errors import UserError
from journeyman.domain.pace import Pace
from journeyman.domain.run_settings import RunSettings
from journeyman.domain.service import SERVICES, Service, services_from
from journeyman.domain.serving import Serving
from journeyman.domain.typed import typed_section

FILE_NAME = "journeyman.toml"
SERVICES_FILE = "services.toml"
MOUNTS_ENV = "JOURNEYMAN_MOUNTS"
"""Folders that a repository may have shown in the sandbox, all below them included; with `:` between."""
HOSTS_ENV = "JOURNEYMAN_KEY_HOSTS"
"""Hosts that a person's keys may be sent to although a repository names them, with commas between."""
VECTORS_ENV = "JOURNEYMAN_VECTORS"
DRIVER_ENV = "JOURNEYMAN_SANDBOX"
"""A person's own choice of sandbox, as `[sandbox] driver` is written; it beats a repository's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSettings:
    """`[model]`: which model answers, and how the local one is served."""

    name: str = "local:qwen2.5-coder-1.5b"
    """`scheme:rest`."""
    base_url: str = ""
    """Of an OpenAI-compatible server; empty means the provider's own."""
    api_key_env: str = ""
    """Name of the environment variable that holds the key; empty means the provider's usual one."""
    fallback: tuple[str, ...] = ()
    """Models asked in this order while the one before cannot answer; each at its provider's own address and key."""
    timeout_s: float = 300.0
    """Of one model call."""
    stream: bool = False
    """Let answers arrive piece by piece, for proxies that end silent connections."""
    threads: int = 0
    """Of the local server; 0 means one per core, at most 4."""
    slots: int = 4
    """Requests the local server decodes at once."""
    context_tokens: int = 8192
    """Context window of one slot of the local server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrievalSettings:
    """`[retrieval]`: how code is found."""

    embedder: str = "static"
    """What turns code into vectors, `scheme:rest`; empty compares words, structure and history only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexSettings:
    """`[index]`: where the index of a codebase keeps its vectors."""

    vectors: str = "mapped:"
    """`scheme:rest`; a place beyond this machine's cache counts only when `JOURNEYMAN_VECTORS` names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeSettings:
    """`[judge]`: how the base commit's own tests are run."""

    runner: str = "auto"
    """`auto` recognises the base's own; else names, each with its folder: `pytest, vitest:web`."""
    python: str = ""
    """Interpreter of the project's environment, absolute or from the repository; empty: as `[environment]` says."""
    test_paths: tuple[str, ...] = ()
    """Passed to the runner; empty means the runner's own configuration."""
    plugins: tuple[str, ...] = ()
    """Plug-ins of the runner that the tests need, by module name; none is loaded unasked."""
    command: tuple[str, ...] = ()
    """Of the runner `command`: any test tool, as a list of words; it is run in a copy of the tree."""
    report: str = ""
    """Where that command leaves its report, from the root, with wildcards; empty means on standard output."""
    format: str = "junit"
    """Of that report: `junit`, `tap` or `ctrf`."""
    product_paths: tuple[str, ...] = ()
    """Globs a candidate may touch; empty means everything that is neither a test nor protected."""
    protected_paths: tuple[str, ...] = ()
    """Globs that only a person may touch, beside the built-in ones."""
    world_writable: bool = False
    """Let tests write into the tree they run in (a throw-away copy)."""
    wall_time_s: float = 600.0
    slowdown: float = 20.0
    """How many times as long as at the base a candidate's suite may take, a minute at least; 0 means `wall_time_s`."""
    memory_mb: int = 2048
    build_mb: int = 2048
    """What a build of Go, Rust, Java or a command of your own may write, in memory, beside `memory_mb`."""
    baseline_runs: int = 2
    new_test_runs: int = 3
    """How often a candidate's new tests are run by themselves, each time in another order; 0 does not weigh them."""
    mutants: int = 12
    """Breaks of the changed functions that new tests are tried on, at most."""
    mutation_time_s: float = 120.0
    """For all of them together."""
    mutants_noticed: float = 0.6
    """The share of breaks of changed lines that the tests must notice where there are new tests; 0 asks for none."""
    quality: str = "off"
    """What a candidate made worse of coverage, lint and types: `off`, `note` (shown) or `escalate`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentSettings:
    """`[environment]`: how the project's dependencies come to be there when its tests run."""

    build: str = "auto"
    """`auto`: from the base's lock files when no interpreter is named; `never`; `always`."""
    python: str = ""
    """The Python that environments are made with; empty means the one behind Journeyman's own."""
    requirements: tuple[str, ...] = ()
    """Installed beside what is locked, e.g. `pytest==9.1.0`."""
    scripts: bool = False
    """Let packages run code of their own while they are installed: builds without wheels, npm's install scripts."""
    index_url: str = ""
    """Of Python packages; empty means the machine's own configuration of pip, else pypi.org."""
    npm_registry: str = ""
    """Likewise, of npm's."""
    hosts: tuple[str, ...] = ()
    """Reached beside those of the indexes: exact names, with a port if it is not 443."""
    wall_time_s: float = 1800.0
    memory_mb: int = 4096
    disk_mb: int = 16384


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxSettings:
    """`[sandbox]`: where untrusted code runs."""

    driver: str = "auto"
    """`scheme:rest`; `auto` takes the strongest that works and says which, and never `none`."""
    image: str = ""
    """Of the container driver, best as `name@sha256:…`; empty shows this machine's own system read-only."""
    runtime: str = ""
    """Of the container driver, such as `runsc`; empty means the daemon's default."""
    mounts: tuple[str, ...] = ()
    """Host directories shown read-only inside at the same path, for toolchains out of the ordinary."""
    private_hosts: tuple[str, ...] = ()
    """Host names that commands may reach at an address of your own network, where they are allowed at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything configurable, defaults included."""

    model: ModelSettings = field(default_factory=ModelSettings)
    run: RunSettings = field(default_factory=RunSettings)
    agent: Pace = field(default_factory=Pace)
    judge: JudgeSettings = field(default_factory=JudgeSettings)
    building: EnvironmentSettings = field(default_factory=EnvironmentSettings)
    """`[environment]`; `environment` below is that of this process."""
    contract: Serving = field(default_factory=Serving)
    write_back: WriteBack = field(default_factory=WriteBack)
    sandbox: SandboxSettings = field(default_factory=SandboxSettings)
    retrieval: RetrievalSettings = field(default_factory=RetrievalSettings)
    forge: ForgeSettings = field(default_factory=ForgeSettings)
    index: IndexSettings = field(default_factory=IndexSettings)
    ci: CiSettings = field(default_factory=CiSettings)
    data_dir: Path = field(default_factory=lambda: Path.home() / ".local/share/journeyman")
    """The event log, the stores and the pull-request texts. `JOURNEYMAN_HOME`, else XDG."""
    cache_dir: Path = field(default_factory=lambda: Path.home() / ".cache/journeyman")
    """Models and indexes; may be deleted at any time. `JOURNEYMAN_CACHE`, else XDG."""
    services: Mapping[str, Service] = field(default_factory=lambda: dict(SERVICES))
    """Forges and trackers by name. Never from a repository: who could write there could have a token sent anywhere."""
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The process environment, for adapters that need a key or a search path. Never logged."""
    hosts_by_repository: frozenset[str] = frozenset()
    """Every host of an address in the repository's `journeyman.toml`."""
    driver_by_repository: bool = False
    """`sandbox.driver` is what a repository says, and no person has said it."""

    def with_driver(self, driver: str) -> "Settings":
        """Return the settings with the driver that a person names, if they name one: their word is the last."""
        if not driver:
            return self
        return replace(self, sandbox=replace(self.sandbox, driver=driver), driver_by_repository=False)

    def key_for(self, url: str, *names: str) -> str:
        """Return the secret of that name to be sent to an address.

        Raises:
            UserError: there is one, and it is a repository that says where it would go. Whoever can write there
                could have it sent anywhere.
        """
        key, host = self.secret(*names), host_of(url)
        trusted = {name.strip() for name in self.environment.get(HOSTS_ENV, "").split(",")}
        if key and host in self.hosts_by_repository and host not in trusted and not is_this_machine(host):
            raise UserError(
                f"{FILE_NAME} of the repository would have a key of yours sent to {host}",
                remedy=f"If that is where it belongs, say so outside the repository: {HOSTS_ENV}={host}",
            )
        return key

    def secret(self, *names: str) -> str:
        """Return the first of the environment variables that is set, else an empty string."""
        return next((self.environment[name] for name in names if self.environment.get(name)), "")


_SECTIONS = {
    "model": ModelSettings,
    "run": RunSettings,
    "agent": Pace,
    "judge": JudgeSettings,
    "environment": EnvironmentSettings,
    "contract": Serving,
    "write_back": WriteBack,
    "sandbox": SandboxSettings,
    "retrieval": RetrievalSettings,
    "forge": ForgeSettings,
    "index": IndexSettings,
    "ci": CiSettings,
}
_FIELDS = {"environment": "building"}  # sections that are a field of another name


def load_settings(toml: str = "", *, environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings from the text of a `journeyman.toml` and the process environment.

    The text comes from the base commit: what a candidate writes into its own `journeyman.toml` decides nothing.

    Raises:
        UserError: not TOML, an unknown section or key, or a value of the wrong type.
    """
    env = dict(os.environ) if environment is None else dict(environment)
    try:
        document = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{FILE_NAME} is not valid TOML: {error}", remedy="Mend the line it names.") from error
    if unknown := sorted(set(document) - set(_SECTIONS)):
        raise UserError(f"{FILE_NAME} has an unknown section [{unknown[0]}]", remedy=f"Known: {', '.join(_SECTIONS)}.")
    sandbox = document.get("sandbox", {})
    told = isinstance(sandbox, dict) and "driver" in sandbox
    sections: dict[str, object] = {
        _FIELDS.get(name, name): typed_section(FILE_NAME, name, kind, document.get(name, {}))
        for name, kind in _SECTIONS.items()
    }
    if env.get(VECTORS_ENV):
        sections["index"] = IndexSettings(vectors=env[VECTORS_ENV])
    home = Path(env.get("HOME") or Path.home())
    data = env.get("JOURNEYMAN_HOME") or Path(env.get("XDG_DATA_HOME") or home / ".local/share") / "journeyman"
    cache = env.get("JOURNEYMAN_CACHE") or Path(env.get("XDG_CACHE_HOME") or home / ".cache") / "journeyman"
    own = Path(env.get("XDG_CONFIG_HOME") or home / ".config") / "journeyman" / SERVICES_FILE
    return Settings(
        **sections,  # type: ignore[arg-type] # by name
        data_dir=Path(data),
        cache_dir=Path(cache),
        services=_services(own, env),
        environment=env,
        hosts_by_repository=frozenset(hosts_in(document)),
        driver_by_repository=told,
    ).with_driver(env.get(DRIVER_ENV, ""))


def _services(path: Path, env: Mapping[str, str]) -> Mapping[str, Service]:
    """Return the services, as the person's own file and the environment say where they are."""
    try:
        return services_from(tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}, env)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{path} is not valid TOML: {error}", remedy="Mend the line it names.") from error
    except UserError as error:
        raise UserError(f"{path}: {error.problem}", remedy=error.remedy) from error
