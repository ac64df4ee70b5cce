"""The one place that starts git: argv lists, an environment of our own, every code-running setting off."""

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from journeyman.domain.errors import AdapterError, UserError

_TIMEOUT_S = 600.0

_EMPTY_TREES = {"sha1": "4b825dc642cb6eb9a060e54bf8d69288fbee4904"}
_EMPTY_TREES["sha256"] = "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"

# Nothing is inherited: a GIT_* variable, a pager or a credential of the caller must not reach git.
_ENVIRONMENT = {
    "LC_ALL": "C",
    "HOME": "/nonexistent",
    "XDG_CONFIG_HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_SYSTEM": "/dev/null",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "/bin/false",
    "SSH_ASKPASS": "/bin/false",
    "GIT_SSH_COMMAND": "/bin/false",
    "GIT_EDITOR": "/bin/false",
    "GIT_SEQUENCE_EDITOR": "/bin/false",
    "GIT_PAGER": "cat",
    "GIT_CEILING_DIRECTORIES": "/",
}

# The store's own configuration says nothing of these; the command line says it again, above any file.
_SETTINGS = {
    "core.hooksPath": "/dev/null",
    "core.fsmonitor": "false",
    "core.untrackedCache": "false",
    "core.attributesFile": "/dev/null",
    "core.excludesFile": "/dev/null",
    "core.sshCommand": "/bin/false",
    "core.pager": "cat",
    "core.editor": "/bin/false",
    "core.protectHFS": "true",
    "core.protectNTFS": "true",
    "core.quotePath": "false",
    "core.logAllRefUpdates": "false",
    "core.alternateRefsCommand": "/bin/false",
    "core.fsync": "committed,-loose-object,reference",
    "credential.helper": "",
    "commit.gpgSign": "false",
    "tag.gpgSign": "false",
    "gpg.program": "/bin/false",
    "log.showSignature": "false",
    "submodule.recurse": "false",
    "protocol.allow": "never",
    "safe.bareRepository": "explicit",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "i18n.commitEncoding": "UTF-8",
}


class GitError(AdapterError):
    """One git call ended badly; `said` is its error text."""

    def __init__(self, verb: str, *, status: int, said: str) -> None:
        super().__init__(f"git {verb} ended with status {status}: {said}")
        self.said = said


@dataclass(frozen=True, slots=True, kw_only=True)
class Git:
    """Git bound to one git directory that the host owns; every call blocks until git has ended."""

    directory: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    """Variables beside the fixed ones, e.g. `GIT_INDEX_FILE`."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Configuration beside the fixed one."""
    cwd: Path = Path("/")
    """Never inside a tree that someone else wrote."""

    def run(self, verb: str, *arguments: str, stdin: bytes = b"") -> bytes:
        """Return what git wrote to its standard output.

        Raises:
            GitError: git ended with another status than 0.
        """
        done = self.attempt(verb, *arguments, stdin=stdin)
        if done.returncode != 0:
            said = done.stderr.decode("utf-8", "replace").strip()
            raise GitError(verb, status=done.returncode, said=said)
        return done.stdout

    def attempt(self, verb: str, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Return the ended process, whatever its status."""
        program = git_program()
        settings = {**_SETTINGS, **self.settings}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        search = f"{Path(program).parent}:/usr/local/bin:/usr/bin:/bin"
        try:
            return subprocess.run(
                [program, f"--git-dir={self.directory}", *options, verb, *arguments],
                input=stdin,
                capture_output=True,
                check=False,
                cwd=self.cwd,
                env={**_ENVIRONMENT, "PATH": search, **self.environment},
                timeout=_TIMEOUT_S,
            )
        except subprocess.TimeoutExpired as error:
            raise AdapterError(f"git {verb} did not end within {_TIMEOUT_S:.0f} s", retryable=True) from error

    def extended(self, **environment: str) -> "Git":
        """Return the same git with more variables in its environment."""
        return replace(self, environment={**self.environment, **environment})


@cache
def git_program() -> str:
    """Return the absolute path of git.

    Raises:
        UserError: there is no git on the search path.
    """
    found = shutil.which("git")
    if found is None:
        raise UserError("git is not installed", remedy="Install git 2.30 or later and put it on PATH.")
    return str(Path(found).absolute())


def attribute_shield(object_format: str) -> dict[str, str]:
    """Return the variable that makes newer git read attributes from an empty tree and nowhere else."""
    return {"GIT_ATTR_SOURCE": _EMPTY_TREES[object_format]}
