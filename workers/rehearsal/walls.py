"""What keeps a rehearsal's SQL from the machine, and what of it this system allows."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from workers.rehearsal.enclosure import Enclosure, Limits
from workers.rehearsal.reason import CannotRehearse

ALWAYS: Final = (
    "The role that runs a stranger's SQL owns its database and nothing else: no files, programs, roles or servers.",
    "PostgreSQL runs as a user without rights, and no process of it can gain any.",
    "Each process has a limit of memory and of the size of a file; when memory runs out, it is the first to go.",
    "A process outside of PostgreSQL ends all of it when time is up, or when the worker is gone.",
)
ENCLOSED: Final = (
    "It has a network of its own that leads nowhere.",
    "It sees the machine's programs, to read and to run, and no other file.",
    "What it writes goes to memory, to a file system of fixed size that is gone when it ends.",
    "It sees no process but its own, and the kernel ends them all at once.",
)
OPEN: Final = (
    "It is on the machine's network.",
    "It can read whatever everybody can read on this machine.",
    "What it writes goes to the machine's disk, and is measured four times a second.",
    "Its processes are ended one by one, and outlive their keeper if that is killed by force.",
)


@dataclass(frozen=True, slots=True)
class Walls:
    """What holds and what is missing, a sentence each; *reason* is what the system said."""

    held: tuple[str, ...]
    missing: tuple[str, ...] = ()
    reason: str = ""

    @property
    def stand(self) -> bool:
        """Whether strangers' SQL may run behind them."""
        return not self.missing


@lru_cache
def walls() -> Walls:
    """Try the walls on this machine, once."""
    try:
        Enclosure(None, Limits(), enclosed=True, archive=None).close()
    except CannotRehearse as refused:
        return Walls(ALWAYS, OPEN, str(refused))
    return Walls(ALWAYS + ENCLOSED)
