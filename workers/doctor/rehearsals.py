"""Whether migrations can be rehearsed here: a PostgreSQL that runs, and walls to put it between."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from workers.doctor.advice import Line, ok, warning
from workers.rehearsal.binaries import find
from workers.rehearsal.reason import CannotRehearse
from workers.rehearsal.walls import Walls, walls

WITHOUT: Final = "reviews go on, with what can be proven without a rehearsal"
NAMESPACES: Final = (
    "Let the worker make namespaces: kernel.unprivileged_userns_clone=1, on Ubuntu also "
    "kernel.apparmor_restrict_unprivileged_userns=0; in a container the profile deploy/seccomp.json."
)


def lines(chosen: Path | None, *, wanted: bool, standing: Walls | None = None) -> Iterator[Line]:
    """Look for the PostgreSQL that is *chosen*, else the system's, and try the walls, where rehearsals are *wanted*."""
    if not wanted:
        yield ok("Rehearsals", f"Switched off: {WITHOUT}.")
        return
    try:
        found = find(chosen)
    except CannotRehearse as reason:
        yield warning("PostgreSQL", f"Nothing is rehearsed: {reason}; {WITHOUT}.", "Install Debian's postgresql.")
    else:
        yield ok("PostgreSQL", f"{found.version}, in {found.folder}.")
    built = standing or walls()
    if built.stand:
        yield ok("Walls", f"All {len(built.held)} stand around strangers' SQL.")
    else:
        lacking = " ".join(built.missing)
        yield warning(
            "Walls", f"Nothing of strangers is rehearsed: {built.reason}. Without walls: {lacking}", NAMESPACES
        )
