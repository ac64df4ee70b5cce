"""What may stay in the configuration of a repository that nobody vouches for: plain values that name no program.

An allow-list, since git has hundreds of keys and gains more; and line by line, so that there is no question of
how git reads what this keeps: no continuation, no quotes around values, no include.
"""

import re
from typing import Final

_SECTION = re.compile(r'\s*\[\s*([A-Za-z]+)(?:\s+"[\w./+@-]+")?\s*\]\s*')
_VALUE = re.compile(r"\s*([A-Za-z][A-Za-z0-9]*)\s*(?:=\s*([^\x00-\x1f\\\"#;]*))?")
_ENTRY = re.compile(r"\s*\[\s*([A-Za-z]+)|\s*([A-Za-z][A-Za-z0-9-]*)")
_EMPTY = re.compile(r"\s*(?:[#;][^\\\x00]*)?")
_ADDRESS = re.compile(r"(?!-)(?!.*::)[\w@./:~+-]*")
_SHOWN: Final = 5

_PLAIN: Final = {
    "core": "repositoryformatversion filemode bare logallrefupdates ignorecase precomposeunicode symlinks autocrlf eol",
    "user": "name email",
    "init": "defaultbranch",
    "extensions": "objectformat refstorage worktreeconfig",
    "branch": "remote merge rebase",
    "remote": "url pushurl fetch tagopt",
    "submodule": "url active branch",
    "pull": "rebase ff",
}
_ADDRESSES: Final = frozenset(["url", "pushurl"])


def harmless_config(content: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Return the configuration without what could run a program or lead elsewhere, and the names left out."""
    kept: list[str] = []
    dropped: list[str] = []
    section = ""
    known = True
    for line in content.decode("utf-8", "surrogateescape").split("\n"):
        bare = line.removesuffix("\r")
        header = _SECTION.fullmatch(bare)
        if header:
            section = header[1].lower()
            known = section in _PLAIN
        if _EMPTY.fullmatch(bare) or (known and (header or _is_plain(section, bare))):
            kept.append(line)
        elif not header:
            dropped.append(_name(section, bare))
            known = known and not bare.lstrip().startswith("[")
    named = list(dict.fromkeys(dropped))
    more = (f"{len(named) - _SHOWN} more",) if len(named) > _SHOWN else ()
    return "\n".join(kept).encode("utf-8", "surrogateescape"), (*named[:_SHOWN], *more)


def _is_plain(section: str, line: str) -> bool:
    found = _VALUE.fullmatch(line)
    if not found or found[1].lower() not in _PLAIN.get(section, "").split():
        return False
    return found[1].lower() not in _ADDRESSES or _ADDRESS.fullmatch((found[2] or "").strip()) is not None


def _name(section: str, line: str) -> str:
    found = _ENTRY.match(line)
    if found and found[1]:
        return f"[{found[1].lower()}]"
    return f"{section}.{found[2]}" if found else f"a line of [{section}]"
