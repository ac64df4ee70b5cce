"""What Journeyman itself costs: `--help`, the way to the first model request, and each iteration.

    python bench/overhead.py

The model is a server on loopback that answers at once and wrongly, so that every second is ours or the
tests'. The figures of an iteration come from the run's own log.
"""

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from journeyman.domain.event import CandidateProposed, CandidateVerified

ATTEMPTS = 12
COMMAND = [sys.executable, "-m", "journeyman"]
PROJECT = {
    "shop/__init__.py": "",
    "shop/cart.py": "def total(prices):\n    return 0\n",
    "tests/test_cart.py": "from shop.cart import total\n\n\ndef test_total():\n    assert total([1, 2]) == 3\n",
    "pyproject.toml": '[tool.pytest.ini_options]\npythonpath = ["."]\n',
}


def main() -> None:
    print(f"`journeyman --help`: {help_cpu_s():.3f} CPU s (median of 9)")
    with tempfile.TemporaryDirectory() as scratch:
        first_request_s, records = run(Path(scratch))
    print(f"command to first model request, baseline of two test runs included: {first_request_s:.2f} s")
    print(f"per iteration apart from model and sandboxed tests: {overhead_s(records) * 1000:.0f} ms (median)")


def help_cpu_s() -> float:
    """Return the CPU seconds, user and system, of the help text."""
    costs = []
    for _ in range(9):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([*COMMAND, "--help"], stdout=subprocess.DEVNULL, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        costs.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(costs)


def run(scratch: Path) -> tuple[float, list[dict[str, object]]]:
    """Run with a model that is always wrong; return seconds to its first request, and the records."""
    asked: list[float] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(asked))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    repo = scratch / "repo"
    for path, text in PROJECT.items():
        (repo / path).parent.mkdir(parents=True, exist_ok=True)
        (repo / path).write_text(text)
    git = ["git", "-C", str(repo), "-c", "user.name=bench", "-c", "user.email=bench@localhost"]
    for words in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "base"]):
        subprocess.run([*git, *words], check=True)
    model = f"openai-compatible:http://127.0.0.1:{server.server_port}/v1#wrong"
    words = ["run", "test:tests/test_cart.py::test_total", "--repo", str(repo), "--model", model, "--json"]
    words += ["--candidates", "1", "--budget-attempts", str(ATTEMPTS)]
    started = time.monotonic()
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(scratch)}
    done = subprocess.run([*COMMAND, *words], capture_output=True, text=True, env=environment, check=False)
    server.shutdown()
    return asked[0] - started, [json.loads(line) for line in done.stdout.splitlines()]


def overhead_s(records: list[dict[str, object]]) -> float:
    """Return the median seconds from one answer to the next question, less what the sandbox took."""
    spans, began, sandbox_s = [], None, 0.0
    for record in records:
        event, at = record["event"], datetime.fromisoformat(str(record["at"]))
        assert isinstance(event, dict)
        if event["kind"] == CandidateProposed.kind:
            began, sandbox_s = at, 0.0
        elif event["kind"] == "command-ran":
            sandbox_s += event["duration_s"]
        elif event["kind"] == CandidateVerified.kind and began is not None:
            spans.append((at - began).total_seconds() - sandbox_s)
    return statistics.median(spans)


def _handler(asked: list[float]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(time.monotonic())
            self.rfile.read(int(self.headers["Content-Length"]))
            code = f"```python\n# shop/cart.py\ndef total(prices):\n    return {len(asked) + 3}\n```"
            choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": code}}
            usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
            answer = {"id": "x", "object": "chat.completion", "created": 1, "model": "wrong"}
            body = json.dumps({**answer, "choices": [choice], "usage": usage}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


if __name__ == "__main__":
    main()
