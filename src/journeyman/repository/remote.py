"""Pushes one judged commit to one new branch of a repository elsewhere, over HTTPS, and reads a few of its refs.

An explicit commit goes to an explicit URL: no remote, refspec, hook, credential helper or rewriting rule of
anybody's configuration has a part in it. The credential travels in git's environment, which only this user can
read, and never on a command line; redirects are not followed, so that it goes nowhere else.
"""

import asyncio
from collections.abc import Mapping
from urllib.parse import urlsplit

from journeyman.domain.errors import AdapterError, UserError
from journeyman.ports.remote import Authorization
from journeyman.repository.git import Git, GitError
from journeyman.repository.names import check_branch, is_object_id
from journeyman.repository.trees import require_ids

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_PASSED_ON = ("HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR")
"""What a company's network asks of every program; none of it is a credential of git's."""
_REFUSED = ("Authentication failed", "terminal prompts disabled", "could not read Username", "error: 401", "error: 403")
_UNKNOWN = ("not found", "error: 404")
_PASSING = ("Could not resolve host", "timed out", "Failed to connect", "error: 5", "error: 429", "early EOF", "reset")


class HttpsRemote:
    """Fills `ports.remote.GitRemote`."""

    def __init__(
        self, git: Git, url: str, *, authorization: Authorization, environment: Mapping[str, str] | None = None
    ) -> None:
        parts = urlsplit(url)
        safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
        if not safe or not parts.hostname or parts.username or any(mark.isspace() for mark in url):
            raise UserError(f"{parts.hostname or url} cannot be pushed to", remedy="Give an https:// address.")
        self._url = url
        self._authorization = authorization
        passed = {name: value for name, value in (environment or {}).items() if name in _PASSED_ON}
        ca_file = passed.pop("SSL_CERT_FILE", "")
        self._settings = {
            f"protocol.{parts.scheme}.allow": "always",
            "http.followRedirects": "false",
            "http.cookieFile": "",
            "push.followTags": "false",
            "push.gpgSign": "false",
            "push.recurseSubmodules": "no",
            "fetch.recurseSubmodules": "false",
            "transfer.fsckObjects": "true",
            **({"http.sslCAInfo": ca_file} if ca_file else {}),
        }
        self._git = git.extended(**passed, GIT_ALLOW_PROTOCOL=parts.scheme)

    async def tips(self, *branches: str) -> dict[str, str]:
        """Return branch -> commit, for those of the branches that exist."""
        for branch in branches:
            check_branch(branch)
        refs = {f"refs/heads/{branch}": branch for branch in branches}
        listing = await self._run("ls-remote", "--refs", self._url, *refs)
        pairs = (line.partition("\t") for line in listing.decode("utf-8", "replace").splitlines())
        # Patterns match the ends of names: `refs/heads/x` also finds `refs/heads/a/refs/heads/x`.
        return {refs[name]: commit for commit, _, name in pairs if name in refs and is_object_id(commit)}

    async def holds(self, commit: str, branch: str) -> bool:
        """Say whether the history of a branch there holds a commit."""
        require_ids(commit)
        check_branch(branch)
        await self._run("fetch", "--no-tags", "--no-write-fetch-head", "-q", self._url, f"refs/heads/{branch}")
        tip = (await self.tips(branch)).get(branch, "")
        if not tip:
            return False
        return await asyncio.to_thread(
            lambda: self._git.attempt("merge-base", "--is-ancestor", "--end-of-options", commit, tip).returncode == 0
        )

    async def push(self, commit: str, branch: str) -> bool:
        """Make a new branch that points at `commit`."""
        require_ids(commit)
        there = (await self.tips(branch)).get(branch)
        if there is not None:
            return _same(branch, there, commit)
        ref = f"refs/heads/{branch}"
        try:
            # An empty lease: the branch must not exist when the remote looks, whoever made it meanwhile.
            lease = f"--force-with-lease={ref}:"
            await self._run("push", "--porcelain", "--no-verify", lease, self._url, f"{commit}:{ref}")
        except (UserError, AdapterError):
            # Whatever went wrong, the branch tells whether the push arrived.
            there = (await self.tips(branch)).get(branch)
            if there is None:
                raise
            return _same(branch, there, commit)
        return True

    async def _run(self, verb: str, *arguments: str) -> bytes:
        secret = await self._authorization()
        settings = {**self._settings, **({"http.extraHeader": f"Authorization: {secret}"} if secret else {})}
        # In the environment, where `-c` would show on the command line to everybody on the machine.
        numbered = {f"GIT_CONFIG_KEY_{n}": name for n, name in enumerate(settings)}
        numbered |= {f"GIT_CONFIG_VALUE_{n}": value for n, value in enumerate(settings.values())}
        git = self._git.extended(GIT_CONFIG_COUNT=str(len(settings)), **numbered)
        try:
            return await asyncio.to_thread(git.run, verb, *arguments)
        except GitError as failure:
            raise self._translate(failure, secret) from None

    def _translate(self, failure: GitError, secret: str) -> UserError | AdapterError:
        host = urlsplit(self._url).hostname
        said = failure.said.replace(secret, "***") if secret else failure.said
        said = " ".join(said.split())[:500]
        if any(word in said for word in _REFUSED):
            return UserError(
                f"{host} refuses the credential for {self._url}",
                remedy="The token must be valid and may write to the repository's contents.",
            )
        if any(word in said for word in _UNKNOWN):
            return UserError(f"{host} does not know {self._url}", remedy="What a token may not see looks the same.")
        passing = any(word in said for word in _PASSING)
        if passing or not any(word in said for word in ("rejected", "failed to push")):
            return AdapterError(f"{host} did not answer git: {said}", retryable=passing)
        return UserError(f"{host} refuses the push: {said}", remedy="See its rules for branches.")


def _same(branch: str, there: str, commit: str) -> bool:
    if there != commit:
        raise UserError(
            f"the branch {branch} exists there and points at {there}",
            remedy="Somebody else made it. Delete it there if it is not wanted, then deliver again.",
        )
    return False
