"""Attacks over sockets: to the host, out into the world, and to whatever runs the machine."""

from journeyman.testing.conformance.sandbox.attacks.attack import Attack

_CONNECT = """
def connect(family, address, kind=socket.SOCK_STREAM):
    with socket.socket(family, kind) as plug:
        plug.settimeout(2)
        plug.connect(address)
"""

NETWORK = (
    Attack(
        name="servers_of_the_host",
        area="network",
        title="no server on the host's loopback answers",
        source=_CONNECT
        + """
IP, IPV6 = socket.AF_INET, socket.AF_INET6
for family, address in ((IP, "127.0.0.1"), (IPV6, "::ffff:127.0.0.1"), (IP, "0.0.0.0")):
    attempt(address, lambda: connect(family, (address, host["tcp"])))
""",
    ),
    Attack(
        name="abstract_sockets_of_the_host",
        area="network",
        title="no abstract Unix socket of the host answers, and none is listed",
        source=_CONNECT
        + """
attempt("connect", lambda: connect(socket.AF_UNIX, chr(0) + host["abstract"]))
attempt("list", lambda: host["abstract"] in open("/proc/net/unix").read())
""",
    ),
    Attack(
        name="a_way_out",
        area="network",
        title="there is no route to anywhere, the cloud's metadata service included",
        source="""
            for family, address in ((socket.AF_INET, "169.254.169.254"), (socket.AF_INET, "192.0.2.1"),
                                    (socket.AF_INET, "10.0.0.1"), (socket.AF_INET6, "2001:db8::1"),
                                    (socket.AF_INET6, "fd00:ec2::254")):
                # A datagram socket connects when there is a route; nothing is sent.
                def route():
                    with socket.socket(family, socket.SOCK_DGRAM) as plug: plug.connect((address, 53))
                attempt(address, route)
        """,
        needs="a network",
    ),
    Attack(
        name="names_of_hosts",
        area="network",
        title="no name server is asked",
        source="""
            def servers():
                lines = open("/etc/resolv.conf").read().splitlines()
                return any(line.startswith("nameserver") for line in lines)
            attempt("configured", servers)
            attempt("answered", lambda: socket.getaddrinfo("example.com", 80))
        """,
        needs="a name server",
    ),
    Attack(
        name="interfaces",
        area="network",
        title="the only interface is a loopback of its own",
        source="""
            attempt("list", lambda: bool({name for _, name in socket.if_nameindex()} - {"lo"}))
            attempt("ports", lambda: f":{host['tcp']:04X} " in open("/proc/net/tcp").read())
        """,
    ),
    Attack(
        name="raw_packets",
        area="network",
        title="no raw socket",
        source="""
            for name, family, kind in (("AF_PACKET", 17, socket.SOCK_RAW), ("SOCK_PACKET", socket.AF_INET, 10),
                                       ("AF_INET", socket.AF_INET, socket.SOCK_RAW),
                                       ("AF_INET6", socket.AF_INET6, socket.SOCK_RAW)):
                attempt(name, lambda: socket.socket(family, kind, 1).close())
        """,
        needs="root",
    ),
    Attack(
        name="the_hypervisor",
        area="network",
        title="no socket to whatever runs the virtual machine",
        source="attempt('vsock', lambda: socket.socket(40, socket.SOCK_STREAM).close())",
        needs="a kernel with AF_VSOCK",
    ),
    Attack(
        name="the_kernels_cryptography",
        area="network",
        title="no AF_ALG socket",
        source="attempt('alg', lambda: socket.socket(38, socket.SOCK_SEQPACKET).close())",
        needs="a kernel with AF_ALG",
    ),
    Attack(
        name="rare_families",
        area="network",
        title="no socket family but Unix, internet and netlink",
        source="""
            for family in range(3, 46):
                if family not in (10, 16, 17, 38, 40):
                    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET, socket.SOCK_RAW):
                        attempt(family, lambda: socket.socket(family, kind).close())
        """,
        needs="a kernel with one of them",
    ),
)
