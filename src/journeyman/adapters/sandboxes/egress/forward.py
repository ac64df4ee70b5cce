"""Runs inside the sandbox, before the command: from a port of its loopback to the proxy's socket.

Package managers know no proxy on a unix socket. Stands alone; called as `forward.py SOCKET COMMAND...`.
"""

import os
import signal
import socket
import sys
import threading

_CHUNK_BYTES = 65536
_LOCAL = "localhost,127.0.0.1,::1"
_CANNOT_START = 127


def main() -> None:
    """Start the forwarder apart, then become the command."""
    path, *command = sys.argv[1:]
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    if os.fork() == 0:
        # Fork again: the forwarder must not be a child that the command could wait for.
        if os.fork() == 0:
            _forward(listener, path)
        os._exit(0)
    os.wait()
    port = listener.getsockname()[1]
    listener.close()
    _become(command, proxied(dict(os.environ), port))  # noqa: TID251 - inside, where it is the command's own


def proxied(environment: "dict[str, str]", port: int) -> "dict[str, str]":
    """Return an environment in which the usual tools find the proxy, and loopback without it."""
    url = f"http://127.0.0.1:{port}"
    ways = dict.fromkeys(("HTTPS_PROXY", "HTTP_PROXY", "CARGO_HTTP_PROXY"), url)
    ways |= {name.lower(): url for name in ("HTTPS_PROXY", "HTTP_PROXY")}
    ways |= dict.fromkeys(("NO_PROXY", "no_proxy"), _LOCAL)
    ways |= {"npm_config_https_proxy": url, "npm_config_proxy": url, "npm_config_noproxy": _LOCAL}
    java = [f"-D{kind}.proxyHost=127.0.0.1 -D{kind}.proxyPort={port}" for kind in ("https", "http")]
    java.append("-Dhttp.nonProxyHosts=localhost|127.*|[::1] -Daether.connector.http.useSystemProperties=true")
    for name in ("MAVEN_OPTS", "GRADLE_OPTS"):
        ways[name] = " ".join([environment.get(name, ""), *java]).strip()
    return environment | ways


def _become(command: "list[str]", environment: "dict[str, str]") -> None:
    # Python ignores these two, and what is ignored stays so in a command.
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    try:
        os.execvpe(command[0], command, environment)  # noqa: S606 - becoming it is the point
    except OSError as error:
        sys.stderr.write(f"{command[0]}: {error.strerror}\n")
        sys.exit(_CANNOT_START)


def _forward(listener: socket.socket, path: str) -> None:
    """Take connections for as long as the sandbox stands; hold nothing of the command's open."""
    null = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(null, number)
    kept = os.dup2(listener.fileno(), 3)
    os.closerange(4, os.sysconf("SC_OPEN_MAX"))
    own = socket.socket(fileno=kept)
    while True:
        client, _ = own.accept()
        threading.Thread(target=_serve, args=(client, path), daemon=True).start()


def _serve(client: socket.socket, path: str) -> None:
    with client, socket.socket(socket.AF_UNIX) as proxy:
        try:
            proxy.connect(path)
        except OSError:
            return
        back = threading.Thread(target=_pump, args=(proxy, client), daemon=True)
        back.start()
        _pump(client, proxy)
        back.join()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(_CHUNK_BYTES):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        # One side is gone: the other one learns it.
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue


if __name__ == "__main__":
    main()
