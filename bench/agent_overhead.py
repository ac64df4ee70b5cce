"""What the harness of an agent costs: a scripted run of 20 steps over HTTP, side by side with a bare loop.

    python bench/agent_overhead.py [--mini PATH-OF-MINI] [--rounds 3]

A server on loopback answers at once, so every second is the harness's or the commands'. The same 20 steps (looks,
searches, edits, a test run) are taken by Journeyman, by a loop of 40 lines that has no sandbox, no log and no judge,
and, where its command is given, by mini-swe-agent. Everything runs in turn on the same machine; ratios count.

Measured, for each: seconds from the start of the process to the first request (cold, and with the base's tests
measured before), seconds of the whole task, milliseconds between an answer and the next request, peak memory of the
process tree (proportional set size), tokens of the first prompt and of all new input, and how much of each request
is, byte for byte, how the next one begins.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path

CHARACTERS_PER_TOKEN = 4
PROJECT = {
    "shop/__init__.py": "",
    "shop/cart.py": "def total(prices):\n    return 0\n"
    + "".join(f"\n\ndef f{n}(x):\n    return x + {n}\n" for n in range(40)),
    "tests/test_cart.py": "from shop.cart import total\n\n\ndef test_total():\n    assert total([1, 2]) == 3\n",
    "pyproject.toml": '[tool.pytest.ini_options]\npythonpath = ["."]\n',
}
Step = tuple[str, dict[str, object]]


def steps() -> list[Step]:
    """Return the 18 steps before the work is done; finishing takes the rest."""
    looks: list[Step] = [("view", {"path": "shop/cart.py", "start": 1 + 8 * n, "end": 40 + 8 * n}) for n in range(6)]
    greps: list[Step] = [("search", {"query": f"def f{n}\\b", "path": "shop"}) for n in range(5)]
    edits: list[Step] = [
        ("edit", {"path": "shop/cart.py", "old": _turned(n, "x", n), "new": _turned(n, n, "x")}) for n in range(5)
    ]
    mend: Step = ("edit", {"path": "shop/cart.py", "old": "return 0\n", "new": "return sum(prices)\n"})
    test: Step = ("run", {"command": "python3 -c 'from shop.cart import total; print(total([1, 2]))'"})
    return [*looks, *greps, *edits, mend, test]


def _turned(number: int, first: object, second: object) -> str:
    return f"return {first} + {second}\n\n\ndef f{number + 1}("


def as_shell(step: Step) -> str:
    """Return the same step as a command, for agents that have a shell and nothing else."""
    name, given = step
    if name == "view":
        return f"sed -n '{given['start']},{given['end']}p' {given['path']} | cat -n"
    if name == "search":
        return f"grep -rnIE '{given['query']}' {given['path']}"
    if name == "edit":
        words = json.dumps([given["path"], given["old"], given["new"]])
        script = "f = pathlib.Path(p)\nt = f.read_text()\nassert t.count(o) == 1\nf.write_text(t.replace(o, n))"
        return f"python3 - <<'END'\nimport pathlib\np, o, n = {words}\n{script}\nEND"
    return str(given["command"])


@dataclass
class Asked:
    """One request as it came, and when."""

    at_s: float
    body: str
    answered_s: float = 0.0


@dataclass
class Taken:
    """One run of one harness."""

    started_s: float
    ended_s: float
    peak_bytes: int
    cpu_s: float
    requests: list[Asked] = field(default_factory=list)
    status: int = 0

    @property
    def first_request_s(self) -> float:
        """Seconds from the start of the process."""
        return self.requests[0].at_s - self.started_s

    @property
    def gap_ms(self) -> float:
        """Median milliseconds between an answer and the next request: the harness's and the command's."""
        return statistics.median((after.at_s - before.answered_s) * 1000 for before, after in pairwise(self.requests))

    @property
    def loop_s(self) -> float:
        """From the first request to the last one, where all harnesses do the same."""
        return self.requests[-1].at_s - self.requests[0].at_s

    @property
    def new_tokens(self) -> int:
        """Of input that is not the beginning of the request before."""
        new = len(said(self.requests[0].body))
        new += sum(len(said(after.body)) - common(before.body, after.body) for before, after in pairwise(self.requests))
        return new // CHARACTERS_PER_TOKEN

    @property
    def prefix_share(self) -> float:
        """The smallest share of a request's messages that the next one begins with."""
        return min(common(a.body, b.body) / len(said(a.body)) for a, b in pairwise(self.requests))


def said(body: str) -> str:
    """Return what a server's cache sees, in its order: tools, then messages, as they were sent."""
    request = json.loads(body)
    return (
        json.dumps(request.get("tools", []), ensure_ascii=False)
        + json.dumps(request["messages"], ensure_ascii=False)[:-1]
    )


def common(before: str, after: str) -> int:
    return len(os.path.commonprefix([said(before), said(after)]))  # noqa: RUF071 - characters are what is meant


def serve(shell_only: bool) -> tuple[ThreadingHTTPServer, list[Asked]]:  # noqa: FBT001
    """Serve the script; an agent with a shell alone gets commands, and its own way to end."""
    asked: list[Asked] = []
    script = steps()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            here = Asked(time.monotonic(), self.rfile.read(int(self.headers["Content-Length"])).decode())
            asked.append(here)
            number = len(asked)
            if number <= len(script):
                name, arguments = script[number - 1]
                if shell_only:
                    name, arguments = "bash", {"command": as_shell(script[number - 1])}
            elif shell_only:
                name, arguments = "bash", {"command": "echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT"}
            else:
                name, arguments = "finish", {"summary": "done"}
            call = {
                "id": f"c{number}",
                "type": "function",
                "function": {"name": name, "arguments": json.dumps(arguments)},
            }
            message = {"role": "assistant", "content": None, "tool_calls": [call]}
            choice = {"index": 0, "finish_reason": "tool_calls", "message": message}
            size = len(here.body) // CHARACTERS_PER_TOKEN
            usage = {"prompt_tokens": size, "completion_tokens": 30, "total_tokens": size + 30}
            head = {"id": f"x{number}", "object": "chat.completion", "created": 1, "model": "gpt-4o-mini"}
            body = json.dumps({**head, "choices": [choice], "usage": usage}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            here.answered_s = time.monotonic()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, asked


def bare(url: str, folder: Path) -> None:
    """Do the calls, and nothing else: what any harness must at least do. Run as a process of its own."""
    import urllib.request

    tool = {
        "type": "function",
        "function": {
            "name": "bash",
            "description": "Run a command.",
            "parameters": {"type": "object", "properties": {"command": {"type": "string"}}, "required": ["command"]},
        },
    }
    messages: list[dict[str, object]] = [
        {"role": "system", "content": "You mend code."},
        {"role": "user", "content": "Mend it."},
    ]
    while True:
        data = json.dumps({"model": "m", "messages": messages, "tools": [tool]}).encode()
        request = urllib.request.Request(f"{url}/chat/completions", data, {"Content-Type": "application/json"})  # noqa: S310
        with urllib.request.urlopen(request) as response:  # noqa: S310
            message = json.load(response)["choices"][0]["message"]
        messages.append(message)
        for call in message["tool_calls"]:
            command = json.loads(call["function"]["arguments"])["command"]
            if "COMPLETE_TASK" in command:
                return
            done = subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, text=True, check=False)
            messages.append({"role": "tool", "tool_call_id": call["id"], "content": done.stdout + done.stderr})


def measure(command: list[str], environment: dict[str, str], folder: Path, *, shell_only: bool) -> Taken:
    """Run one harness against a server of its own; `URL` in its words is the server's."""
    server, asked = serve(shell_only)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    url = f"http://127.0.0.1:{server.server_port}/v1"
    started = time.monotonic()
    process = subprocess.Popen(
        [word.replace("URL", url) for word in command],
        cwd=folder,
        env={name: value.replace("URL", url) for name, value in environment.items()},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    peak = [0]
    watcher = threading.Thread(target=_watch, args=(process, peak), daemon=True)
    watcher.start()
    output, _ = process.communicate(timeout=600)
    ended = time.monotonic()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    watcher.join()
    server.shutdown()
    if process.returncode != 0 or len(asked) < len(steps()):
        sys.stderr.write(output.decode("utf-8", "replace")[-3000:])
    return Taken(started, ended, peak[0], cpu_s, asked, process.returncode)


def _watch(process: subprocess.Popen[bytes], peak: list[int]) -> None:
    while process.poll() is None:
        peak[0] = max(peak[0], sum(map(_pss_bytes, _family(process.pid))))
        time.sleep(0.1)


def _family(root: int) -> list[int]:
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, IndexError):
                continue
    family, added = {root}, True
    while added:
        found = {pid for pid, parent in parents.items() if parent in family} - family
        family |= found
        added = bool(found)
    return sorted(family)


def _pss_bytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def project(folder: Path) -> Path:
    for path, text in PROJECT.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    git = ["git", "-C", str(folder), "-c", "user.name=bench", "-c", "user.email=bench@localhost"]
    for words in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "base"]):
        subprocess.run([*git, *words], check=True)
    return folder


def journeyman(scratch: Path) -> Taken:
    repo = project(Path(tempfile.mkdtemp(dir=scratch)))
    words = [sys.executable, "-m", "journeyman", "run", "test:tests/test_cart.py::test_total", "--repo", str(repo)]
    words += ["--model", "openai-compatible:URL#gpt-4o-mini", "--strategy", "agent", "--candidates", "1"]
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(scratch)}
    return measure(words, environment, repo, shell_only=False)


def bare_loop(scratch: Path) -> Taken:
    repo = project(Path(tempfile.mkdtemp(dir=scratch)))
    words = [sys.executable, str(Path(__file__).resolve()), "--bare", "URL"]
    return measure(words, {"PATH": "/usr/local/bin:/usr/bin:/bin"}, repo, shell_only=True)


def mini(scratch: Path, command: str) -> Taken:
    repo = project(Path(tempfile.mkdtemp(dir=scratch)))
    words = [command, "-t", "Mend it.", "-m", "openai/gpt-4o-mini", "-y", "--exit-immediately"]
    environment = {
        "PATH": f"{Path(command).parent}:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(scratch),
        "OPENAI_API_KEY": "none",
        "OPENAI_API_BASE": "URL",
        "OPENAI_BASE_URL": "URL",
        "MSWEA_CONFIGURED": "true",
        "MSWEA_COST_TRACKING": "ignore_errors",
    }
    return measure(words, environment, repo, shell_only=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--mini", default="", help="The `mini` command of mini-swe-agent, to be measured too.")
    parser.add_argument("--bare", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.bare:
        bare(options.bare, Path.cwd())
        return
    with tempfile.TemporaryDirectory() as scratch:
        cold = journeyman(Path(scratch))  # measures the base's tests, which is kept from then on
        print(f"journeyman, first run ever: {cold.first_request_s:.2f} s to the first request, exit {cold.status}")
        harnesses = {"bare loop": bare_loop, "journeyman": journeyman}
        if options.mini:
            harnesses["mini-swe-agent"] = lambda scratch: mini(scratch, options.mini)
        runs: dict[str, list[Taken]] = {name: [] for name in harnesses}
        for _ in range(options.rounds):
            for name, run in harnesses.items():
                runs[name].append(run(Path(scratch)))
    base = statistics.median(taken.loop_s for taken in runs["bare loop"])
    print(
        "harness         first request  whole    CPU   "
        "loop  x bare  gap/step  peak  first prompt  new input  prefix  requests"
    )
    for name, taken in runs.items():
        best = sorted(taken, key=lambda one: one.loop_s)[len(taken) // 2]
        print(
            f"{name:<15} {min(t.first_request_s for t in taken):>10.2f} s {best.ended_s - best.started_s:>6.2f} s "
            f"{best.cpu_s:>5.2f} s "
            f"{best.loop_s:>5.2f} s {best.loop_s / base:>5.2f} "
            f"{best.gap_ms:>7.1f} ms {best.peak_bytes / 2**20:>4.0f} MB "
            f"{len(said(best.requests[0].body)) // CHARACTERS_PER_TOKEN:>9,} {best.new_tokens:>11,} "
            f"{best.prefix_share:>9.3f} {len(best.requests):>6}  exit {best.status}"
        )


if __name__ == "__main__":
    main()
