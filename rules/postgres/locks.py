"""The eight lock modes of a table, from the weakest to the strongest, and which of them exclude each other."""

from enum import IntEnum
from typing import Final


class Lock(IntEnum):
    """A table's lock mode; the value is PostgreSQL's own number of it, from lockdefs.h."""

    ACCESS_SHARE = 1
    ROW_SHARE = 2
    ROW_EXCLUSIVE = 3
    SHARE_UPDATE_EXCLUSIVE = 4
    SHARE = 5
    SHARE_ROW_EXCLUSIVE = 6
    EXCLUSIVE = 7
    ACCESS_EXCLUSIVE = 8

    def __str__(self) -> str:
        return self.name.replace("_", " ")

    def conflicts(self, other: "Lock") -> bool:
        """Tell whether two sessions cannot hold these on one table at the same time."""
        return other in CONFLICTS[self]

    @property
    def blocks_reads(self) -> bool:
        """Tell whether a SELECT waits for it."""
        return self.conflicts(Lock.ACCESS_SHARE)

    @property
    def blocks_writes(self) -> bool:
        """Tell whether an INSERT, UPDATE or DELETE waits for it."""
        return self.conflicts(Lock.ROW_EXCLUSIVE)


# The table "Conflicting Lock Modes" of https://www.postgresql.org/docs/current/explicit-locking.html.
CONFLICTS: Final = {
    Lock.ACCESS_SHARE: frozenset({Lock.ACCESS_EXCLUSIVE}),
    Lock.ROW_SHARE: frozenset({Lock.EXCLUSIVE, Lock.ACCESS_EXCLUSIVE}),
    Lock.ROW_EXCLUSIVE: frozenset({Lock.SHARE, Lock.SHARE_ROW_EXCLUSIVE, Lock.EXCLUSIVE, Lock.ACCESS_EXCLUSIVE}),
    Lock.SHARE_UPDATE_EXCLUSIVE: frozenset(lock for lock in Lock if lock >= Lock.SHARE_UPDATE_EXCLUSIVE),
    Lock.SHARE: frozenset(lock for lock in Lock if lock >= Lock.ROW_EXCLUSIVE) - {Lock.SHARE},
    Lock.SHARE_ROW_EXCLUSIVE: frozenset(lock for lock in Lock if lock >= Lock.ROW_EXCLUSIVE),
    Lock.EXCLUSIVE: frozenset(lock for lock in Lock if lock >= Lock.ROW_SHARE),
    Lock.ACCESS_EXCLUSIVE: frozenset(Lock),
}
