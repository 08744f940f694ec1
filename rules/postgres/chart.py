"""The lock chart: statements down the side, tables across, and in each cell what a statement does to a table."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from rules.postgres.effects.effect import Effect
from rules.postgres.locks import Lock
from rules.postgres.observation import Observed


class Blocks(Enum):
    """Who waits for a lock; the order is from nobody to everybody."""

    NOBODY = "schema changes"
    WRITERS = "writes"
    EVERYBODY = "reads and writes"


@dataclass(frozen=True, slots=True)
class Cell:
    """A table under a statement: the lock that the statement takes, or one *kept* from a statement before it."""

    lock: Lock
    kept: bool
    reads: bool = False  # all of the table
    rewrites: bool = False

    @property
    def blocks(self) -> Blocks:
        """Who waits."""
        if self.lock.blocks_reads:
            return Blocks.EVERYBODY
        return Blocks.WRITERS if self.lock.blocks_writes else Blocks.NOBODY


@dataclass(frozen=True, slots=True)
class Row:
    """A statement, with a cell for each table of the chart; None where it leaves the table alone."""

    statement: Observed
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """All statements of one direction."""

    tables: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def keeps(self) -> bool:
        """Tell whether a lock stays for later statements, as within a transaction."""
        return any(cell is not None and cell.kept for row in self.rows for cell in row.cells)


def chart(statements: Iterable[Observed], *, in_transaction: bool) -> Chart:
    """Return the chart of *statements* in the order in which they run."""
    ran = tuple(statements)
    tables = sorted({effect.on for one in ran for effect in one.effects}, key=str)
    held: dict[object, Lock] = {}
    rows = []
    for one in ran:
        effects = {effect.on: effect for effect in one.effects}
        rows.append(Row(one, tuple(_cell(effects.get(table), held.get(table)) for table in tables)))
        if in_transaction:
            held |= {on: max(effect.lock, held.get(on, effect.lock)) for on, effect in effects.items()}
    return Chart(tuple(map(str, tables)), tuple(rows))


def _cell(effect: Effect | None, held: Lock | None) -> Cell | None:
    if effect is None:
        return None if held is None else Cell(held, kept=True)
    lock = max(effect.lock, held or effect.lock)  # a stronger one of a statement before it stays
    return Cell(lock, kept=False, reads=effect.reads_table is True, rewrites=effect.rewrites_table is True)
