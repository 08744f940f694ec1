"""The process that keeps one PostgreSQL: it builds the walls round it, and ends it when told, alone or out of time.

It is a script of its own, which loads nothing but Python's library, starts in 15 ms and knows no secret. What it is to
do comes as one message on its standard input, a socket; the answers go the same way, each a JSON object. When the other
side is gone, so is everything here.

Inside the walls it is the first process of its own namespace: the kernel lets nobody in there send it a signal, and
ends everybody there with it. Where the system allows no namespaces, it adopts what PostgreSQL leaves and ends that by
hand; what then ends the keeper itself by force leaves a server behind.
"""

import contextlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from workers.rehearsal.confinement import adopt, bound, die_with_parent, enclose, furnish
from workers.rehearsal.plan import Plan

STARTS: Final = 30.0  # seconds in which a server starts on a busy machine
ENDS: Final = 10.0  # seconds in which it ends in good order
LOOK: Final = 0.002  # seconds between two looks at a server that starts
MEASURE: Final = 0.25  # seconds between two looks at what it wrote, where no file system bounds it


class Refused(Exception):
    """The plan cannot be kept; str() says why."""


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
        for folder in (self._home, self._data, self._home / "run"):
            folder.mkdir(mode=0o700, exist_ok=True)
            os.chown(folder, self._plan.user, self._plan.group)
        if not self._plan.binaries:  # the question was whether these walls can be built
            self._wire.send(b'{"ready": true}')
            return
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
                self._server.wait(ENDS)
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
            until = time.monotonic() + STARTS
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
        self._server.wait(ENDS)
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


def refuse(wire: socket.socket, error: Exception) -> None:
    """Tell the other side why, if anybody is left to be told."""
    said = error.strerror if isinstance(error, OSError) and error.filename is None else str(error)
    with contextlib.suppress(OSError):
        wire.send(json.dumps({"failed": said}).encode())


def keep(plan: Plan, wire: socket.socket, archive: int | None) -> None:
    """Keep *plan*, and tell the other side why when it cannot be kept any longer."""
    keeper = Keeper(plan, wire)
    try:
        if plan.enclosed:
            die_with_parent()
            furnish(plan)
        else:
            adopt()
        bound(plan)
        keeper.keep(archive)
    except (Refused, OSError, subprocess.SubprocessError) as error:
        refuse(wire, error)
    finally:
        keeper.end()


def main() -> None:
    """Read the plan, go behind the walls, and keep it."""
    wire = socket.socket(fileno=0)
    asked, files, _, _ = socket.recv_fds(wire, 1 << 16, 1)
    said: dict[str, Any] = json.loads(asked)
    plan = Plan(**said)
    archive = files[0] if files else None
    try:
        Path("/proc/self/oom_score_adj").write_text("1000")  # when memory runs out, this goes before anything else
        if plan.enclosed:
            enclose(plan)
    except OSError as error:
        refuse(wire, error)
        return
    if plan.enclosed and (child := os.fork()):
        wire.close()
        os.waitpid(child, 0)
        return
    keep(plan, wire, archive)
