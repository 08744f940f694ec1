"""The process that keeps one PostgreSQL: it builds the walls round it, and ends it when told, alone or out of time.

It is a script of its own, which loads nothing but Python's library, starts in 15 ms and knows no secret. What it is to
do comes as one message on its standard input, a socket; the answers go the same way, each a JSON object. When the other
side is gone, so is everything here.

Inside the walls it is the first process of its own namespace: the kernel lets nobody in there send it a signal, and
ends everybody there with it. Where the system allows no namespaces, it adopts what PostgreSQL leaves and ends that by
hand; what then ends the keeper itself by force leaves a server behind.
"""

import contextlib
import ctypes
import fcntl
import json
import os
import resource
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

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
ANSWERS: Final = 10.0  # seconds in which a server starts, or ends in good order
LOOK: Final = 0.002  # seconds between two looks at a server that starts
MEASURE: Final = 0.25  # seconds between two looks at what it wrote, where no file system bounds it

libc: Final = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to keep, and between which walls."""

    enclosed: bool  # whether the system allows namespaces
    user: int
    group: int
    folder: str  # where the cluster goes; within the walls this is a folder of their own
    binaries: str
    extensions: str  # the folder of extensions' control files
    trusted: tuple[str, ...]  # extensions whose scripts run for the owner of a database, too
    initialise: tuple[str, ...]  # what follows `initdb -D data`
    options: tuple[str, ...]  # what follows `postgres -D data`
    seconds: float
    memory: int  # bytes of address space of each process
    disk: int  # bytes of all files


class Refused(Exception):
    """The plan cannot be kept; str() says why."""


def call(name: str, *arguments: object) -> None:
    """Call the C library's function *name*; OSError when it fails."""
    given = [os.fsencode(argument) if isinstance(argument, str) else argument for argument in arguments]
    if getattr(libc, name)(*given) < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


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
    if not os.path.exists(source) or os.path.lexists(target):  # noqa: PTH110 - as lexists, which pathlib lacks
        return
    Path(target).parent.mkdir(parents=True, exist_ok=True)
    if os.path.islink(source):  # noqa: PTH114 - as above
        Path(target).symlink_to(os.readlink(source))  # noqa: PTH115 - as above
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
    for limit, most in (
        (resource.RLIMIT_AS, plan.memory),
        (resource.RLIMIT_FSIZE, plan.disk),
        (resource.RLIMIT_NPROC, PROCESSES),
        (resource.RLIMIT_NOFILE, FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(limit)[1]
        lower = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limit, (lower, lower))


class Keeper:
    """One cluster, from its first file to its last process."""

    def __init__(self, plan: Plan, wire: socket.socket) -> None:
        self._plan = plan
        self._wire = wire
        self._until = time.monotonic() + plan.seconds
        self._home = Path(plan.folder)
        self._data = self._home / "data"
        self._server: subprocess.Popen[bytes] | None = None

    def keep(self, archive: int | None) -> None:
        """Fill the data folder from *archive* or anew, run PostgreSQL on it, and stay until the end."""
        if not self._plan.binaries:  # the question was whether these walls can be built
            self._wire.send(b'{"ready": true}')
            return
        for folder in (self._home, self._data, self._home / "run"):
            folder.mkdir(mode=0o700, exist_ok=True)
            os.chown(folder, self._plan.user, self._plan.group)
        if archive is None:
            self._do(self._program("initdb"), "-D", str(self._data), *self._plan.initialise)
        else:
            self._do("tar", "-xf", "-", "-C", str(self._data), stdin=archive)
            os.close(archive)
        self._start()
        run = os.open(self._home / "run", os.O_PATH | os.O_DIRECTORY)
        socket.send_fds(self._wire, [b'{"ready": true}'], [run])
        os.close(run)
        self._stay()

    def end(self) -> None:
        """End what PostgreSQL is still running, where the kernel does not do it with this process."""
        if self._plan.enclosed:
            return
        if self._server is not None and self._server.poll() is None:
            self._server.send_signal(signal.SIGQUIT)  # it ends its own and gives its shared memory back
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._server.wait(ANSWERS)
        for child in iter(lambda: next(_children(), 0), 0):
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        shutil.rmtree(self._home, ignore_errors=True)

    def _program(self, name: str) -> str:
        return str(Path(self._plan.binaries) / name)

    def _spawn(self, command: Sequence[str], stdin: int, stdout: int, stderr: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            user=self._plan.user if os.geteuid() == 0 else None,
            group=self._plan.group if os.geteuid() == 0 else None,
            extra_groups=[] if os.geteuid() == 0 else None,
            cwd=self._home,
            env={
                "PATH": "/usr/bin:/bin",
                "LD_LIBRARY_PATH": str(Path(self._plan.binaries).parent / "lib"),  # npm's are found through /proc
                "TZ": "UTC",
                "LC_ALL": "C",
            },
        )

    def _do(self, *command: str, stdin: int = subprocess.DEVNULL, stdout: int = subprocess.DEVNULL) -> None:
        with self._spawn(command, stdin, stdout, subprocess.PIPE) as process:
            said = process.communicate()[1].decode(errors="replace").strip()
        if process.returncode:
            raise Refused(f"{Path(command[0]).name} failed: {said[-500:] or process.returncode}")

    def _start(self) -> None:
        command = (self._program("postgres"), "-D", str(self._data), "-k", str(self._home / "run"), *self._plan.options)
        with (self._home / "log").open("w+b") as log:
            self._server = self._spawn(command, subprocess.DEVNULL, log.fileno(), log.fileno())
            until = time.monotonic() + ANSWERS
            while not self._listens():
                if self._server.poll() is not None or time.monotonic() > until:
                    log.seek(0)
                    raise Refused(f"PostgreSQL did not start: {log.read().decode(errors='replace').strip()[-500:]}")
                time.sleep(LOOK)

    def _listens(self) -> bool:
        """Tell whether PostgreSQL has written that it is ready, which it does in the eighth line of its lock file."""
        try:
            return (self._data / "postmaster.pid").read_text().split("\n")[7].strip() == "ready"
        except (OSError, IndexError):
            return False

    def _stay(self) -> None:
        """Wait for the other side to ask or to go, for PostgreSQL to end, and for the clock."""
        assert self._server is not None  # noqa: S101 - it was started
        gone = os.pidfd_open(self._server.pid)
        while (left := self._until - time.monotonic()) > 0:
            ready = select.select(
                [self._wire.fileno(), gone], [], [], left if self._plan.enclosed else min(left, MEASURE)
            )[0]
            if self._wire.fileno() in ready:
                self._answer()
                return
            if ready:
                raise Refused("PostgreSQL broke down under it")
            if not self._plan.enclosed and _size(self._home) > self._plan.disk:
                raise Refused(f"it wrote more than {self._plan.disk >> 20} MiB")
        raise Refused(f"it took longer than {self._plan.seconds:g} s")

    def _answer(self) -> None:
        """Pack the data folder of a server that ended in good order into the file that came with the question."""
        asked, files, _, _ = socket.recv_fds(self._wire, 16, 1)
        if not asked or self._server is None:
            return
        self._server.send_signal(signal.SIGINT)
        self._server.wait(ANSWERS)
        self._do("tar", "-cf", "-", "-C", str(self._data), ".", stdout=files[0])
        self._wire.send(b'{"packed": true}')


def _children() -> Iterator[int]:
    """Yield the processes whose parent is this one, those that it adopted included."""
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            process, _, rest = status.read_text(errors="replace").rpartition(")")
            if int(rest.split()[1]) == os.getpid():
                yield int(process.split()[0])


def _size(folder: Path) -> int:
    """Return how many bytes the files below *folder* take."""
    size = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                size += os.lstat(os.path.join(parent, name)).st_blocks * 512  # noqa: PTH118 - a quick look
    return size


def keep(plan: Plan, wire: socket.socket, archive: int | None) -> None:
    """Keep *plan*, and tell the other side why when it cannot be kept any longer."""
    keeper = Keeper(plan, wire)
    try:
        if plan.enclosed:
            call("prctl", PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            furnish(plan)
        else:
            call("prctl", PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        bound(plan)
        keeper.keep(archive)
    except (Refused, OSError, subprocess.SubprocessError) as error:
        with contextlib.suppress(OSError):  # nobody may be left to be told
            wire.send(json.dumps({"failed": str(error)}).encode())
    finally:
        keeper.end()


def main() -> None:
    """Read the plan, go behind the walls, and keep it."""
    wire = socket.socket(fileno=0)
    asked, files, _, _ = socket.recv_fds(wire, 1 << 16, 1)
    said: dict[str, Any] = json.loads(asked)
    plan = Plan(**said)
    archive = files[0] if files else None
    Path("/proc/self/oom_score_adj").write_text("1000")  # when memory runs out, this goes before anything else
    if not plan.enclosed:
        keep(plan, wire, archive)
        return
    try:
        enclose(plan)
    except OSError as error:
        wire.send(json.dumps({"failed": str(error)}).encode())
        return
    child = os.fork()
    if not child:
        keep(plan, wire, archive)
        os._exit(0)
    wire.close()
    os.waitpid(child, 0)


if __name__ == "__main__":
    main()
    sys.exit(0)
