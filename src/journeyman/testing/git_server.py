"""A real git server on 127.0.0.1 that wants a token: git's own `http-backend`, behind the standard library."""

import base64
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

_PATH = "/usr/local/bin:/usr/bin:/bin"


@dataclass(slots=True)
class GitServer:
    """A running server and the bare repositories below its root."""

    root: Path
    token: str
    url: str = ""
    asked: list[tuple[str, str, int]] = field(default_factory=list)
    """Method, path and status of every request."""
    around: Callable[[str], None] = lambda _moment: None
    """Called `before` a request is carried out and `after`, before its answer: a test may hold it there, or worse."""

    def make(self, name: str, source: Path) -> Path:
        """Make the bare repository `name` as a clone of `source`, and let it be pushed to."""
        target = self.root / name
        subprocess.run(["git", "clone", "-q", "--bare", str(source), str(target)], check=True, env=_environment())
        self.git(name, "config", "http.receivepack", "true")
        return target

    def git(self, name: str, *words: str) -> str:
        """Return what git says in one of the repositories."""
        command = ["git", "-C", str(self.root / name), *words]
        return subprocess.run(command, check=True, capture_output=True, text=True, env=_environment()).stdout.strip()

    def refs(self, name: str) -> dict[str, str]:
        """Return ref -> commit."""
        lines = self.git(name, "for-each-ref", "--format=%(refname) %(objectname)").splitlines()
        return dict(line.split(" ", 1) for line in lines)


@contextmanager
def serve_git(root: Path, *, token: str) -> Iterator[GitServer]:
    """Serve the repositories below `root` until the block ends, to whoever has the token."""
    root.mkdir(parents=True, exist_ok=True)
    state = GitServer(root=root, token=token)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(state))
    state.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _environment() -> dict[str, str]:
    return {"PATH": _PATH, "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}


def _handler(state: GitServer) -> type[BaseHTTPRequestHandler]:
    where = subprocess.run(["git", "--exec-path"], check=True, capture_output=True, text=True, env=_environment())
    program = Path(where.stdout.strip()) / "git-http-backend"

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = _body(self)
            given = self.headers.get("Authorization", "").removeprefix("Basic ")
            password = base64.b64decode(given).decode().partition(":")[2] if given else ""
            if password != state.token:
                self._answer(401, [("WWW-Authenticate", 'Basic realm="git"')], b"")
                return
            state.around("before")
            environment = _environment() | _cgi(self, state.root, len(body))
            done = subprocess.run([str(program)], input=body, env=environment, capture_output=True, check=False)
            state.around("after")
            head, _, data = done.stdout.partition(b"\r\n\r\n")
            fields = [line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line]
            status = next((int(value.split()[0]) for name, value in fields if name == "Status"), 200)
            self._answer(status, [(name, value) for name, value in fields if name != "Status"], data)

        do_GET = do_POST = handle_any  # noqa: N815 - the standard library's names

        def _answer(self, status: int, fields: list[tuple[str, str]], data: bytes) -> None:
            state.asked.append((self.command, urlsplit(self.path).path, status))
            self.send_response(status)
            for name, value in fields:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Say nothing: a test's output is its own."""

    return Handler


def _body(handler: BaseHTTPRequestHandler) -> bytes:
    if handler.headers.get("Transfer-Encoding") != "chunked":
        return handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
    body = b""
    while size := int(handler.rfile.readline().strip(), 16):
        body += handler.rfile.read(size)
        handler.rfile.readline()
    handler.rfile.readline()
    return body


def _cgi(handler: BaseHTTPRequestHandler, root: Path, length: int) -> dict[str, str]:
    parts = urlsplit(handler.path)
    return {
        "GIT_PROJECT_ROOT": str(root),
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_INFO": parts.path,
        "QUERY_STRING": parts.query,
        "REQUEST_METHOD": handler.command,
        "CONTENT_TYPE": handler.headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(length),
        "REMOTE_USER": "robot",
        "GIT_PROTOCOL": handler.headers.get("Git-Protocol", ""),
        "HTTP_CONTENT_ENCODING": handler.headers.get("Content-Encoding", ""),
    }
