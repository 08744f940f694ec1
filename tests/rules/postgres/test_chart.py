"""The lock chart is the same wherever it is drawn."""

from rules.postgres.chart import Blocks, Cell, chart
from rules.postgres.effects.effect import Effect
from rules.postgres.locks import Lock
from rules.postgres.observation import Observed
from rules.sql.names import Name

USERS, ORDERS = Name(None, "users"), Name(None, "orders")
ADD = Observed("ALTER TABLE users ADD COLUMN a int", None, 1.0, (Effect(Lock.ACCESS_EXCLUSIVE, USERS),))
INDEX = Observed("CREATE INDEX ON orders (a)", None, 2.0, (Effect(Lock.SHARE, ORDERS, reads_table=True),))
COMMENT = Observed("SELECT 1", None, 0.1)


def test_tables_stand_across_and_what_is_left_alone_is_empty() -> None:
    drawn = chart((INDEX, ADD), in_transaction=False)

    assert drawn.tables == ("orders", "users")
    assert [row.cells for row in drawn.rows] == [
        (Cell(Lock.SHARE, kept=False, reads=True), None),
        (None, Cell(Lock.ACCESS_EXCLUSIVE, kept=False)),
    ]
    assert not drawn.keeps


def test_within_a_transaction_a_lock_stays() -> None:
    drawn = chart((ADD, INDEX, COMMENT), in_transaction=True)

    assert drawn.rows[2].cells == (Cell(Lock.SHARE, kept=True), Cell(Lock.ACCESS_EXCLUSIVE, kept=True))
    assert drawn.keeps


def test_a_weaker_lock_later_does_not_hide_the_stronger_that_is_kept() -> None:
    weaker = Observed("CREATE INDEX ON users (a)", None, 1.0, (Effect(Lock.SHARE, USERS),))

    drawn = chart((ADD, weaker, COMMENT), in_transaction=True)

    assert drawn.rows[1].cells == (Cell(Lock.ACCESS_EXCLUSIVE, kept=False),)
    assert drawn.rows[2].cells == (Cell(Lock.ACCESS_EXCLUSIVE, kept=True),)


def test_a_cell_says_who_waits() -> None:
    locks = (Lock.SHARE_UPDATE_EXCLUSIVE, Lock.SHARE, Lock.ACCESS_EXCLUSIVE)

    assert [Cell(lock, kept=False).blocks for lock in locks] == [Blocks.NOBODY, Blocks.WRITERS, Blocks.EVERYBODY]
