"""An attack: a program that tries to get something and says what it got, over a host that is worth attacking."""

import textwrap
from dataclasses import dataclass, field

from journeyman.domain.command import Limits

_PRELUDE = '''
import ctypes, errno, glob, json, os, platform, signal, socket, struct, sys, time
with open("host.json") as told: host = json.load(told)
got = []
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
def attempt(name, action):
    """Note a name when an action neither fails nor returns False."""
    try:
        if action() is not False: got.append(name)
    except (OSError, ValueError, OverflowError, KeyError, AttributeError): pass
def reached(name, numbers, *arguments):
    """Note a name when a system call came past whoever refuses it, be its arguments as wrong as they may."""
    number = numbers.get(platform.machine())
    if number is None: return
    ctypes.set_errno(0)
    wide = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    if libc.syscall(ctypes.c_long(number), *wide) >= 0 or ctypes.get_errno() not in (1, 13, 38, 95, 97):
        got.append(name)
def at(x86_64, aarch64): return {"x86_64": x86_64, "aarch64": aarch64}
def content(path):
    number = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # a pipe would be waited for
    try: return os.read(number, 1 << 16)
    finally: os.close(number)
def readable(path): return len(content(path)) > 0
def token_in(path): return host["token"].encode() in content(path)
def writable(path): os.close(os.open(path, os.O_WRONLY))
'''
_END = '\nprint("\\n" + json.dumps(got))\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """One way of getting something; contained when it gets nothing and the host is as before."""

    name: str
    area: str
    """secrets, writing, tampering, kernel, network, processes, resources, time or forging."""
    title: str
    """What must not happen, in a few words."""
    source: str
    """Python; it notes what it got in `got`. What it knows of the host is in `host`."""
    needs: str = ""
    """What a machine must have for the attack to bite where nothing contains it; empty: nothing special."""
    limits: Limits = field(default=Limits(wall_time_s=60.0))

    @property
    def program(self) -> str:
        """The whole program."""
        return _PRELUDE + textwrap.dedent(self.source) + _END
