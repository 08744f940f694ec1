"""A limit of memory for a server as a whole, where the operator has delegated a cgroup (version 2) to the worker.

The worker then lies in a cgroup of its own inside the delegated one, as systemd puts it with `Delegate=memory` and
`DelegateSubgroup=worker`; servers get theirs beside it.
"""

import os
import tempfile
import time
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Final

MOUNTED: Final = Path("/sys/fs/cgroup")
PREFIX: Final = "ecto-fix-rehearsal-"
UNITS: Final = (".service", ".scope", ".slice")  # systemd's own, in which nobody else may make any
TRIED: Final = 64 << 20  # bytes
ENDS: Final = 5.0  # seconds in which processes end that were killed


class Cgroup:
    """A cgroup below *parent* whose processes share so many bytes of memory; OSError where it cannot be made."""

    def __init__(self, parent: Path, memory: int) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
        try:
            self._set("memory.max", memory)
            self._set("memory.oom.group", 1)  # one process less is no server any more
            with suppress(OSError):  # a kernel without swap has no such file
                self._set("memory.swap.max", 0)
        except OSError:
            self._folder.rmdir()
            raise

    def adopt(self, process: int) -> None:
        """Take *process* in, and all that will come of it."""
        self._set("cgroup.procs", process)

    def close(self) -> None:
        """Kill what is left in it, and remove it."""
        with suppress(OSError):  # Linux has it since 5.14; before, whoever keeps the server ends it
            self._set("cgroup.kill", 1)
        until = time.monotonic() + ENDS
        while time.monotonic() < until:
            try:
                self._folder.rmdir()
            except OSError:  # busy as long as somebody ends
                time.sleep(0.01)
            else:
                return

    def _set(self, name: str, value: int) -> None:
        file = os.open(self._folder / name, os.O_WRONLY)  # these files are there or they are not
        try:
            os.write(file, str(value).encode())
        finally:
            os.close(file)


@lru_cache
def delegated(mounted: Path = MOUNTED, known: Path = Path("/proc/self/cgroup")) -> Path | None:
    """Return the cgroup in which servers may have theirs; None where nobody has delegated one."""
    lines = known.read_text("utf-8").splitlines()
    own = next((line.removeprefix("0::/") for line in lines if line.startswith("0::/")), "")
    if not own or own.endswith(UNITS):
        return None
    parent = mounted / Path(own).parent
    try:
        (parent / "cgroup.subtree_control").write_text("+memory")
        Cgroup(parent, TRIED).close()
    except OSError:
        return None
    return parent
