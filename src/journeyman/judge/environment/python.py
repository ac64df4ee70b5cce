"""Recipes for Python: uv's lock with uv, every other one with pip; wheels only, hashes wherever there are any."""

import posixpath
import re
from collections.abc import Callable, Iterator
from shlex import quote

from journeyman.judge.environment.locked_versions import pdm_lines, pipenv_lines, poetry_lines
from journeyman.judge.environment.recipe import PROJECT, SCRATCH, TREE, Files, Indexes, Recipe, beside, host_of
from journeyman.judge.environment.requirement_files import canonical, project_name, read_requirements

VENV = f"{TREE}/venv"
_ASIDE = f"{PROJECT}/.journeyman-requirements"
_REQUIREMENTS = re.compile(
    r"(requirements([-_](dev|test|tests|testing|develop|development|ci))?"
    r"|(dev|test|tests|testing|ci)[-_]requirements"
    r"|requirements/(base|main|prod|dev|test|tests|testing|ci|requirements))\.txt"
)
_EXPORT = (
    '"$JOURNEYMAN_UV" export --frozen --quiet --all-groups --no-emit-workspace --no-editable --no-annotate --no-header'
)
_FILES_HOST = "files.pythonhosted.org"
_Lines = Callable[..., Iterator[str]]
_CONVERTED: dict[str, _Lines] = {"poetry.lock": poetry_lines, "pdm.lock": pdm_lines, "Pipfile.lock": pipenv_lines}


def python_recipe(files: Files, indexes: Indexes, *, extra: tuple[str, ...], scripts: bool) -> Recipe | None:
    """Return the recipe of the outermost folder that has lock or requirement files.

    Args:
        files: those of the base commit that matter.
        indexes: where packages come from.
        extra: requirements beside the locked ones, as `[environment] requirements` names them.
        scripts: packages without a wheel may be built, by their own code.
    """
    for root in sorted({path.rpartition("/")[0] for path in files}, key=lambda root: (root.count("/"), root)):
        recipe = _recipe(files, indexes, root=root, extra=extra, scripts=scripts)
        if recipe:
            return recipe
    return None


def _recipe(files: Files, indexes: Indexes, *, root: str, extra: tuple[str, ...], scripts: bool) -> Recipe | None:
    own_name = project_name(files, root)
    pip = _Pip(indexes, own_name=own_name, extra=extra, scripts=scripts)
    if beside(root, "uv.lock") in files:
        return pip.from_uv(files, root)
    for name, lines in _CONVERTED.items():
        path = beside(root, name)
        if path in files:
            text = "".join(f"{line}\n" for line in lines(files[path], own_name=own_name))
            return pip.from_lines(path, files, root, text)
    prefix = f"{root}/" if root else ""
    named = tuple(path for path in sorted(files) if _REQUIREMENTS.fullmatch(path.removeprefix(prefix)))
    return pip.from_requirements(named, files, root) if named else None


class _Pip:
    """Writes the recipes."""

    def __init__(self, indexes: Indexes, *, own_name: str, extra: tuple[str, ...], scripts: bool) -> None:
        self._indexes = indexes
        self._own_name = own_name
        self._extra = extra
        self._scripts = scripts

    def from_uv(self, files: Files, root: str) -> Recipe:
        """Have uv write what it locked as requirements with hashes, then install these."""
        prefix = f"{root}/" if root else ""
        manifests = {
            path: content
            for path, content in files.items()
            if path.startswith(prefix) and path.rpartition("/")[2] in {"pyproject.toml", "uv.lock"}
        }
        locked = f"-o {_ASIDE}/locked.txt > /dev/null"
        script = (
            f"cd {quote(posixpath.join(PROJECT, root))}",
            f"mkdir -p {_ASIDE} && rm -f .python-version",
            # Extras may exclude one another; without them the locked groups still hold.
            f"{_EXPORT} --all-extras {locked} || {_EXPORT} {locked}",
            *self._made(),
            self._install(f"-r {_ASIDE}/locked.txt", "--no-deps"),
            *self._added(),
        )
        return self._finished(manifests, root, script, needs=("uv",))

    def from_lines(self, path: str, files: Files, root: str, text: str) -> Recipe:
        """Install lines that were made from another tool's lock: all there is, nothing resolved."""
        made = posixpath.join(".journeyman-requirements", "locked.txt")
        laid = {path: files[path], made: text.encode()}
        script = (*self._made(), self._install(f"-r {PROJECT}/{made}", "--no-deps"), *self._added())
        return self._finished(laid, root, script)

    def from_requirements(self, paths: tuple[str, ...], files: Files, root: str) -> Recipe:
        """Install requirement files, those with hashes apart from those without."""
        read = {path: read_requirements((path,), files, own_name=self._own_name) for path in paths}
        laid = {name: text.encode() for one in read.values() for name, text in one.files.items()}
        script = list(self._made())
        for hashed in (True, False):
            chosen = " ".join(f"-r {quote(path)}" for path, one in read.items() if one.hashed is hashed)
            if chosen:
                script += [f"cd {PROJECT}", self._install(chosen)]
        notes = [note for one in read.values() for note in one.notes]
        locked = all(one.pinned or one.hashed for one in read.values())
        if not locked:
            notes.append("not every requirement names one version: the environment depends on the day it was built")
        return self._finished(laid, root, (*script, *self._added()), notes, locked=locked)

    def _made(self) -> tuple[str, ...]:
        return (f'"$JOURNEYMAN_PYTHON" -m venv {VENV}',)

    def _install(self, what: str, *options: str) -> str:
        binary = () if self._scripts else ("--only-binary :all:",)
        return " ".join((f"{VENV}/bin/python -m pip install --quiet --no-input", *binary, *options, what))

    def _added(self) -> tuple[str, ...]:
        return (self._install(" ".join(map(quote, self._extra))),) if self._extra else ()

    def _finished(
        self,
        files: Files,
        root: str,
        script: tuple[str, ...],
        notes: list[str] | None = None,
        *,
        needs: tuple[str, ...] = (),
        locked: bool = True,
    ) -> Recipe:
        indexes = self._indexes
        places = (indexes.python, *indexes.python_extra, *indexes.python_links)
        files_host = (_FILES_HOST,) if any(host_of(place) == ("pypi.org",) for place in places) else ()
        return Recipe(
            tool="python",
            root=root,
            files=files,
            script="\n".join(script),
            needs=needs,
            locked=locked,
            hosts=(*(host for place in places for host in host_of(place)), *files_host),
            env=_environment(indexes),
            own_name=self._own_name,
            notes=tuple(notes or ()),
        )


def _environment(indexes: Indexes) -> tuple[tuple[str, str], ...]:
    given = {
        "PIP_INDEX_URL": indexes.python,
        "PIP_EXTRA_INDEX_URL": " ".join(indexes.python_extra),
        "PIP_FIND_LINKS": " ".join(indexes.python_links),
        "PIP_CERT": indexes.certificates,
    }
    fixed = {
        "PIP_CONFIG_FILE": "/dev/null",
        "PIP_CACHE_DIR": f"{SCRATCH}/pip",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_WARN_SCRIPT_LOCATION": "1",
        "PIP_ROOT_USER_ACTION": "ignore",
        "UV_CACHE_DIR": f"{SCRATCH}/uv",
        "UV_OFFLINE": "1",
        "UV_PYTHON_DOWNLOADS": "never",
        "PYTHONNOUSERSITE": "1",
    }
    return (*fixed.items(), *((name, value) for name, value in given.items() if value))


def names_in(recipe: Recipe) -> frozenset[str]:
    """Return the distributions that a recipe's files name, as far as they can be read here."""
    text = "\n".join(content.decode("utf-8", "replace") for content in recipe.files.values())
    named = re.findall(r"^(?:name = \")?([A-Za-z0-9][A-Za-z0-9._-]*)(?=[\s=<>!~;\[\"]|$)", text, re.MULTILINE)
    return frozenset(map(canonical, named))
