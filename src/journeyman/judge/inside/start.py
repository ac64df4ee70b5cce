"""Runs inside the sandbox: opens the judge's channel, then lets one part of ours start the project's test tool.

A script of its own, standard library only. Its task comes on standard input, read to the end before any
line of the project is imported; its lines leave by a descriptor that the judge opened. Each line is a
JSON array of strings, a tab, and the running HMAC over every line so far.

    python start.py PART [ARGUMENT]...
"""

import hmac
import json
import os
import sys
import threading
from collections.abc import Callable
from importlib.machinery import PathFinder
from importlib.util import module_from_spec, spec_from_file_location
from json.encoder import encode_basestring_ascii
from typing import Any

Send = Callable[..., None]


def open_wire(descriptor: int, key: bytes) -> Send:
    """Return the function that sends one line; the key lives in its closure and nowhere else."""
    made = hmac.new(key, digestmod="sha256")
    # Bound now, on the object written in C where there is one: what the project puts in their places
    # later, on these modules or on the class, is not what is called.
    seal = getattr(made, "_hmac", None) or made
    seal_more, sealed = seal.update, seal.hexdigest
    write, quote, process_id, owner = os.write, encode_basestring_ascii, os.getpid, os.getpid()

    def send(*fields: str) -> None:
        if process_id() != owner:
            return  # a test forked, and the copy is not the run
        line = ("[" + ",".join([quote(field) for field in fields]) + "]").encode("ascii")
        seal_more(line)
        rest = line + b"\t" + sealed().encode("ascii") + b"\n"
        while rest:
            rest = rest[write(descriptor, rest) :]

    return send


def load(part: str) -> Any:
    """Return a module that lies beside this one, known to nobody else by name."""
    spec = spec_from_file_location(
        part, os.path.join(os.path.dirname(__file__), f"{part}.py")
    )  # before pathlib could be patched
    if spec is None or spec.loader is None:
        raise LookupError(part)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def watch(paths: list[str]) -> dict[str, set[int]]:
    """Note from now on which lines of some files are reached; costs a call for each function called elsewhere."""
    seen: dict[str, set[int]] = {path: set() for path in paths}
    here = {os.path.abspath(path): seen[path] for path in paths}  # before pathlib could be patched

    def begin(frame: Any, _event: str, _argument: object) -> Any:
        reached = here.get(frame.f_code.co_filename)
        if reached is None:
            return None
        reached.add(frame.f_lineno)

        def follow(inner: Any, event: str, _argument: object) -> Any:
            if event == "line":
                reached.add(inner.f_lineno)
            return follow

        return follow

    threading.settrace(begin)
    sys.settrace(begin)
    return seen


def main() -> None:
    """Read the task, run the suite, close the report, and leave without running anyone's exit hooks."""
    leave = os._exit
    task = json.loads(sys.stdin.buffer.read())
    sys.path[:] = [path for path in sys.path if path != os.path.dirname(__file__)]  # as above
    descriptor = int(os.environ.pop("JOURNEYMAN_REPORT_FD"))  # inside the sandbox, not the product's settings
    os.set_inheritable(descriptor, False)
    send = open_wire(descriptor, bytes.fromhex(task.pop("key")))
    part = load(sys.argv[1])
    for name in task.get("newcomers", ()):
        if PathFinder.find_spec(name, sys.path) is not None:
            send("installed", name)
    reached = watch(task["watched"]) if task.get("watched") else {}
    status, ended = part.run(send, task, sys.argv[2:])
    sys.stdout.flush()
    sys.stderr.flush()
    if reached:
        sys.settrace(None)
    for path, lines in reached.items():
        send("lines", path, ",".join(map(str, sorted(lines))))
    send("end", str(status), str(ended))
    leave(status)


if __name__ == "__main__":
    main()
