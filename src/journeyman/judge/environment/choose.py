"""Which environment the tests run in: a person's, one built from the base's lock files, or what is there."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from journeyman.domain.command import Mount
from journeyman.domain.errors import AdapterError, UserError
from journeyman.domain.snapshot import Snapshot
from journeyman.judge.environment.build import EnvironmentBuilder
from journeyman.judge.environment.environment import Environment
from journeyman.judge.environment.python import names_in
from journeyman.judge.environment.recipe import Recipe
from journeyman.ports.toolchains import Toolchains

_BUILDS = ("auto", "never", "always")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What there is to choose from.

    Args:
        build: `auto`, `never` or `always`, as `[environment] build` says.
        named: a person named the interpreter, which settles it.
        own: that one is the project's own, with what somebody installed for it.
        found: the interpreter to take when nothing is built.
        mounts_of: what an interpreter needs to be seen.
        toolchains: the host's tools.
    """

    build: str
    named: bool
    own: bool
    found: Path
    mounts_of: Callable[[Path], tuple[Mount, ...]]
    toolchains: Toolchains

    async def environment(self, base: Snapshot, builder: EnvironmentBuilder) -> Environment:
        """Return the environment for judging against a base commit.

        Raises:
            UserError: `build` is no such word, there is nothing to build, or it cannot be built.
            AdapterError: an environment that was asked for needs an index that is not reached.
        """
        if self.build not in _BUILDS:
            raise UserError(
                f"[environment] build = {self.build!r} is not known", remedy=f"Known: {', '.join(_BUILDS)}."
            )
        if self.named or self.build == "never":
            return self._there(())
        recipes = await builder.recipes(base)
        if self.build == "always":
            if not recipes:
                raise UserError(
                    "the base commit has no lock file to build its environment from",
                    remedy="Commit one (uv.lock, poetry.lock, requirements.txt, package-lock.json, Cargo.lock, go.sum, "
                    "pom.xml), or leave out build under [environment].",
                )
            return await builder.build(recipes)
        return await self._where_it_is_clear(recipes, builder)

    def _there(self, notes: tuple[str, ...]) -> Environment:
        return Environment(
            interpreter=self.found, mounts=self.mounts_of(self.found), toolchains=self.toolchains, notes=notes
        )

    async def _where_it_is_clear(self, recipes: tuple[Recipe, ...], builder: EnvironmentBuilder) -> Environment:
        """Build whatever is locked; what cannot be had is said, and found where it was before."""
        notes: list[str] = []
        kept: list[Recipe] = []
        for recipe in recipes:
            note = _unclear(recipe) or await self._unbuilt(recipe, builder)
            notes += [note] if note else []
            kept += [] if note else [recipe]
        if not kept:
            return self._there(tuple(notes))
        environment = await builder.build(tuple(kept))
        if all(recipe.tool != "python" for recipe in kept):
            environment = replace(environment, interpreter=self.found, mounts=self.mounts_of(self.found))
        return replace(environment, notes=(*environment.notes, *notes))

    async def _unbuilt(self, recipe: Recipe, builder: EnvironmentBuilder) -> str:
        """Build one environment; return why there is none, if that is no reason to stop."""
        try:
            await builder.build((recipe,))
        except AdapterError as error:
            if not error.retryable:
                raise
            return f"no environment was built: {error}"
        except UserError as error:
            # Another language's runner will say what it misses; Python's has nothing else to run on.
            if recipe.tool == "python" and not self.own:
                raise
            return f"no environment was built, tests run on what is installed: {error}"
        return ""


def _unclear(recipe: Recipe) -> str:
    """Return why a recipe is not followed unasked; empty when it is."""
    if not recipe.locked:
        return (
            f"no environment was built: {recipe.source} does not name exact versions "
            '(pin them, or set build = "always" under [environment])'
        )
    if recipe.tool == "python" and "pytest" not in names_in(recipe):
        return (
            f"no environment was built: {recipe.source} names no pytest "
            '(add requirements = ["pytest"], or build = "always", under [environment])'
        )
    return ""
