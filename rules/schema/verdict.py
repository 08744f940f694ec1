"""What becomes of a schema when a migration is rolled back: S against down(up(S)), with the evidence."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from rules.ecto.commands import RepoCall, Sql
from rules.ecto.migration import MIGRATION_ERROR, Failure, Migration
from rules.schema.clashes import is_known
from rules.schema.comparison import Difference, differences
from rules.schema.model import UNSURE, Column, Constraint, Index, Schema, SomeConstraint, Table, Thing
from rules.schema.notes import Assumption, Clash, Note, Remark
from rules.schema.replay import Replay, replay
from rules.sql.effects import SettingChanged

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


def judge(migration: Migration, schema: Schema, up: Replay | None = None) -> Judgement:
    """Run *migration* up and down over *schema* and say what is left of it; *up* is its way up, if it has been run."""
    if migration.module is None and not migration.unread:
        return Judgement(Verdict.UNKNOWN, "The file defines no migration.")
    if migration.up.failure is not None:
        return Judgement(Verdict.UNKNOWN, f"The migration itself raises: {migration.up.failure.message}.")
    if migration.down.failure is not None:
        return _refused(migration.down.failure)
    for unread in migration.unread:
        named = f" (`{unread.subject}`)" if unread.subject else ""
        return Judgement(Verdict.UNKNOWN, f"This could not be read: {unread.reason}{named}.")
    schema = schema.beginning(migration.version)
    return _proof(migration, schema, up or replay(schema, migration.up.commands))


def _refused(failure: Failure) -> Judgement:
    """Tell a rollback that Ecto refuses from one that its author refuses, for a reason."""
    if not failure.deliberate:
        return Judgement(Verdict.IRREVERSIBLE, f"Rolling back raises: {failure.message.rstrip('.')}.")
    reason = failure.message or failure.kind
    if reason == MIGRATION_ERROR:
        return Judgement(Verdict.IRREVERSIBLE, "Rolling back raises, and nothing says why.")
    return Judgement(Verdict.ONE_WAY, f"Rolling back raises on purpose: {reason.rstrip('.')}.")


def _proof(migration: Migration, schema: Schema, up: Replay) -> Judgement:
    if up.assumptions and not _lacks(schema, up):
        schema = assuming(schema, up.assumptions)
        up = replay(schema, migration.up.commands)
    down = replay(up.schema, migration.down.commands)
    for note in _of(up, Remark.CLASH):
        return Judgement(Verdict.UNKNOWN, f"This does not fit what its history made: {note.text}.")
    for note in (*_of(up, Remark.DOUBT), *_until_refused(down)):
        return _not_known(note.text)
    for note in _of(down, Remark.CLASH):
        strangers = [one.table for one in down.assumptions if one.table not in up.schema.tables]
        first = f"no migration has made `{strangers[0]}`, and " if strangers else ""
        return Judgement(Verdict.IRREVERSIBLE, f"Rolling back raises: {first}{note.text}.")
    for note in (*_of(up, Remark.VAGUE), *_of(down, Remark.VAGUE)):
        return _not_known(note.text)
    judged = _compared(migration, schema, up, down)
    if judged.verdict not in GOING_THROUGH:
        return judged
    return replace(
        judged, loses=tuple(dict.fromkeys(note.text for note in (*_of(down, Remark.LOSS), *_of(down, Remark.EMPTIED))))
    )


def _lacks(schema: Schema, run: Replay) -> bool:
    """Tell whether *run* names what certainly is not there."""
    return any(note.clash is Clash.MISSING and is_known(note, schema) for note in run.notes)


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
    for call in repeated_writes(migration):
        text = f"`{call.function}` runs a second time, for Ecto does not reverse it"
        return Judgement(Verdict.FAILS_ON_DATA, f"A rollback fails on rows: {text}.")
    return _over_rows(schema, up, down)


def repeated_writes(migration: Migration) -> tuple[RepoCall, ...]:
    """Return the writes through the repo that a rollback of `change` does a second time."""
    if not migration.reverses_change:
        return ()
    up = {command.span for command in migration.up.commands}
    calls = (one for one in migration.down.commands if isinstance(one, RepoCall) and one.writes and one.span in up)
    return tuple(call for call in calls if call.sql is None or not _only_sets(call.sql))


def _only_sets(sql: Sql) -> bool:
    """Tell whether SQL changes nothing but settings, which each direction wants."""
    return bool(sql.effects) and all(isinstance(effect, SettingChanged) for effect in sql.effects)


def _over_rows(schema: Schema, up: Replay, down: Replay) -> Judgement:
    """Judge a rollback that restores the schema, if the rows let it."""
    refused = []
    for note in _of(down, Remark.ROWS):
        if note.restriction is None or not note.restriction.held_in(_parts(schema, note)):
            return Judgement(Verdict.FAILS_ON_DATA, f"A rollback fails on rows: when {note.text}.")
        refused.append(note.restriction.refused)
    lost = [note.text for note in (*_of(up, Remark.LOSS), *_of(up, Remark.EMPTIED))]
    lost += [note.text for note in _of(up, Remark.REWRITE) if note.table not in _rewritten(down)]
    lost += [note.text for note in _of(down, Remark.EMPTIED) if note.table in schema.tables]
    if not lost and not refused:
        return Judgement(Verdict.REVERSIBLE, "A rollback restores the schema exactly.")
    gone = f", {_listed(lost)} do not" if lost else ""
    first = f"; {_listed(refused)} must go first" if refused else ""
    return Judgement(Verdict.LOSES_DATA, f"The schema comes back{gone}{first}.")


def _parts(schema: Schema, note: Note) -> Iterator[Column | Index | Constraint]:
    """Yield what restricts the rows of a note's table, which may have another name before; its columns then not."""
    table = schema.tables.get(note.table) if note.table else None
    yield from table.columns.values() if table else ()
    for one in (table,) if table else schema.tables.values():
        yield from one.indexes.values()
        yield from one.constraints.values()


def _listed(texts: Iterable[str]) -> str:
    return " and ".join(list(dict.fromkeys(texts))[:SHOWN])


def _until_refused(run: Replay) -> Iterator[Note]:
    """Yield the doubts before the first command that raises, behind which nothing runs."""
    for note in run.notes:
        if note.remark is Remark.CLASH:
            return
        if note.remark is Remark.DOUBT:
            yield note


def _of(run: Replay, remark: Remark) -> list[Note]:
    return [note for note in run.notes if note.remark is remark]


def _rewritten(run: Replay) -> set[object]:
    return {note.table for note in run.notes if note.remark is Remark.REWRITE}


def assuming(schema: Schema, assumptions: Iterable[Assumption]) -> Schema:
    """Return *schema* with what a migration takes for granted, its attributes unknown."""
    tables, things = dict(schema.tables), dict(schema.things)
    for one in assumptions:
        if one.thing is not None:
            things.setdefault(one.thing, Thing(one.thing[0], one.thing[2], UNSURE, one.thing[1]))
        if one.table is None:
            continue
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
    return replace(schema, tables=tables, things=things)
