"""Recipes: who is asked, what is run, what is laid out."""

import pytest

from journeyman.judge.environment.compiled import compiled_recipes
from journeyman.judge.environment.node import node_recipes
from journeyman.judge.environment.python import names_in, python_recipe
from journeyman.judge.environment.recipe import Files, Indexes, Recipe, host_of

PYPI = ("pypi.org", "files.pythonhosted.org")


def python(files: Files, **options: object) -> Recipe:
    recipe = python_recipe(files, Indexes(), **{"extra": (), "scripts": False, **options})  # type: ignore[arg-type]
    assert recipe is not None
    return recipe


def test_wheels_only_unless_a_person_says_otherwise() -> None:
    files = {"requirements.txt": b"six==1.17.0\n"}
    assert "--only-binary :all:" in python(files).script
    assert "--only-binary" not in python(files, scripts=True).script


def test_files_with_hashes_are_installed_apart() -> None:
    files = {"requirements.txt": b"six==1.17.0 --hash=sha256:aa\n", "requirements-dev.txt": b"pytest==9.0\n"}
    installs = [line for line in python(files).script.splitlines() if "pip install" in line]
    assert [line.rpartition("-r ")[2] for line in installs] == ["requirements.txt", "requirements-dev.txt"]


def test_a_lock_wins_over_requirement_files_and_the_outermost_folder_over_others() -> None:
    files = {
        "uv.lock": b'[[package]]\nname = "pytest"\n',
        "pyproject.toml": b'[project]\nname = "x"\n',
        "requirements.txt": b"six\n",
        "sub/uv.lock": b"",
        "sub/pyproject.toml": b"",
    }
    recipe = python(files)
    assert (recipe.root, recipe.needs, recipe.own_name) == ("", ("uv",), "x")
    # Workspaces have manifests below.
    assert set(recipe.files) == {"uv.lock", "pyproject.toml", "sub/uv.lock", "sub/pyproject.toml"}
    assert "--no-deps" in recipe.script
    assert names_in(recipe) >= {"pytest"}


def test_requirement_files_for_documentation_are_not_followed() -> None:
    recipe = python(
        {"requirements.txt": b"six==1\n", "docs/requirements.txt": b"sphinx==1\n", "requirements-docs.txt": b"x==1\n"}
    )
    assert set(recipe.files) == {"requirements.txt"}


def test_only_the_indexes_are_asked() -> None:
    files = {"requirements.txt": b"six==1.17.0\n"}
    assert python(files).hosts == PYPI
    mirror = Indexes(python="https://mirror.example:8443/simple", python_extra=("file:///opt/index/simple",))
    recipe = python_recipe(files, mirror, extra=("pytest==9.0",), scripts=False)
    assert recipe is not None
    assert recipe.hosts == ("mirror.example:8443",)
    assert ("PIP_INDEX_URL", "https://mirror.example:8443/simple") in recipe.env
    assert ("PIP_EXTRA_INDEX_URL", "file:///opt/index/simple") in recipe.env
    assert recipe.script.endswith("pytest==9.0")


def test_a_folder_or_a_requirement_with_an_odd_name_is_no_command() -> None:
    name = "requirements.txt"
    recipe = python({f"a; touch x/{name}": b"six==1\n"}, extra=("x; touch y",))
    assert "'a; touch x/requirements.txt'" in recipe.script
    assert "'x; touch y'" in recipe.script


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://pypi.org/simple", ("pypi.org",)),
        ("https://user:secret@mirror.example:8443/simple", ("mirror.example:8443",)),
        ("https://mirror.example:443/", ("mirror.example",)),
        ("http://mirror.example/", ()),
        ("file:///opt/index", ()),
        ("/opt/wheels", ()),
    ],
)
def test_hosts_of_indexes(url: str, host: tuple[str, ...]) -> None:
    assert host_of(url) == host


@pytest.mark.parametrize(
    ("lock", "content", "command"),
    [
        ("package-lock.json", b"{}", "npm ci --ignore-scripts"),
        ("npm-shrinkwrap.json", b"{}", "npm ci --ignore-scripts"),
        ("pnpm-lock.yaml", b"", "pnpm install --frozen-lockfile --ignore-scripts"),
        ("yarn.lock", b"# yarn lockfile v1\n", "yarn install --frozen-lockfile --ignore-scripts"),
        ("yarn.lock", b"# made by yarn\n\n__metadata:\n  version: 8\n", "yarn install --immutable --mode=skip-build"),
    ],
)
def test_node_by_its_lock(lock: str, content: bytes, command: str) -> None:
    files = {
        f"web/{lock}": content,
        "web/package.json": b'{"name": "@us/web"}',
        "web/packages/a/package.json": b"{}",
        "web/node_modules/x/package.json": b"{}",
        "web/.npmrc": b"registry=https://evil.example\nignore-scripts=false\n",
        "api/package.json": b"{}",
    }
    (recipe,) = node_recipes(files, Indexes(), scripts=False)
    assert (recipe.root, recipe.own_name) == ("web", "@us/web")
    tool, _, arguments = command.partition(" ")
    assert f'"$JOURNEYMAN_{tool.upper()}" {arguments}' in recipe.script
    assert set(recipe.files) == {f"web/{lock}", "web/package.json", "web/packages/a/package.json"}
    assert set(recipe.hosts) <= {"registry.npmjs.org", "registry.yarnpkg.com"}
    (loose,) = node_recipes(files, Indexes(), scripts=True)
    assert "--ignore-scripts" not in loose.script
    assert "skip-build" not in loose.script


def test_compiled_languages_by_their_locks() -> None:
    files = {
        "Cargo.lock": b"",
        "Cargo.toml": b"",
        "crates/a/Cargo.toml": b"",
        "crates/a/Cargo.lock": b"",
        "svc/go.sum": b"",
        "svc/go.mod": b"",
        "java/pom.xml": b"",
        "java/core/pom.xml": b"",
        "app/gradle.lockfile": b"",
        "app/build.gradle.kts": b"",
    }
    recipes = {recipe.tool: recipe for recipe in compiled_recipes(files)}
    assert {tool: recipe.root for tool, recipe in recipes.items()} == {
        "cargo": "",
        "go": "svc",
        "mvn": "java",
        "gradle": "app",
    }
    assert '"$JOURNEYMAN_CARGO" fetch --locked' in recipes["cargo"].script
    assert set(recipes["cargo"].files) == {path for path in files if "Cargo" in path}
    assert set(recipes["mvn"].files) == {"java/pom.xml", "java/core/pom.xml"}


def test_nothing_to_build() -> None:
    files = {
        "pyproject.toml": b'[project]\nname = "x"\ndependencies = ["six"]\n',
        "package.json": b"{}",
        "Cargo.toml": b"",
    }
    assert python_recipe(files, Indexes(), extra=(), scripts=False) is None
    assert list(node_recipes(files, Indexes(), scripts=False)) == []
    assert list(compiled_recipes(files)) == []
