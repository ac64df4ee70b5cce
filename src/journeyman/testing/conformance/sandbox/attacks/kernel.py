"""Attacks on the less trodden paths of the kernel; most arguments are wrong: to be refused for that is success."""

from journeyman.testing.conformance.sandbox.attacks.attack import Attack

_ROOT = "root"

KERNEL = (
    Attack(
        name="privileges",
        area="kernel",
        title="no capability is held, and none can be gained",
        source="""
            status = dict(line.split(":\\t", 1) for line in open("/proc/self/status").read().splitlines())
            for name in ("CapEff", "CapPrm", "CapInh", "CapAmb"):
                if int(status[name], 16): got.append(name)
            if status["NoNewPrivs"] != "1": got.append("new privileges")
            if status["Seccomp"] != "2": got.append("no filter")
            attempt("uid 0", lambda: os.setuid(0))
            if os.getuid() == 0: got.append("is uid 0")
        """,
    ),
    Attack(
        name="user_namespaces",
        area="kernel",
        title="no further user namespace, where one would be root",
        source="""
            if os.fork() == 0:
                reached("unshare", at(272, 97), 0x10000000)
                os._exit(bool(got))
            if os.wait()[1]: got.append("unshare")
            reached("clone3", at(435, 435), 0, 0)
            def cloned():
                pid = libc.syscall(ctypes.c_long(at(56, 220)[platform.machine()]), 0x10000000 | 17, 0, 0, 0, 0)
                if pid == 0: os._exit(0)
                if pid < 0: return False
                os.waitpid(pid, 0)
            attempt("clone", cloned)
        """,
    ),
    Attack(
        name="other_namespaces",
        area="kernel",
        title="no namespace can be made or entered",
        source="""
            for name, flag in (("mount", 0x20000), ("uts", 0x4000000), ("ipc", 0x8000000), ("net", 0x40000000)):
                if os.fork() == 0: os._exit(libc.unshare(flag) == 0)
                if os.wait()[1]: got.append(name)
            reached("setns", at(308, 268), -1, 0)
        """,
    ),
    Attack(
        name="mounting",
        area="kernel",
        title="nothing can be mounted, unmounted or turned over, by the old calls",
        source="""
            reached("mount", at(165, 40), 0, 0, 0, 0, 0)
            reached("umount2", at(166, 39), b"/nonexistent", 0)
            reached("pivot_root", at(155, 41), b"/nonexistent", b"/nonexistent")
            reached("chroot", at(161, 51), b"/nonexistent")
        """,
        needs=_ROOT,
    ),
    Attack(
        name="mounting_anew",
        area="kernel",
        title="nothing can be mounted by the new calls",
        source="""
            for name, number, arguments in (("open_tree", 428, (-100, b"/", 0)), ("move_mount", 429, (-1, 0, -1, 0, 0)),
                                            ("fsopen", 430, (b"tmpfs", 0)), ("fsmount", 432, (-1, 0, 0)),
                                            ("fspick", 433, (-1, b"/", 0)), ("mount_setattr", 442, (-1, b"", 0, 0, 0))):
                reached(name, at(number, number), *arguments)
        """,
    ),
    Attack(
        name="asynchronous_rings",
        area="kernel",
        title="io_uring, which no filter sees through, is closed",
        source="""
            reached("setup", at(425, 425), 0, 0)
            reached("enter", at(426, 426), -1, 0, 0, 0, 0, 0)
            reached("register", at(427, 427), -1, 0, 0, 0)
        """,
    ),
    Attack(
        name="programs_in_the_kernel",
        area="kernel",
        title="bpf and perf are closed",
        source="""
            reached("bpf", at(321, 280), 999, 0, 0)
            reached("perf_event_open", at(298, 241), 0, 0, -1, -1, 0)
        """,
        needs=_ROOT,
    ),
    Attack(
        name="faults_handled_by_a_program",
        area="kernel",
        title="userfaultfd, which makes races easy to win, is closed",
        source="reached('userfaultfd', at(323, 282), 0)",
        needs="root, or a kernel that lets everyone",
    ),
    Attack(
        name="looking_into_processes",
        area="kernel",
        title="no process can be traced or read, not even a sibling",
        source="""
            pid = os.fork()
            if pid == 0:
                time.sleep(30)
                os._exit(0)
            reached("ptrace", at(101, 117), 16, pid, 0, 0)
            reached("process_vm_readv", at(310, 270), pid, 0, 0, 0, 0, 0)
            reached("process_vm_writev", at(311, 271), pid, 0, 0, 0, 0, 0)
            reached("kcmp", at(312, 272), pid, pid, 0, 0, 0)
            reached("pidfd_getfd", at(438, 438), -1, 0, 0)
            os.kill(pid, 9)
        """,
    ),
    Attack(
        name="modules_and_other_kernels",
        area="kernel",
        title="no module and no other kernel can be loaded, and nothing restarts",
        source="""
            reached("init_module", at(175, 105), 0, 0, b"")
            reached("finit_module", at(313, 273), -1, b"", 0)
            reached("delete_module", at(176, 106), b"journeyman_no_such_module", 0)
            reached("kexec_load", at(246, 104), 0, 99999, 0, 0)
            reached("reboot", at(169, 142), 0, 0, 0, 0)
        """,
        needs=_ROOT,
    ),
    Attack(
        name="clocks",
        area="kernel",
        title="no clock can be set",
        source="""
            reached("clock_settime", at(227, 112), 9999, 0)
            reached("settimeofday", at(164, 170), 1, 1)
            reached("adjtimex", at(159, 171), ctypes.create_string_buffer(512))
        """,
    ),
    Attack(
        name="names_of_the_machine",
        area="kernel",
        title="the machine's name can be neither changed nor, as the host's, read",
        source="""
            reached("sethostname", at(170, 161), b"", -1)
            reached("setdomainname", at(171, 162), b"", -1)
            attempt("name", lambda: socket.gethostname() == host["machine"])
        """,
    ),
    Attack(
        name="swap_quota_and_accounting",
        area="kernel",
        title="no administration by other calls",
        source="""
            reached("swapon", at(167, 224), b"/nonexistent", 0)
            reached("swapoff", at(168, 225), b"/nonexistent")
            reached("acct", at(163, 89), b"/nonexistent")
            reached("quotactl", at(179, 60), 0, b"/nonexistent", 0, 0)
            reached("fanotify_init", at(300, 262), 0xFFFF, 0)
        """,
        needs=_ROOT,
    ),
    Attack(
        name="handles_in_place_of_names",
        area="kernel",
        title="no file can be opened by a handle, past all directories",
        source="""
            reached("name_to_handle_at", at(303, 264), -100, b".", 0, 0, 0)
            reached("open_by_handle_at", at(304, 265), -1, 0, 0)
        """,
    ),
    Attack(
        name="placing_memory",
        area="kernel",
        title="memory of other processes cannot be moved",
        source="""
            reached("move_pages", at(279, 239), os.getpid(), 0, 0, 0, 0, 0)
            reached("migrate_pages", at(256, 238), os.getpid(), 0, 0, 0)
            reached("mbind", at(237, 235), 0, 0, 0, 0, 0, 0)
            reached("set_mempolicy", at(238, 237), 0, 0, 0)
        """,
    ),
    Attack(
        name="ports_of_the_processor",
        area="kernel",
        title="input and output ports are closed",
        source="""
            reached("iopl", {"x86_64": 172}, 0)
            reached("ioperm", {"x86_64": 173}, 0, 0, 0)
            reached("modify_ldt", {"x86_64": 154}, 0, 0, 0)
        """,
        needs="x86_64",
    ),
    Attack(
        name="the_other_call_table",
        area="kernel",
        title="the x32 calls, numbered past many a filter, are closed",
        source="""
            if os.fork() == 0:
                os._exit(libc.syscall(ctypes.c_long(0x40000000 | 39)) > 0)
            if os.wait()[1] >> 8: got.append("x32")
        """,
        needs="x86_64 and a kernel with x32",
    ),
    Attack(
        name="typing_into_a_terminal",
        area="kernel",
        title="no character can be pushed into a terminal, whatever the upper half of the number says",
        source="""
            import fcntl, pty
            leader, follower = pty.openpty()
            def push(request):
                if os.fork() == 0:
                    os.setsid()
                    fcntl.ioctl(follower, 0x540E, 0)
                    ctypes.set_errno(0)
                    failed = libc.ioctl(follower, ctypes.c_ulong(request), ctypes.c_char_p(b"x"))
                    os._exit(failed == 0 or ctypes.get_errno() not in (1, 5))
                return os.wait()[1] >> 8 != 0
            for name, request in (("TIOCSTI", 0x5412), ("above 32 bits", 1 << 32 | 0x5412)):
                attempt(name, lambda: push(request))
        """,
        needs="a kernel that still has TIOCSTI",
    ),
)
