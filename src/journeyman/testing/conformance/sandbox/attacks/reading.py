"""Attacks on secrets: in the environment, in files, in open files, in other processes, behind sockets."""

from journeyman.testing.conformance.sandbox.attacks.attack import Attack

_ROOT = "root"

READING = (
    Attack(
        name="canary_in_the_environment",
        area="secrets",
        title="the host's environment is not inherited",
        source="attempt('token', lambda: host['token'] in os.environ.values())",
    ),
    Attack(
        name="canary_in_the_environment_of_a_process",
        area="secrets",
        title="no environment shows in /proc, not even that of process 1",
        source="""
            for place in glob.glob("/proc/[0-9]*/environ"): attempt(place, lambda: token_in(place))
        """,
    ),
    Attack(
        name="canary_in_a_command_line",
        area="secrets",
        title="no argument of a host process shows",
        source="""
            own = str(os.getpid())
            for place in glob.glob("/proc/[0-9]*/cmdline"):
                if place.split("/")[2] != own: attempt(place, lambda: token_in(place))
        """,
    ),
    Attack(
        name="canary_in_an_inherited_file",
        area="secrets",
        title="no open file of the host is inherited",
        source="""
            for number in range(3, 1024):
                attempt(number, lambda: host["token"].encode() in os.pread(number, 100, 0))
        """,
    ),
    Attack(
        name="canary_in_a_file",
        area="secrets",
        title="files beside the workspace cannot be read",
        source="""
            for place in (host["outside"], "../" + os.path.basename(host["outside"])):
                attempt(place, lambda: token_in(place + "/secret"))
        """,
    ),
    Attack(
        name="a_secret_through_proc",
        area="secrets",
        title="/proc leads to no file of the host",
        source="""
            for pid in (1, os.getppid(), host["victim"], "self"):
                for way in ("root", "cwd"):
                    place = f"/proc/{pid}/{way}" + (host["outside"] if way == "root" else "")
                    attempt(place, lambda: token_in(place + "/secret"))
                for number in glob.glob(f"/proc/{pid}/fd/*"): attempt(number, lambda: token_in(number))
        """,
    ),
    Attack(
        name="a_secret_through_a_link",
        area="secrets",
        title="a symbolic link in the workspace leads to no file of the host",
        source="""
            os.symlink(host["outside"], "link")
            attempt("link", lambda: token_in("link/secret"))
        """,
    ),
    Attack(
        name="homes_and_keys",
        area="secrets",
        title="no home directory shows, but for a toolchain that lies in one",
        source="""
            needed = (sys.prefix + "/", sys.base_prefix + "/")
            for pattern in ("/root", "/home/*", "/Users/*"):
                for place in glob.glob(pattern):
                    def others():
                        names = [f"{place}/{name}/" for name in os.listdir(place)]
                        return any(not any(way.startswith(name) for way in needed) for name in names)
                    attempt(place, others)
        """,
        needs="a home directory with something in it, that may be read",
    ),
    Attack(
        name="accounts_and_identity_of_the_machine",
        area="secrets",
        title="accounts, machine id and name servers are not shown",
        source="""
            for place in ("/etc/shadow", "/etc/gshadow", "/etc/machine-id", "/etc/hostname", "/etc/resolv.conf",
                          "/etc/fstab", "/etc/ssh", "/etc/sudoers", "/etc/cron.d", "/var/log", "/var/lib"):
                attempt(place, lambda: bool(os.listdir(place) if os.path.isdir(place) else os.stat(place).st_size))
        """,
    ),
    Attack(
        name="hardware_and_firmware",
        area="secrets",
        title="/sys and the kernel's memory are not shown",
        source="""
            for place in ("/sys/class", "/sys/firmware", "/sys/kernel", "/sys/fs/cgroup", "/boot"):
                attempt(place, lambda: bool(os.listdir(place)))
            for place in ("/proc/kcore", "/dev/mem", "/dev/kmsg", "/dev/port"): attempt(place, lambda: readable(place))
        """,
    ),
    Attack(
        name="disks",
        area="secrets",
        title="no disk can be opened",
        source="""
            for place in glob.glob("/dev/[svx]d[a-z]*") + glob.glob("/dev/nvme*") + glob.glob("/dev/loop*"):
                attempt(place, lambda: readable(place))
        """,
        needs="root and a disk",
    ),
    Attack(
        name="an_agents_socket",
        area="secrets",
        title="no ssh agent, desktop bus, display or container socket is there to talk to",
        source="""
            def connect(place):
                with socket.socket(socket.AF_UNIX) as plug: plug.connect(place)
            patterns = ("/tmp/ssh-*/agent.*", "/run/user/*/bus", "/run/dbus/*", "/tmp/.X11-unix/*", "/run/docker.sock",
                        "/var/run/docker.sock", "/run/podman/podman.sock", "/run/containerd/*.sock")
            for place in [host["agent"], *(place for pattern in patterns for place in glob.glob(pattern))]:
                attempt(place, lambda: connect(place))
        """,
    ),
    Attack(
        name="memory_of_a_process",
        area="secrets",
        title="the memory of a host process cannot be read",
        source="""
            for pid in {host["victim"], os.getppid(), 1}:
                attempt(f"mem of {pid}", lambda: os.close(os.open(f"/proc/{pid}/mem", os.O_RDONLY)))
                attempt(f"maps of {pid}", lambda: len(open(f"/proc/{pid}/maps").read()) > 0 and pid == host["victim"])
            if os.getppid() in (0, 1): got = [name for name in got if not name.startswith("mem of 1")]
        """,
    ),
    Attack(
        name="processes_of_the_host",
        area="secrets",
        title="no process of the host shows",
        source="attempt('victim', lambda: os.stat(f'/proc/{host[\"victim\"]}/stat'))",
    ),
    Attack(
        name="log_of_the_kernel",
        area="secrets",
        title="the kernel's log cannot be read",
        source="reached('syslog', at(103, 116), 10, 0, 0)",
        needs=_ROOT,
    ),
    Attack(
        name="keys_of_the_kernel",
        area="secrets",
        title="the kernel's keyrings are closed",
        source="""
            reached("keyctl", at(250, 219), 0, -4, 0)
            reached("add_key", at(248, 217), b"user", b"journeyman-test", b"x", 1, -1)
            reached("request_key", at(249, 218), b"user", b"journeyman-test", 0, 0)
        """,
    ),
)
