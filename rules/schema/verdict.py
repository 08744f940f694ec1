"""What becomes of a schema when a migration is rolled back: S against down(up(S)), with the evidence."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from rules.ecto.commands import RepoCall
from rules.ecto.migration import Failure, Migration
from rules.schema.comparison import Difference, differences
from rules.schema.model import UNSURE, Column, Index, Schema, SomeConstraint, Table
from rules.schema.notes import Assumption, Note, Remark
from rules.schema.replay import Replay, replay

SHOWN = 3  # differences in a sentence; a reader wants the first, a rewrite mends them all


class Verdict(Enum):
    """What becomes of the schema when the migration is rolled back."""

    REVERSIBLE = "reversible"  # proven equal
    LOSES_DATA = "loses-data"  # proven equal, and data is lost
    NOT_RESTORED = "not-restored"  # the rollback succeeds, the schema differs
    IRREVERSIBLE = "irreversible"  # the rollback raises, even on empty tables
    FAILS_ON_DATA = "fails-on-data"  # passes on empty tables, fails on rows
    ONE_WAY = "one-way"  # declared on purpose, with a reason
    UNKNOWN = "unknown"  # something could not be read


GOING_THROUGH: Final = frozenset({Verdict.REVERSIBLE, Verdict.LOSES_DATA, Verdict.NOT_RESTORED})


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with its evidence, in a sentence."""

    verdict: Verdict
    reason: str
    differences: tuple[Difference, ...] = ()  # what a rollback certainly leaves, of NOT_RESTORED
    loses: tuple[str, ...] = ()  # what has been written since and a rollback takes along, where it goes through


def judge(migration: Migration, schema: Schema) -> Judgement:
    """Run *migration* up and down over *schema* and say what is left of it."""
    if migration.module is None and not migration.unread:
        return Judgement(Verdict.UNKNOWN, "The file defines no migration.")
    if migration.up.failure is not None:
        return Judgement(Verdict.UNKNOWN, f"The migration itself raises: {migration.up.failure.message}.")
    if migration.down.failure is not None:
        return _refused(migration, migration.down.failure)
    for unread in migration.unread:
        return Judgement(Verdict.UNKNOWN, f"This could not be read: {unread.reason}.")
    return _proof(migration, schema)


def _refused(migration: Migration, failure: Failure) -> Judgement:
    """Tell a rollback that Ecto refuses from one that its author refuses."""
    down = migration.callback("down")
    if down is not None and failure.span is not None and down.span.covers(failure.span) and failure.command is None:
        return Judgement(Verdict.ONE_WAY, f"`down` raises on purpose: {failure.message}.")
    return Judgement(Verdict.IRREVERSIBLE, f"Rolling back raises: {failure.message}.")


def _proof(migration: Migration, schema: Schema) -> Judgement:
    schema = schema.beginning(migration.version)
    up = replay(schema, migration.up.commands)
    if up.assumptions:
        schema = assuming(schema, up.assumptions)
        up = replay(schema, migration.up.commands)
    down = replay(up.schema, migration.down.commands)
    for note in _of(up, Remark.CLASH):
        return Judgement(Verdict.UNKNOWN, f"This does not fit what its history made: {note.text}.")
    for note in (*_of(up, Remark.DOUBT), *_of(down, Remark.DOUBT)):
        return _not_known(note.text)
    for note in _of(down, Remark.CLASH):
        return Judgement(Verdict.IRREVERSIBLE, f"Rolling back raises: {note.text}.")
    for note in (*_of(up, Remark.VAGUE), *_of(down, Remark.VAGUE)):
        return _not_known(note.text)
    judged = _compared(migration, schema, up, down)
    if judged.verdict not in GOING_THROUGH:
        return judged
    return replace(judged, loses=tuple(dict.fromkeys(note.text for note in _of(down, Remark.LOSS))))


def _not_known(why: str) -> Judgement:
    return Judgement(Verdict.UNKNOWN, f"Whether a rollback restores the schema is not known: {why}.")


def _compared(migration: Migration, schema: Schema, up: Replay, down: Replay) -> Judgement:
    # What only the way down tells of has been there before, too.
    found = list(differences(assuming(schema, down.assumptions), down.schema))
    certain = tuple(difference for difference in found if difference.is_certain)
    if certain:
        shown = "; ".join(difference.text for difference in certain[:SHOWN])
        more = f", and {len(certain) - SHOWN} more" if len(certain) > SHOWN else ""
        return Judgement(Verdict.NOT_RESTORED, f"A rollback leaves a difference: {shown}{more}.", certain)
    if found or down.assumptions:
        return _not_known(found[0].text if found else "it touches what no migration made")
    for call in migration.down.commands if migration.reverses_change else ():
        if isinstance(call, RepoCall) and call.writes:
            text = f"`{call.function}` runs a second time, for Ecto does not reverse it"
            return Judgement(Verdict.FAILS_ON_DATA, f"A rollback fails on rows: {text}.")
    for note in _of(down, Remark.ROWS):
        return Judgement(Verdict.FAILS_ON_DATA, f"A rollback fails on rows: when {note.text}.")
    lost = [note.text for note in _of(up, Remark.LOSS)]
    lost += [note.text for note in _of(up, Remark.REWRITE) if note.table not in _rewritten(down)]
    if lost:
        return Judgement(Verdict.LOSES_DATA, f"The schema comes back, {' and '.join(lost[:SHOWN])} do not.")
    return Judgement(Verdict.REVERSIBLE, "A rollback restores the schema exactly.")


def _of(run: Replay, remark: Remark) -> list[Note]:
    return [note for note in run.notes if note.remark is remark]


def _rewritten(run: Replay) -> set[object]:
    return {note.table for note in run.notes if note.remark is Remark.REWRITE}


def assuming(schema: Schema, assumptions: Iterable[Assumption]) -> Schema:
    """Return *schema* with what a migration takes for granted, its attributes unknown."""
    tables = dict(schema.tables)
    for one in assumptions:
        table = tables.get(one.table) or Table(one.table, whole=False)
        if one.column is not None and one.column not in table.columns:
            unknown = Column(one.column, UNSURE, UNSURE, UNSURE, UNSURE, UNSURE, UNSURE)
            table = replace(table, columns={**table.columns, one.column: unknown})
        if one.index is not None and one.index not in table.indexes:
            table = replace(table, indexes={**table.indexes, one.index: Index(one.index, UNSURE, UNSURE)})
        if one.constraint is not None and one.constraint not in table.constraints:
            constraints = {**table.constraints, one.constraint: SomeConstraint(one.constraint)}
            table = replace(table, constraints=constraints)
        tables[one.table] = table
    return replace(schema, tables=tables)
