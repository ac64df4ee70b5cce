"""The suite: which paths of a tree belong to its tests, and which configuration rules them."""

import configparser
import posixpath
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from journeyman.domain.errors import UserError
from journeyman.judge.globs import matches

CONFIG_NAMES = (
    "pytest.toml",
    ".pytest.toml",
    "pytest.ini",
    ".pytest.ini",
    "pyproject.toml",
    "tox.ini",
    "setup.cfg",
)
"""Where pytest looks in the root of a project, in its order."""
TEST_FOLDERS = frozenset({"tests", "test", "testdata", "test_data", "__snapshots__", "cassettes", "golden", "goldens"})
_FILE_PATTERNS = ("test_*.py", "*_test.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """The base's tests as one runner sees them, or, when it has `parts`, as all of its runners do."""

    runner: str = ""
    """Name of the plug-in that runs it; empty for one made of parts."""
    root: str = ""
    """Folder the runner is started in; nothing outside it belongs to the suite."""
    elsewhere: tuple[str, ...] = ()
    """Folders below the root, from the root of the repository, that belong to other suites."""
    config: str = ""
    """Path of the configuration file that rules; empty when there is none."""
    folders: tuple[str, ...] = ()
    """Where tests live beside the folders that are tests by name."""
    folder_names: frozenset[str] = TEST_FOLDERS
    """Folders that are tests wherever they stand."""
    file_patterns: tuple[str, ...] = _FILE_PATTERNS
    """Which files tests are collected from: names, or paths from the root when there is a slash."""
    helper_patterns: tuple[str, ...] = ("conftest.py",)
    """Files that tests reach and nothing else does, likewise."""
    config_patterns: tuple[str, ...] = CONFIG_NAMES
    """Files that decide how tests are run, as globs from the root."""
    only: tuple[str, ...] = ()
    """Test files to run in the place of all, where the runner can; empty means all."""
    import_roots: tuple[str, ...] = ("src", "")
    """Folders, from the root of the repository, whose entries are importable by name."""
    files: frozenset[str] = frozenset()
    """Single files that tests come from, whatever they are called."""
    inline_suffixes: tuple[str, ...] = ()
    """Endings of product files in which tests may stand; such a file is not a test for holding one."""
    parts: tuple["Suite", ...] = ()
    order: str = ""
    """In which order tests are run: empty as they stand, `reversed`, or digits that shuffle them."""
    watched: tuple[str, ...] = ()
    """Product files of which the run tells what lines it reached."""

    def asked_for(self, *, order: str = "", watched: tuple[str, ...] = ()) -> "Suite":
        """Return the same suite, to be run in another order or with files watched; a runner may know neither."""
        parts = tuple(part.asked_for(order=order, watched=watched) for part in self.parts)
        return replace(self, order=order, watched=watched, parts=parts)

    def local(self, path: str) -> str:
        """Return a path below the suite's root, from there; any other as it is."""
        local = self._local(path)
        return path if local is None else local

    def within(self, path: str) -> bool:
        """Return whether a path lies below the suite's root."""
        return self._local(path) is not None

    def is_test_file(self, path: str) -> bool:
        """Return whether the runner collects tests from a path."""
        if self.parts:
            return any(part.is_test_file(path) for part in self.parts)
        local = self._local(path)
        return local is not None and (local in self.files or _named(local, self.file_patterns))

    def owns(self, path: str) -> bool:
        """Return whether a path is a test, or what tests reach: their helpers, fixtures and data."""
        if self.parts:
            return any(part.owns(path) for part in self.parts)
        local = self._local(path)
        return local is not None and (
            local in self.files
            or _named(local, (*self.file_patterns, *self.helper_patterns))
            or not self.folder_names.isdisjoint(PurePosixPath(local).parts[:-1])
            or any(local.startswith(f"{folder}/") for folder in self.folders)
        )

    def configures(self, path: str) -> bool:
        """Return whether a path decides how tests are run."""
        if self.parts:
            return any(part.configures(path) for part in self.parts)
        local = self._local(path)
        return local is not None and matches(local, self.config_patterns)

    def inline(self, path: str) -> bool:
        """Return whether a path is a product file in which tests may stand."""
        return any(path.endswith(part.inline_suffixes) for part in self.parts or (self,))

    def with_files(self, paths: Iterable[str]) -> "Suite":
        """Return this suite with more files known as tests."""
        more = Suite(files=frozenset(paths), folder_names=frozenset(), file_patterns=(), helper_patterns=())
        return replace(self, parts=(*(self.parts or (self,)), replace(more, config_patterns=())))

    def _local(self, path: str) -> str | None:
        """Return the path from the suite's root; None when it is elsewhere."""
        if any(path.startswith(f"{folder}/") for folder in self.elsewhere):
            return None
        if not self.root:
            return path
        return path[len(self.root) + 1 :] if path.startswith(f"{self.root}/") else None


def together(parts: tuple[Suite, ...]) -> Suite:
    """Return what several runners see as one suite; a single one is itself."""
    if len(parts) == 1:
        return parts[0]
    roots = dict.fromkeys(root for part in parts for root in part.import_roots)
    return Suite(import_roots=tuple(roots), parts=parts)


def _named(path: str, patterns: tuple[str, ...]) -> bool:
    name = PurePosixPath(path).name
    return any(fnmatchcase(path if "/" in pattern else name, pattern) for pattern in patterns)


def read_suite(configs: Mapping[str, bytes], *, root: str = "", test_paths: tuple[str, ...] = ()) -> Suite:
    """Return the suite that the configuration files of one folder describe.

    Args:
        configs: name → content of those directly in the folder.
        root: the folder.
        test_paths: where a person says that tests live, from that folder.

    Raises:
        UserError: the file that rules cannot be parsed.
    """
    for name in CONFIG_NAMES:
        options = pytest_options(name, configs[name]) if name in configs else None
        if options is None:
            continue
        folders = (*test_paths, *_words(options.get("testpaths")))
        return Suite(
            runner="pytest",
            root=root,
            config=_below(root, name),
            folders=tuple(sorted({folder.strip("/").removeprefix("./") for folder in folders} - {"", "."})),
            file_patterns=_words(options.get("python_files")) or _FILE_PATTERNS,
            import_roots=tuple(_below(root, place) for place in _words(options.get("pythonpath")))
            or tuple(dict.fromkeys((_below(root, "src"), root, "src", ""))),
        )
    return Suite(
        runner="pytest",
        root=root,
        folders=test_paths,
        import_roots=tuple(dict.fromkeys((_below(root, "src"), root, "src", ""))),
    )


def _below(root: str, place: str) -> str:
    """Return a place that is told from a folder as a path from the root of the repository; empty is that root."""
    path = posixpath.normpath(posixpath.join(root, place.strip("/") or "."))
    return "" if path == "." else path


def pytest_options(name: str, content: bytes) -> dict[str, object] | None:
    """Return what a file tells pytest; None when it tells nothing, so that the next name decides.

    Raises:
        UserError: not valid TOML or INI.
    """
    text = content.decode("utf-8", "replace")
    try:
        if name.endswith(".toml"):
            return _toml_options(name, tomllib.loads(text))
        ini = configparser.ConfigParser(interpolation=None, strict=False)
        ini.read_string(text)
    except (tomllib.TOMLDecodeError, configparser.Error) as error:
        raise UserError(f"{name} cannot be read: {error}", remedy="Mend it in the base commit.") from error
    section = "tool:pytest" if name == "setup.cfg" else "pytest"
    if ini.has_section(section):
        return dict(ini.items(section))
    return {} if name in {"pytest.ini", ".pytest.ini"} else None


def _toml_options(name: str, document: dict[str, object]) -> dict[str, object] | None:
    if name != "pyproject.toml":
        section = document.get("pytest", {})
        return section if isinstance(section, dict) else {}
    tool = document.get("tool")
    section = tool.get("pytest") if isinstance(tool, dict) else None
    if not isinstance(section, dict):
        return None
    legacy = section.get("ini_options")
    return legacy if isinstance(legacy, dict) else section


def _words(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(value.split())
    return tuple(str(item) for item in value) if isinstance(value, list) else ()
