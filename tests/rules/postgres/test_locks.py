"""The lock modes, as PostgreSQL's documentation has them."""

from rules.postgres.locks import Lock

# Rows and columns of the documentation's table, from ACCESS SHARE to ACCESS EXCLUSIVE; an x is a conflict.
TABLE = """
.......x
......xx
....xxxx
...xxxxx
..xx.xxx
..xxxxxx
.xxxxxxx
xxxxxxxx
"""


def test_modes_conflict_as_the_documentation_says() -> None:
    told = ["".join("x" if one.conflicts(other) else "." for other in Lock) for one in Lock]

    assert told == TABLE.split()


def test_only_the_strongest_mode_keeps_readers_waiting() -> None:
    assert [lock for lock in Lock if lock.blocks_reads] == [Lock.ACCESS_EXCLUSIVE]


def test_writers_wait_from_share_on() -> None:
    assert [lock for lock in Lock if lock.blocks_writes] == [lock for lock in Lock if lock >= Lock.SHARE]


def test_modes_are_ordered_and_printed_as_postgresql_does() -> None:
    assert max(Lock) is Lock.ACCESS_EXCLUSIVE
    assert [str(lock) for lock in sorted([Lock.SHARE, Lock.ROW_SHARE])] == ["ROW SHARE", "SHARE"]
