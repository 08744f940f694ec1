"""Whoever breaks out of PostgreSQL stands before the walls; whatever becomes of a rehearsal, nothing of it stays."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import psycopg
import pytest

from rules.analysis.programs import programs
from rules.postgres.observation import Outcome
from rules.settings import Settings
from tests.rules.review import change
from workers.rehearsal.binaries import Binaries
from workers.rehearsal.enclosure import Limits
from workers.rehearsal.house import House
from workers.rehearsal.reason import CannotRehearse
from workers.rehearsal.sandbox import Base, Server, Yard, sandbox
from workers.rehearsal.walls import OPEN, Walls, walls

NO_WALLS: Final = Walls((), OPEN, "unshare: Operation not permitted")
STANDING: Final = ([walls()] if walls().stand else []) + [NO_WALLS]
RUNS: Final = [4, pytest.param(100, marks=pytest.mark.prove)]
# What a superuser has a shell do, and what the shell gets.
BREAKOUTS: Final = {
    "the machine's loopback": ("bash -c 'exec 3<>/dev/tcp/127.0.0.1/{port}'", "Connection refused"),
    "another machine": ("bash -c 'exec 3<>/dev/tcp/192.0.2.1/80'", "unreachable"),
    "a name": ("getent hosts example.com; echo $?", r"^[12]$"),
    "the machine's passwords": ("cat /etc/shadow", "No such file"),
    "its users' files": ("ls /root /home", "No such file.*\n.*No such file"),
    "files that everybody may read": ("cat {folder}/secret", "No such file"),
    "the worker's environment": ("env", "^(?!.*SECRET)"),
    "the machine's processes": ("ls /proc/1", "No such file"),
    "the programs": ("touch /usr/bin/owned", "Read-only|denied"),
    "the machine's name": ("hostname owned", "must be root|not permitted|not found"),
    "devices": ("ls /dev", "^null\nurandom$"),
    "a device of one's own": ("mknod /tmp/sda b 8 0", "not permitted"),
    "a mount": ("mount -t tmpfs none /tmp", "superuser|not permitted|failed"),
    "root": ("setpriv --reuid 0 true", "not permitted|Invalid argument"),
    "its keeper": ("kill -9 1; sleep 0.1; echo alive", "alive$"),
    "many processes": (
        "bash -c 'for n in $(seq 100); do sleep 1 & done; wait' 2>&1; true",
        "Resource temporarily unavailable|Cannot fork",
    ),
    "much memory": ("yes | tr -d '\\n' | head -c 2G | tail", "memory exhausted"),
    "a great file": ("yes | head -c 2G >/tmp/great; rm /tmp/great", "too large|No space"),
    "a program of one's own": ("cp /bin/true /tmp/mine && /tmp/mine", "Permission denied"),
}


@pytest.fixture(scope="module")
def broken(binaries: Binaries, yard: Yard) -> Iterator[Server]:
    """A server from which everybody breaks out."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SECRET", "SECRET")
        with sandbox(binaries, Base(), replace(yard, limits=Limits(seconds=180)), trusted=True) as server:
            yield server


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder in place of the system's for temporary files, which lets everybody through as that one does."""
    with tempfile.TemporaryDirectory(prefix="left-") as folder:
        Path(folder).chmod(0o755)
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)


@pytest.mark.parametrize(("program", "gets"), BREAKOUTS.values(), ids=BREAKOUTS)
def test_a_shell_inside_the_walls_is_of_no_use(program: str, gets: str, broken: Server, tmp_path: Path) -> None:
    if not walls().stand:  # the machine says so, and a shell outside of walls is no test
        assert walls().reason
        return
    tmp_path.joinpath("secret").write_text("secret")
    with socket.create_server(("127.0.0.1", 0)) as listener, broken.own() as owner:
        listener.settimeout(0)
        aimed = program.replace("{folder}", str(tmp_path)).replace("{port}", str(listener.getsockname()[1]))

        owner.execute("CREATE TEMP TABLE said (line text)")
        owner.execute(psycopg.sql.SQL("COPY said FROM PROGRAM {}").format(f"({aimed}) 2>&1 || true"))
        said = "\n".join(line for (line,) in owner.execute("SELECT line FROM said").fetchall())

        assert re.search(gets, said, re.DOTALL), said
        with pytest.raises(BlockingIOError):
            listener.accept()


def test_the_kernel_ends_everything_with_the_keeper(binaries: Binaries, yard: Yard) -> None:
    if not walls().stand:
        assert walls().reason
        return
    with (
        sandbox(binaries, Base(), yard, trusted=True) as server,
        server.own() as owner,
        pytest.raises(psycopg.OperationalError),
    ):
        owner.execute("COPY (SELECT 1) TO PROGRAM 'setsid sleep 1000 >/dev/null 2>&1 & kill -9 -1'")

    assert not alive(b"sleep\x001000")


def test_strangers_are_kept_out_where_walls_are_missing(binaries: Binaries, yard: Yard) -> None:
    with (
        pytest.raises(CannotRehearse, match="cannot wall it off: unshare: Operation not permitted"),
        sandbox(binaries, Base(), replace(yard, walls=NO_WALLS)),
    ):
        raise AssertionError


@pytest.mark.parametrize(("trusted", "outcome"), [(True, Outcome.RESTORED), (False, Outcome.NOT_REHEARSED)])
def test_without_walls_only_a_repositorys_own_branches_are_rehearsed(
    trusted: bool,  # noqa: FBT001 - a column of the table
    outcome: Outcome,
    binaries: Binaries,
    yard: Yard,
) -> None:
    house = House(replace(yard, walls=NO_WALLS), binaries.folder, trusted=trusted)
    proposed = programs(change([], ["def change do\n  create table(:users)\nend"]), Settings())

    (seen,) = house.rehearse(proposed, binaries.major)

    assert house.closed() == ""
    assert seen.outcome is outcome
    assert trusted or "this machine cannot wall it off" in seen.sentence


@pytest.mark.parametrize("standing", STANDING, ids=lambda standing: "walls" if standing.stand else "no walls")
@pytest.mark.parametrize("runs", RUNS)
def test_many_runs_leave_nothing(standing: Walls, runs: int, binaries: Binaries, yard: Yard, temporary: Path) -> None:
    yard = replace(yard, walls=standing)
    with sandbox(binaries, Base(), yard, trusted=True):
        pass
    opened, mounts = descriptors(), Path("/proc/self/mountinfo").read_text()
    others = frozenset(descendants(os.getpid()))  # servers of other tests
    seen: set[int] = set()

    for run in range(runs):
        with contextlib.suppress(ZeroDivisionError), sandbox(binaries, Base(), yard, trusted=True):
            seen |= set(descendants(os.getpid(), others))
            if run % 2:
                raise ZeroDivisionError

    assert len(seen) > runs
    assert not left(seen)
    assert descriptors() <= opened  # another test's may have been closed meanwhile
    assert Path("/proc/self/mountinfo").read_text() == mounts
    assert not list(temporary.iterdir())


@pytest.mark.parametrize("standing", STANDING, ids=lambda standing: "walls" if standing.stand else "no walls")
def test_a_killed_worker_leaves_nothing(standing: Walls, binaries: Binaries, yard: Yard, temporary: Path) -> None:
    told = json.dumps(
        {"binaries": str(binaries.folder), "templates": str(yard.templates.folder), "stand": standing.stand}
    )
    surroundings = {"TMPDIR": str(temporary), "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, "-c", WORKER, told], stdout=subprocess.PIPE, env=surroundings) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"ready\n"
        seen = set(descendants(worker.pid))

        worker.send_signal(signal.SIGKILL)

    assert len(seen) > 3
    while left(seen) or any(temporary.iterdir()):  # the keeper is told by the kernel, and needs a moment
        time.sleep(0.01)


WORKER: Final = """
import json, signal, sys
from pathlib import Path
from workers.rehearsal.binaries import find
from workers.rehearsal.sandbox import Base, Yard, sandbox
from workers.rehearsal.templates import Templates
from workers.rehearsal.walls import Walls

told = json.loads(sys.argv[1])
yard = Yard(Walls((), () if told["stand"] else ("all",)), Templates(Path(told["templates"])))
with sandbox(find(Path(told["binaries"])), Base(), yard, trusted=True) as server, server.connect() as session:
    print("ready", flush=True)
    signal.pause()
"""


def descendants(process: int, but: frozenset[int] = frozenset()) -> Iterator[int]:
    """Yield the processes that came of *process* and still run, those left out that came of one of *but*."""
    for task in Path(f"/proc/{process}/task").glob("*"):
        children: list[str] = []
        with contextlib.suppress(OSError):  # gone meanwhile
            children = (task / "children").read_text().split()
        for child in map(int, children):
            if child not in but:
                yield child
                yield from descendants(child, but)


def left(processes: set[int]) -> list[str]:
    """Return what is left of *processes*: themselves, and the shared memory that they made."""
    segments = [line.split() for line in Path("/proc/sysvipc/shm").read_text().splitlines()[1:]]
    memory = [f"shared memory {columns[1]}" for columns in segments if int(columns[4]) in processes]
    return [str(process) for process in processes if Path(f"/proc/{process}").exists()] + memory


def descriptors() -> int:
    """Return how many files this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))


def alive(command: bytes) -> bool:
    """Tell whether a process runs whose command line contains *command*."""
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if command in line.read_bytes():
                return True
    return False
