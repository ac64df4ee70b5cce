"""The profile that macOS's `sandbox-exec` is given, as a pure function. Later rules win over earlier ones."""

import re
from collections.abc import Iterable
from pathlib import Path

_READABLE = (
    *(
        "/usr/lib",
        "/usr/bin",
        "/bin",
        "/usr/share",
        "/usr/libexec",
        "/System/Library",
        "/System/Volumes/Preboot/Cryptexes",
    ),
    *("/Library/Developer/CommandLineTools", "/Applications/Xcode.app", "/Library/Apple", "/private/var/db/timezone"),
    *("/private/var/db/dyld", "/opt/homebrew", "/usr/local"),
)
_READABLE_FILES = (
    "/",
    "/private/etc/localtime",
    "/private/etc/ssl/cert.pem",
    "/private/etc/ssl/openssl.cnf",
    "/dev/autofs_nowait",
)
_DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom", "/dev/tty", "/dev/ptmx")
_SYSCTLS = (
    *(
        "hw.activecpu",
        "hw.byteorder",
        "hw.cacheconfig",
        "hw.cpufamily",
        "hw.cputype",
        "hw.logicalcpu",
        "hw.logicalcpu_max",
    ),
    *(
        "hw.machine",
        "hw.memsize",
        "hw.model",
        "hw.ncpu",
        "hw.nperflevels",
        "hw.packages",
        "hw.pagesize",
        "hw.physicalcpu",
    ),
    *(
        "kern.argmax",
        "kern.hostname",
        "kern.maxfilesperproc",
        "kern.maxproc",
        "kern.osproductversion",
        "kern.osrelease",
    ),
    *(
        "kern.ostype",
        "kern.osvariant_status",
        "kern.osversion",
        "kern.secure_kernel",
        "kern.usrstack64",
        "kern.version",
    ),
    *("sysctl.proc_cputype", "vm.loadavg"),
)
_SERVICES = (
    "com.apple.system.opendirectoryd.libinfo",
    "com.apple.system.notification_center",
    "com.apple.system.logger",
)
# By pattern, not by path: what is not there yet is refused too, at any depth.
_NEVER_WRITTEN = (
    "/.git/hooks",
    "/.git/config",
    "/.git/config.worktree",
    "/.git/info/attributes",
    "/.git/modules",
    "/.gitmodules",
    "/.bashrc",
    "/.bash_profile",
    "/.profile",
    "/.zshrc",
    "/.zshenv",
    "/.zprofile",
    "/.envrc",
    "/.vscode",
    "/.idea",
    "/.claude",
    "/.husky",
    "/.mcp.json",
)


def seatbelt_profile(
    *, workspace: Path, writable: bool, scratch: Path, readable: Iterable[Path], proxy_port: int | None = None
) -> str:
    """Return the profile of one command; all paths must be resolved.

    `proxy_port` is the port of this machine that is all of the network; None is no network.

    Raises:
        ValueError: a path cannot be written in a profile.
    """
    own = [workspace, scratch, *readable]
    written = [scratch, workspace] if writable else [scratch]
    lines = [
        "(version 1)",
        "(deny default)",
        "(allow process-exec process-fork)",
        "(allow process-info* signal (target same-sandbox))",
        _rule("allow sysctl-read", (f'(sysctl-name "{name}")' for name in _SYSCTLS)),
        _rule("allow mach-lookup", (f'(global-name "{name}")' for name in _SERVICES)),
        "(allow ipc-posix-sem ipc-posix-shm)",
        "(allow pseudo-tty)",
        # The entries on the way to a path can be looked at; what is in them cannot be read.
        _rule("allow file-read-metadata", map(_literal, _on_the_way(own))),
        _rule("allow file-read*", map(_subpath, [*map(Path, _READABLE), *own])),
        _rule("allow file-read*", map(_literal, map(Path, _READABLE_FILES))),
        _rule("allow file-read* file-write* file-ioctl", map(_literal, map(Path, _DEVICES))),
        '(allow file-read* file-write* file-ioctl (regex #"^/dev/ttys[0-9]+$"))',
        _rule("allow file-write*", map(_subpath, written)),
        *(f'(deny file-write* (regex #"{_pattern(name)}"))' for name in _NEVER_WRITTEN),
        "(deny file-write-setugid)",
        "(deny network*)",
    ]
    if proxy_port is not None:
        lines.append(f'(allow network-outbound (remote tcp "localhost:{proxy_port}"))')
    lines += ["(deny appleevent-send)", "(deny lsopen)"]
    return "\n".join(lines) + "\n"


def _rule(head: str, filters: Iterable[str]) -> str:
    return "\n  ".join([f"({head}", *filters]) + ")"


def _literal(path: Path) -> str:
    return f'(literal "{_plain(path)}")'


def _subpath(path: Path) -> str:
    return f'(subpath "{_plain(path)}")'


def _plain(path: Path) -> str:
    text = str(path)
    if not path.is_absolute() or ".." in path.parts or any(sign in '"\\' or not sign.isprintable() for sign in text):
        raise ValueError(f"{text!r} cannot be written in a sandbox profile")
    return text


def _on_the_way(paths: Iterable[Path]) -> list[Path]:
    return sorted({above for path in paths for above in path.parents})


def _pattern(name: str) -> str:
    """Return a pattern for an entry of this name anywhere, or anything below it; the file system ignores case."""
    letters = (f"[{sign.lower()}{sign.upper()}]" if sign.isalpha() else re.escape(sign) for sign in name)
    return "".join(letters) + "(/|$)"
