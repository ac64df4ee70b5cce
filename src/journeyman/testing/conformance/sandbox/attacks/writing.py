"""Attacks that leave something on the host, or change what is there."""

from journeyman.testing.conformance.sandbox.attacks.attack import Attack

WRITING = (
    Attack(
        name="write_beside_the_workspace",
        area="writing",
        title="nothing beside the workspace can be made or changed",
        source="""
            attempt("file", lambda: open(host["outside"] + "/file", "w").write("after"))
            attempt("new", lambda: open(host["outside"] + "/new", "x").close())
            attempt("mode", lambda: os.chmod(host["outside"] + "/file", 0o666))
        """,
    ),
    Attack(
        name="write_through_a_link",
        area="writing",
        title="a symbolic link leads no write outside",
        source="""
            os.symlink(host["outside"] + "/file", "link")
            os.symlink(host["outside"], "directory")
            attempt("link", lambda: open("link", "w").write("after"))
            attempt("directory", lambda: open("directory/new", "x").close())
        """,
    ),
    Attack(
        name="write_by_climbing",
        area="writing",
        title="`..` does not leave the workspace",
        source="""
            name = os.path.basename(host["outside"])
            here = os.open(".", os.O_RDONLY)
            attempt("..", lambda: open(f"../{name}/file", "w").write("after"))
            attempt("openat", lambda: os.close(os.open(f"../{name}/file", os.O_WRONLY | os.O_TRUNC, dir_fd=here)))
            attempt("fchdir", lambda: (os.fchdir(here), os.chdir(".."), os.stat(name)))
        """,
    ),
    Attack(
        name="write_through_proc",
        area="writing",
        title="/proc leads no write outside",
        source="""
            for pid in (1, os.getppid(), host["victim"], "self"):
                place = f"/proc/{pid}/root" + host["outside"] + "/file"
                attempt(place, lambda: open(place, "w").write("after"))
        """,
    ),
    Attack(
        name="second_name_for_a_file",
        area="writing",
        title="no hard link to a file of the host can be made",
        source="""
            attempt("link", lambda: os.link(host["outside"] + "/file", "name"))
            attempt("write", lambda: open("name", "r+").write("after"))
        """,
    ),
    Attack(
        name="moving_files_in_and_out",
        area="writing",
        title="nothing can be moved out of the workspace or into it",
        source="""
            open("mine", "w").close()
            attempt("out", lambda: os.rename("mine", host["outside"] + "/mine"))
            attempt("in", lambda: os.rename(host["outside"] + "/file", "theirs"))
        """,
    ),
    Attack(
        name="system_directories",
        area="writing",
        title="no system directory is writable",
        source="""
            for place in ("/", "/usr", "/usr/bin", "/usr/local/bin", "/etc", "/opt", "/var", "/dev", "/proc", "/run",
                          "/home", "/root", "/boot", "/lib", "/bin", "/mnt"):
                def make():
                    name = os.path.join(place, ".journeyman-was-here")
                    open(name, "x").close()
                    os.unlink(name)
                attempt(place, make)
        """,
        needs="root",
    ),
    Attack(
        name="the_toolchain",
        area="writing",
        title="the interpreter and its libraries are not writable",
        source="""
            import sysconfig
            for place in {sys.prefix, sys.base_prefix, *sysconfig.get_paths().values()}:
                attempt(place, lambda: os.access(place, os.W_OK))
        """,
        needs="a toolchain that whoever runs this may write",
    ),
    Attack(
        name="temporary_files_of_the_host",
        area="writing",
        title="/tmp, /var/tmp and /dev/shm are not the host's",
        source="""
            for place in ("/tmp", "/var/tmp", "/dev/shm"):
                def make():
                    name = f"{place}/{host['token']}"
                    open(name, "w").close()
                    os.unlink(name)
                    return os.path.exists(host["agent"]) or os.stat(place).st_dev == os.stat("/").st_dev
                attempt(place, make)
        """,
    ),
    Attack(
        name="settings_of_the_kernel",
        area="writing",
        title="nothing below /proc/sys can be opened for writing",
        source="""
            for directory, _, names in os.walk("/proc/sys"):
                for name in names: attempt(directory + "/" + name, lambda: writable(directory + "/" + name))
            got = got[:5]
        """,
        needs="root",
    ),
    Attack(
        name="core_pattern_and_module_loader",
        area="writing",
        title="the programs that the kernel starts as root cannot be named",
        source="""
            for name in ("core_pattern", "modprobe", "hotplug", "usermodehelper/bset"):
                attempt(name, lambda: writable("/proc/sys/kernel/" + name))
            attempt("binfmt", lambda: writable("/proc/sys/fs/binfmt_misc/register"))
            attempt("uevent", lambda: writable("/sys/kernel/uevent_helper"))
        """,
        needs="root",
    ),
    Attack(
        name="magic_keys",
        area="writing",
        title="the machine cannot be told to restart or to kill",
        source="attempt('sysrq', lambda: writable('/proc/sysrq-trigger'))",
        needs="root",
    ),
    Attack(
        name="who_is_killed_first",
        area="tampering",
        title="the order in which the kernel kills for want of memory cannot be changed",
        source="""
            def keep(place):
                value = open(place).read()
                open(place, "w").write(value)
            for name in ("oom_score_adj", "oom_adj"): attempt(name, lambda: keep("/proc/self/" + name))
        """,
    ),
    Attack(
        name="control_groups",
        area="tampering",
        title="its own limits cannot be written",
        source="""
            for place in glob.glob("/sys/fs/cgroup/**/cgroup.procs", recursive=True)[:20]:
                attempt(place, lambda: writable(place))
            for line in open("/proc/self/mountinfo"):
                if " cgroup" in line: attempt(line, lambda: os.access(line.split()[4], os.W_OK))
        """,
        needs="root and control groups",
    ),
    Attack(
        name="bits_that_raise_rights",
        area="writing",
        title="no file can be made set-user-id or set-group-id",
        source="""
            def make(name, action):
                open(name, "w").close()
                action(name)
                return bool(os.stat(name).st_mode & 0o6000)
            attempt("chmod", lambda: make("a", lambda name: os.chmod(name, 0o6755)))
            attempt("fchmod", lambda: make("b", lambda name: os.fchmod(os.open(name, os.O_RDWR), 0o4755)))
            def created():
                os.close(os.open("c", os.O_CREAT | os.O_WRONLY, 0o6755))
                return os.stat("c").st_mode & 0o6000 != 0
            def node():
                os.mknod("d", 0o106755)
                return os.stat("d").st_mode & 0o6000 != 0
            attempt("open", created)
            attempt("mknod", node)
            reached("fchmodat2", at(452, 452), -100, b"a", 0o6755, 0)
        """,
    ),
    Attack(
        name="rights_on_a_file",
        area="writing",
        title="no file can be given capabilities",
        source="""
            open("tool", "w").close()
            bound_low_ports = bytes.fromhex("0100000200040000000000000000000000000000")
            attempt("capability", lambda: os.setxattr("tool", "security.capability", bound_low_ports))
        """,
        needs="root",
    ),
    Attack(
        name="device_nodes",
        area="writing",
        title="no device can be made",
        source="""
            attempt("character", lambda: os.mknod("null", 0o020666, os.makedev(1, 3)))
            attempt("memory", lambda: os.mknod("mem", 0o020666, os.makedev(1, 1)))
            attempt("block", lambda: os.mknod("disk", 0o060666, os.makedev(7, 0)))
        """,
        needs="root",
    ),
    Attack(
        name="another_owner",
        area="writing",
        title="no file can be given to another user",
        source="""
            open("file", "w").close()
            for uid in (0, 1, 12345):
                if uid != os.stat("file").st_uid: attempt(uid, lambda: os.chown("file", uid, uid))
        """,
        needs="root",
    ),
)
