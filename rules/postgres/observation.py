"""What a rehearsal saw of a migration: each statement with its locks, and what was left when it had gone back."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from rules.postgres.effects.effect import Effect
from rules.schema.comparison import Difference
from rules.source import Span

MISSING: Final = frozenset({"3F000", "42704", "42703", "42883", "42P01"})  # something is named that is not there


class Outcome(Enum):
    """What became of the schema."""

    RESTORED = "restored"
    NOT_RESTORED = "not restored"
    REFUSED_UP = "refused going up"
    REFUSED_DOWN = "refused going down"
    NOT_REHEARSED = "not rehearsed"


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error, of PostgreSQL if it has an SQLSTATE, else of Ecto before it sends anything."""

    message: str
    sqlstate: str | None = None

    def __str__(self) -> str:
        return self.message if self.sqlstate is None else f"{self.message} ({self.sqlstate})"


@dataclass(frozen=True, slots=True)
class Observed:
    """One statement: how long it took, and what it did to tables that were there before its direction began."""

    sql: str
    span: Span | None  # of the call that sends it; None for what Ecto adds
    milliseconds: float
    effects: tuple[Effect, ...] = ()  # of tables that it newly locks, reads or rewrites; with the strongest lock held
    kept: float = 0.0  # milliseconds for which later statements of the transaction keep those locks
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Showing:
    """One direction, statement by statement, and why it went no further."""

    statements: tuple[Observed, ...] = ()
    refusal: Refusal | None = None
    span: Span | None = None  # what is refused, where something in the file is

    @property
    def milliseconds(self) -> float:
        """How long all of it took."""
        return sum(one.milliseconds for one in self.statements)


@dataclass(frozen=True, slots=True)
class OverRows:
    """The same over a few rows that were made for it."""

    filled: tuple[str, ...] = ()  # tables with rows
    empty: tuple[str, ...] = ()  # tables for which none could be made
    up: Refusal | None = None
    down: Refusal | None = None
    lost: tuple[str, ...] = ()  # tables whose rows did not come back as they were


@dataclass(frozen=True, slots=True)
class Observation:
    """The rehearsal of one migration; *reason* completes "not rehearsed, because" where there was none."""

    path: str
    outcome: Outcome
    reason: str = ""
    server: str = ""  # its version, as "16.4"
    up: Showing = Showing()
    down: Showing = Showing()
    again: Showing = Showing()
    differences: tuple[Difference, ...] = ()  # between the schema before and after the rollback
    changed: tuple[Difference, ...] = ()  # between the first time up and the second
    invalid: tuple[str, ...] = ()  # indexes that a concurrent build left unfinished
    skipped: tuple[str, ...] = ()  # what only the application can run
    over_rows: OverRows | None = None  # None where nothing was tried over rows

    @property
    def is_whole(self) -> bool:
        """Tell whether everything that the migration does was done."""
        return self.outcome is not Outcome.NOT_REHEARSED and not self.skipped

    @property
    def sentence(self) -> str:
        """Say it in one line without a full stop; names stand in backticks."""
        if self.outcome is Outcome.NOT_REHEARSED:
            return f"not rehearsed, because {self.reason}"
        return f"rehearsed on PostgreSQL {self.server}: {', '.join(self._parts())}"

    def _parts(self) -> list[str]:
        if self.up.refusal is not None:
            return [f"up is refused: {self.up.refusal}"]
        parts = [f"up {self.up.milliseconds:.0f} ms"]
        if self.down.refusal is not None:
            return [*parts, f"down is refused: {self.down.refusal}", *self._rest()]
        restored = "schema restored" if self.outcome is Outcome.RESTORED else "schema not restored"
        return [*parts, f"down {self.down.milliseconds:.0f} ms", restored, *self._rest()]

    def _rest(self) -> list[str]:
        said = [f"index `{name}` left invalid" for name in self.invalid]
        if self.again.refusal is not None:
            said.append(f"up again is refused: {self.again.refusal}")
        if self.over_rows is not None:
            for way, refusal in (("up", self.over_rows.up), ("down", self.over_rows.down)):
                said += [f"{way} is refused over rows that were made for it: {refusal}"] if refusal else []
            said += [f"rows of `{table}` do not come back" for table in self.over_rows.lost]
        return [*said, *([f"without {len(self.skipped)} of the application's calls"] if self.skipped else [])]
