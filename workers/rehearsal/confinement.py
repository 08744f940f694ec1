"""The kernel's walls: what a process leaves behind, sees and may still use, in calls that Python has no names for."""

import ctypes
import fcntl
import os
import resource
import signal
import socket
import struct
from pathlib import Path
from typing import Final

from workers.rehearsal.plan import Plan

CLONE_NEWNS: Final = 0x00020000  # these names and numbers are Linux's own
CLONE_NEWUTS: Final = 0x04000000
CLONE_NEWIPC: Final = 0x08000000
CLONE_NEWUSER: Final = 0x10000000
CLONE_NEWPID: Final = 0x20000000
CLONE_NEWNET: Final = 0x40000000
MS_RDONLY: Final = 0x1
MS_NOSUID: Final = 0x2
MS_NODEV: Final = 0x4
MS_NOEXEC: Final = 0x8
MS_BIND: Final = 0x1000
MS_REC: Final = 0x4000
MS_PRIVATE: Final = 0x40000
MNT_DETACH: Final = 2
MOUNT_SETATTR: Final = 442  # the same on every architecture; C libraries name it since 2022 only
AT_FDCWD: Final = -100
AT_RECURSIVE: Final = 0x8000
PR_SET_PDEATHSIG: Final = 1
PR_SET_DUMPABLE: Final = 4
PR_SET_CHILD_SUBREAPER: Final = 36
PR_SET_NO_NEW_PRIVS: Final = 38
SIOCGIFFLAGS: Final = 0x8913
SIOCSIFFLAGS: Final = 0x8914
IFF_UP: Final = 0x1

SYSTEM: Final = ("/usr", "/bin", "/lib", "/lib64", "/nix/store", "/etc/ld.so.cache", "/dev/null", "/dev/urandom")
COVERED: Final = "/proc"  # it is everywhere, nothing is bound from it, and nobody in here needs it
PROCESSES: Final = 64
FILES: Final = 1024
NICE: Final = 5  # a worker's own reviews go first

libc: Final = ctypes.CDLL(None, use_errno=True)


def call(name: str, *arguments: object) -> None:
    """Call the C library's function *name*; OSError when it fails."""
    given = [os.fsencode(argument) if isinstance(argument, str) else argument for argument in arguments]
    if getattr(libc, name)(*given) < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def adopt() -> None:
    """Become the parent of all orphans that come of this process."""
    call("prctl", PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def die_with_parent() -> None:
    """Have the kernel end this process with the one that forked it."""
    call("prctl", PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def enclose(plan: Plan) -> None:
    """Leave the machine's namespaces for new ones; the caller's next child is the first process in them."""
    spaces = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNET
    if os.geteuid() == 0:
        call("unshare", spaces)
        return
    call("unshare", spaces | CLONE_NEWUSER)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{plan.user} {plan.user} 1")
    Path("/proc/self/gid_map").write_text(f"{plan.group} {plan.group} 1")


def furnish(plan: Plan) -> None:
    """Make a file system in memory the only one in sight, with the machine's programs in it to read and to run."""
    call("mount", None, "/", None, MS_REC | MS_PRIVATE, None)
    options = f"size={plan.disk},nr_inodes=65536,mode=755"
    call("mount", "rehearsal", COVERED, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, options)
    for source in (*SYSTEM, *([str(Path(plan.binaries).parent)] if plan.binaries else [])):
        _bind(source, COVERED + source)
    root = Path(COVERED)
    (root / "etc").mkdir(exist_ok=True)
    (root / "etc" / "passwd").write_text(f"rehearsal:x:{plan.user}:{plan.group}::/:/bin/false\n")
    (root / "tmp").mkdir(exist_ok=True)
    (root / "tmp").chmod(0o1777)
    for name in plan.trusted:
        _trust(root / plan.extensions.lstrip("/") / f"{name}.control", root / "etc" / name)
    os.chdir(root)
    call("pivot_root", ".", ".")
    call("umount2", ".", MNT_DETACH)
    os.chdir("/")
    _raise_loopback()


def _bind(source: str, target: str) -> None:
    """Show *source* at *target*, read-only."""
    if not os.path.exists(source) or os.path.lexists(target):  # noqa: PTH110 - beside lexists, which pathlib lacks
        return
    Path(target).parent.mkdir(parents=True, exist_ok=True)
    if os.path.islink(source):  # noqa: PTH114 - one vocabulary
        Path(target).symlink_to(os.readlink(source))  # noqa: PTH115 - one vocabulary
        return
    if Path(source).is_dir():
        Path(target).mkdir()
    else:
        Path(target).touch()
    call("mount", source, target, None, MS_BIND | MS_REC, None)
    device = source.startswith("/dev/")
    attributes = struct.pack("QQQQ", MS_NOSUID if device else MS_RDONLY | MS_NOSUID | MS_NODEV, 0, 0, 0)
    call("syscall", MOUNT_SETATTR, AT_FDCWD, target, AT_RECURSIVE, attributes, len(attributes))


def _trust(control: Path, copy: Path) -> None:
    """Let the owner of a database create an extension, as PostgreSQL lets it with those that are trusted."""
    if control.exists():
        copy.write_text(control.read_text() + "\ntrusted = true\n")
        call("mount", str(copy), str(control), None, MS_BIND, None)


def _raise_loopback() -> None:
    """Bring up this namespace's own loopback, which leads nowhere: PostgreSQL before 15 counts rows through it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        asked = struct.pack("16sH14x", b"lo", 0)
        flags = struct.unpack("16sH14x", fcntl.ioctl(any_socket, SIOCGIFFLAGS, asked))[1]
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", flags | IFF_UP))


def bound(plan: Plan) -> None:
    """Take from this process and all that come of it what none of them needs."""
    call("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    call("prctl", PR_SET_DUMPABLE, 0, 0, 0, 0)
    os.nice(NICE)
    for limit, most in (
        (resource.RLIMIT_AS, plan.memory),
        (resource.RLIMIT_FSIZE, plan.disk),
        *([(resource.RLIMIT_NPROC, PROCESSES)] if plan.enclosed else []),  # out there it counts all of the user's
        (resource.RLIMIT_NOFILE, FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(limit)[1]
        lower = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limit, (lower, lower))
