"""The desk: carries out an agent's calls, all of them inside the sandbox. The host never opens what the agent wrote."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from journeyman.domain.command import CommandResult, Ending, Limits
from journeyman.domain.prompt import Tool, ToolCall, ToolResult
from journeyman.domain.snapshot import Snapshot
from journeyman.ports.index import CodeIndex
from journeyman.ports.workplace import Workplace
from journeyman.stages.generate import lookup
from journeyman.stages.generate.agent.catalogue import CATALOGUE, Arguments, MisuseError, read_arguments
from journeyman.stages.generate.agent.ending import Ending as End
from journeyman.stages.generate.agent.ending import Kind
from journeyman.stages.generate.agent.gate import Gate
from journeyman.stages.generate.agent.text import EditError, around, clip, numbered, readable, replace_once

_LONGEST_COMMAND_S = 900
_FILE = Limits(wall_time_s=20.0, output_bytes=4 * 2**20)
# Paths are arguments of these scripts, never part of them; what they open, they open inside the sandbox.
_READ = ("sh", "-c", 'if [ -d "$1" ]; then ls -1Ap -- "$1"; exit 3; fi; exec cat -- "$1"', "read")
_WRITE = ("sh", "-c", 'mkdir -p -- "$(dirname -- "$1")" && exec cat > "$1"', "write")
_SHELL = ("sh", "-c", 'if command -v bash >/dev/null; then exec bash -c "$1"; fi; exec sh -c "$1"', "run")
_GREP = ("grep", "-rnIE", "--exclude-dir=.git", "--exclude-dir=node_modules", "--exclude-dir=__pycache__")
_IS_DIRECTORY = 3
_MOST_MATCHES = 60
_LONGEST_MATCH = 240
_STOPPED = {
    Ending.TIMED_OUT: "stopped: it ran longer than {seconds:.0f} s",
    Ending.OUT_OF_MEMORY: "stopped: it used up the memory",
    Ending.DISK_FULL: "stopped: it wrote more than there is room for",
    Ending.TOO_MANY_PROCESSES: "stopped: it started too many processes",
    Ending.OUTPUT_TRUNCATED: "stopped: it printed too much",
    Ending.KILLED: "killed",
}


@dataclass(slots=True, kw_only=True)
class Desk:
    """Fills `ports.tools.Tools`."""

    place: Workplace
    gate: Gate
    index: CodeIndex
    base: Snapshot
    command_s: float
    ending: End | None = field(default=None, init=False)
    """Set by the call that ended the work."""

    @property
    def offered(self) -> tuple[Tool, ...]:
        """The tools, always the same."""
        return CATALOGUE

    async def call(self, call: ToolCall) -> ToolResult:
        """Carry out one call; whatever is wrong with it is its result."""
        if self.ending is not None:
            return ToolResult(call_id=call.id, name=call.name, text="Not done: the work is over.", failed=True)
        try:
            text = await self._done(call.name, read_arguments(call.name, call.arguments))
        except (MisuseError, EditError) as problem:
            return ToolResult(call_id=call.id, name=call.name, text=str(problem), failed=True)
        return ToolResult(call_id=call.id, name=call.name, text=text)

    async def _done(self, name: str, given: Arguments) -> str:
        tools: dict[str, Callable[[Arguments], Awaitable[str]]] = {
            "run": self._run,
            "view": self._view,
            "search": self._search,
            "edit": self._edit,
            "create": self._create,
            "check": self._check,
            "finish": self._finish,
            "cannot_satisfy": self._cannot_satisfy,
        }
        return await tools[name](given)

    async def _run(self, given: Arguments) -> str:
        seconds = min(max(given.numbers.get("timeout_s", self.command_s), 1), _LONGEST_COMMAND_S)
        limits = Limits(wall_time_s=seconds, output_bytes=2 * 2**20)
        result = await self.place.run((*_SHELL, _sendable(given.words["command"])), limits=limits)
        said = clip(readable(result.output).strip("\n"), narrow="Narrow it: grep, head, tail, or one test.")
        return f"{_ended(result, seconds)}\n{said}".rstrip()

    async def _view(self, given: Arguments) -> str:
        path = given.words["path"]
        result = await self._read(path)
        if result.exit_status == _IS_DIRECTORY:
            return clip(f"{path} is a directory:\n{readable(result.output)}".rstrip(), narrow="List a folder of it.")
        start, end = given.numbers.get("start", 1), given.numbers.get("end", 0)
        return clip(numbered(_text(result, path), start=start, end=end), narrow="Ask for fewer lines.")

    async def _search(self, given: Arguments) -> str:
        query, how, path = given.words["query"], given.words.get("how", "text"), given.words.get("path", "")
        if how == "code":
            paths = (path,) if path else ()
            found = await lookup.search_code(query, index=self.index, tree=self.base, paths=paths)
        elif how == "symbol":
            found = await lookup.find_symbol(query, index=self.index, tree=self.base)
        elif how == "uses":
            found = await lookup.find_references(query, index=self.index, tree=self.base)
        elif how == "text":
            return await self._grep(query, path)
        else:
            raise MisuseError(f"`how` is text, code, symbol or uses, not `{how[:40]}`.")
        return clip(found.text, narrow="Ask for something narrower.")

    async def _grep(self, query: str, path: str) -> str:
        words = (*_GREP, "-e", _sendable(query), "--", _sendable(path or "."))
        result = await self.place.run(words, limits=_FILE)
        lines = [line[:_LONGEST_MATCH].removeprefix("./") for line in readable(result.output).splitlines()]
        if not lines:
            return "Nothing matches."
        more = f"\n[{len(lines) - _MOST_MATCHES} more matches. Narrow the expression or give a path.]"
        return "\n".join(lines[:_MOST_MATCHES]) + (more if len(lines) > _MOST_MATCHES else "")

    async def _edit(self, given: Arguments) -> str:
        path, new = given.words["path"], given.words["new"]
        text, line = replace_once(_text(await self._read(path), path), given.words["old"], new)
        await self._write(path, text)
        return f"Edited {path}:\n{around(text, line, new)}"

    async def _create(self, given: Arguments) -> str:
        path, content = given.words["path"], given.words["content"]
        await self._write(path, content)
        lines = content.count("\n") + (not content.endswith("\n"))
        return f"Wrote {path}, {lines} lines."

    async def _check(self, given: Arguments) -> str:
        del given
        return await self.gate.check()

    async def _finish(self, given: Arguments) -> str:
        over, text = await self.gate.finish()
        if over:
            self.ending = End(kind=Kind.FINISHED, reason=given.words["summary"])
        return text

    async def _cannot_satisfy(self, given: Arguments) -> str:
        reason, evidence = given.words["reason"].strip(), given.words["evidence"].strip()
        if not reason or not evidence:
            raise MisuseError("Give a reason, and evidence that a person can look up: a file and line, a failing run.")
        self.ending = End(kind=Kind.IMPOSSIBLE, reason=reason, evidence=evidence)
        return "A person will decide."

    async def _read(self, path: str) -> CommandResult:
        return await self.place.run((*_READ, _sendable(path)), limits=_FILE)

    async def _write(self, path: str, text: str) -> None:
        content = text.encode("utf-8", "surrogateescape")
        result = await self.place.run((*_WRITE, _sendable(path)), stdin=content, limits=_FILE)
        if result.exit_status != 0:
            raise EditError(f"{path} could not be written: {readable(result.output).strip() or result.ending.value}")


def _sendable(word: str) -> str:
    if "\0" in word:
        raise MisuseError("A NUL character cannot be part of a command or a path.")
    return word.encode("utf-8", "replace").decode()


def _text(result: CommandResult, path: str) -> str:
    if result.exit_status == _IS_DIRECTORY:
        raise EditError(f"{path} is a directory.")
    if result.exit_status != 0 or result.ending is not Ending.EXITED:
        why = readable(result.output)[-200:].strip() if result.ending is Ending.EXITED else result.ending.value
        raise EditError(f"{path} could not be read: {why}")
    try:
        return result.output.decode("utf-8")
    except UnicodeDecodeError as error:
        raise EditError(f"{path} is no text (UTF-8). Use run to look at it.") from error


def _ended(result: CommandResult, seconds: float) -> str:
    if result.ending is Ending.EXITED:
        return f"exit status {result.exit_status}"
    return _STOPPED.get(result.ending, result.ending.value).format(seconds=seconds)
