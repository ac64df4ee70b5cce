"""A host worth attacking: a secret in every place where secrets lie, sockets that answer, a process to harm."""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_BEFORE = "before"
_VARIABLE = "JOURNEYMAN_CANARY"
_SLEEP = "import time; time.sleep(120)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What was set up, and what is known of it before the attack."""

    token: str
    outside: Path
    """A directory beside the workspace, with `file` and `secret` in it."""
    victim: "subprocess.Popen[bytes]"
    known: dict[str, object]
    """What the attacker is told, to make it easy."""

    def damage(self) -> list[str]:
        """Return what is not as it was."""
        found = []
        if sorted(path.name for path in self.outside.iterdir()) != ["file", "secret"]:
            found.append("something was made or removed outside the workspace")
        file = self.outside / "file"
        if not file.is_file() or file.read_text() != _BEFORE:
            found.append("a file outside the workspace was written")
        elif file.stat().st_mode & 0o7777 != 0o600:
            found.append("the mode of a file outside the workspace was changed")
        if self.victim.poll() is not None or _is_stopped(self.victim.pid):
            found.append("a process of the host was ended or stopped")
        return found


@contextlib.contextmanager
def scene(directory: Path) -> Iterator[Scene]:
    """Set a host up around a workspace's parent directory; everything is gone afterwards."""
    token = f"canary-{secrets.token_hex(8)}"
    with contextlib.ExitStack() as stack:
        outside = Path(tempfile.mkdtemp(prefix="outside-", dir=directory))
        stack.callback(shutil.rmtree, outside, ignore_errors=True)
        for name, content in (("file", _BEFORE), ("secret", token)):
            (outside / name).write_text(content)
            (outside / name).chmod(0o600)
        agent = Path(tempfile.mkdtemp(prefix="ssh-"))
        stack.callback(shutil.rmtree, agent, ignore_errors=True)
        sockets = _listen(stack, token, agent)
        secret = stack.enter_context((outside / "secret").open())
        os.set_inheritable(secret.fileno(), True)  # as a careless library would
        os.putenv(_VARIABLE, token)
        stack.callback(os.unsetenv, _VARIABLE)
        victim = subprocess.Popen([sys.executable, "-I", "-S", "-c", _SLEEP, token], start_new_session=True)
        stack.callback(_end, victim)
        known: dict[str, object] = {
            "token": token,
            "outside": str(outside),
            "victim": victim.pid,
            "machine": socket.gethostname(),
            "runner": os.getpid(),
            **sockets,
        }
        yield Scene(token=token, outside=outside, victim=victim, known=known)


def _listen(stack: contextlib.ExitStack, token: str, agent: Path) -> dict[str, object]:
    """Listen by every kind of socket that a host listens with."""
    tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
    abstract = stack.enter_context(socket.socket(socket.AF_UNIX))
    abstract.bind(f"\0{token}")
    abstract.listen()
    named = stack.enter_context(socket.socket(socket.AF_UNIX))
    named.bind(str(agent / "agent.1"))
    named.listen()
    return {"tcp": tcp.getsockname()[1], "abstract": token, "agent": str(agent / "agent.1")}


def _is_stopped(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in {"T", "t"}


def _end(process: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGKILL)
    process.wait()
