"""A newcomer's machine in miniature: a repository, a model on loopback whose words the test writes, the real command."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

Answer = Callable[[list[dict[str, str]]], "str | list[tuple[str, dict[str, object]]]"]
"""What to say, or which tools to call: (name, arguments) each."""

SHOP = {
    "shop/__init__.py": '"""A shop."""\n',
    "shop/cart.py": '"""Carts."""\n\n\ndef total(prices):\n    """Return the sum of prices."""\n    return 0\n\n\ndef count(prices):\n    return len(prices)\n',
    "tests/test_cart.py": "from shop.cart import count, total\n\n\ndef test_count():\n    assert count([1, 2]) == 2\n\n\ndef test_total():\n    assert total([1, 2]) == 3\n",
    "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\n\n[tool.pytest.ini_options]\ntestpaths = ["tests"]\npythonpath = ["."]\n',
}
GOOD = "```python\n# shop/cart.py\ndef total(prices):\n    return sum(prices)\n```"
WRONG = "```python\n# shop/cart.py\ndef total(prices):\n    return sum(prices) + 1\n```"


@dataclass
class ScriptedServer:
    """An OpenAI-compatible server on loopback; `answer` maps the messages of a request to its text."""

    answer: Answer
    url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)

    @property
    def model(self) -> str:
        return f"openai-compatible:{self.url}/v1#scripted"


@dataclass(frozen=True)
class Done:
    status: int
    out: str
    err: str

    @property
    def events(self) -> list[dict[str, Any]]:
        """The events of a `--json` run."""
        return [json.loads(line)["event"] for line in self.out.splitlines()]

    def kinds(self) -> list[str]:
        return [str(event["kind"]) for event in self.events]


class Machine:
    """A home directory, a repository and the journeyman command."""

    def __init__(self, root: Path) -> None:
        self.repo = root / "repo"
        self.home = root / "home"
        self.environment = {
            "PATH": os.defpath + ":/usr/local/bin",
            "HOME": str(root),
            "JOURNEYMAN_HOME": str(self.home),
            "JOURNEYMAN_CACHE": str(root / "cache"),
        }

    def git(self, *words: str) -> str:
        identity = ("-c", "user.name=Ada", "-c", "user.email=ada@localhost", "-c", "init.defaultBranch=main")
        done = subprocess.run(
            ["git", "-C", str(self.repo), *identity, *words], capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def project(self, files: dict[str, str] | None = None) -> None:
        for path, text in (SHOP if files is None else files).items():
            (self.repo / path).parent.mkdir(parents=True, exist_ok=True)
            (self.repo / path).write_text(text)
        self.repo.mkdir(exist_ok=True)
        self.git("init", "-q")
        self.git("add", ".")
        self.git("commit", "-q", "-m", "base", "--allow-empty")

    def journeyman(self, *words: str, timeout_s: float = 120) -> Done:
        command = [sys.executable, "-m", "journeyman", *words]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=timeout_s, cwd=self.home.parent, env=self.environment
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def run(self, spec: str, *words: str) -> Done:
        return self.journeyman("run", spec, "--repo", str(self.repo), *words)

    def state(self) -> tuple[str, str, str]:
        """What must not change: refs, checked-out branch, status."""
        return self.git("for-each-ref"), self.git("symbolic-ref", "-q", "HEAD"), self.git("status", "--porcelain")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    script = ScriptedServer(answer=lambda _messages: GOOD)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            script.requests.append(request)
            message = _message(script.answer(request["messages"]), len(script.requests))
            body = json.dumps(
                {
                    "id": f"answer-{len(script.requests)}",
                    "object": "chat.completion",
                    "created": 1,
                    "model": "scripted-2026",
                    "choices": [
                        {
                            "index": 0,
                            "finish_reason": "tool_calls" if "tool_calls" in message else "stop",
                            "message": message,
                        }
                    ],
                    "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
                }
            ).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Keep the test's output to the test."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    script.url = f"http://127.0.0.1:{http.server_port}"
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    yield script
    http.shutdown()
    http.server_close()
    thread.join()


def _message(answer: "str | list[tuple[str, dict[str, object]]]", number: int) -> dict[str, Any]:
    if isinstance(answer, str):
        return {"role": "assistant", "content": answer}
    calls = [
        {
            "id": f"call_{number}_{place}",
            "type": "function",
            "function": {"name": name, "arguments": json.dumps(arguments)},
        }
        for place, (name, arguments) in enumerate(answer)
    ]
    return {"role": "assistant", "content": None, "tool_calls": calls}
