"""The schema that a `structure.sql` holds: what `mix ecto.dump` wrote of a database, read by PostgreSQL's own parser.

A dump tells everything of the moment when it was written, also what migrations made that were squashed since. Of what
came before that moment it tells only what no migration that is still there has touched.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any, Final

from rules.schema.comparison import unlike
from rules.schema.dependence import constraint_uses, index_uses
from rules.schema.draft import Draft
from rules.schema.model import UNSURE, Schema, SomeConstraint, Table, ThingKey, key
from rules.schema.replay import Replay
from rules.schema.sql import replay_effect
from rules.schema.text import squeezed
from rules.sql import effects as sql
from rules.sql.dump import plain
from rules.sql.effects import Kind
from rules.sql.names import Name
from rules.sql.reader import read_each

OTHERS: Final = re.compile(r"^(?:PRAGMA|-- MySQL|/\*!|CREATE TABLE IF NOT)", re.MULTILINE)  # other databases' dumps

EVERYWHERE: Final = (Kind.EXTENSION, None, Name(None, "plpgsql"))  # every database has it


@lru_cache(maxsize=8)  # the same few, for every push of a pull request
def read_dump(text: str) -> Schema | None:
    """Return the schema that a dump makes; None where it is not PostgreSQL's, or cannot be read."""
    if OTHERS.search(text):
        return None
    draft, sent = Draft(Schema()), plain(text)
    for statement in read_each(sent):
        written = squeezed(sent[statement.start : statement.end])
        for effect in statement.effects:
            if isinstance(effect, sql.Unknown) or _is_elsewhere(effect):
                return None
            if isinstance(effect, sql.RowsWritten):  # the only rows are the versions, in Ecto's own table
                draft.tables.pop(key(effect.table), None)
            elif not isinstance(effect, sql.RowsRead | sql.SessionEffect):
                replay_effect(draft, effect, statement, written)
    draft.things.pop(EVERYWHERE, None)
    made = draft.finished().settled()
    return made if made.tables else None


def _is_elsewhere(effect: sql.Effect) -> bool:
    """Tell whether the names that follow lie in another schema than they say, as in dumps of old."""
    if not isinstance(effect, sql.SettingChanged) or effect.name != "search_path":
        return False
    return not set((effect.value or "").split(", ")) <= {"public", "pg_catalog", ""}


@dataclass(slots=True)
class Traces:
    """What the migrations that are still there have touched, run from nothing."""

    tables: dict[Name, list[Table]]
    things: set[ThingKey]
    assumed: set[Name]
    whole: bool = True  # whether all that they do was read

    @classmethod
    def of(cls, replays: Iterable[Replay]) -> "Traces":
        """Return what *replays* touched, each of which goes on where the one before it ended."""
        found = cls({}, set(), set())
        for one in replays:
            for name, table in one.schema.tables.items():
                seen = found.tables.setdefault(name, [])
                if not seen or seen[-1] is not table:
                    seen.append(table)
            found.things |= set(one.schema.things)
            found.whole &= one.schema.whole
            found.assumed |= {what.table for what in one.assumptions if what.table is not None}
            found.things |= {what.thing for what in one.assumptions if what.thing is not None}
        return found


def before_all(dump: Schema, traces: Traces) -> Schema:
    """Return what of *dump* was there before the migrations that left *traces*: the rest of a squashed history.

    Where not everything that they do could be read, they may have made it all.
    """
    if not traces.whole:
        return Schema()
    tables = {name: table for name, table in dump.tables.items() if name not in traces.tables}
    for name in traces.assumed & set(dump.tables):
        tables[name] = _untouched(dump.tables[name], traces.tables.get(name, []))
    things = {at: thing for at, thing in dump.things.items() if at not in traces.things}
    return replace(dump, tables=tables, things=things)


def _untouched(table: Table, touched: Collection[Table]) -> Table:
    """Return what of *table* no migration has named."""
    columns, indexes, constraints = (
        {name for one in touched for name in getattr(one, part)} for part in ("columns", "indexes", "constraints")
    )
    return replace(
        table,
        columns={name: one for name, one in table.columns.items() if name not in columns},
        indexes={
            name: one
            for name, one in table.indexes.items()
            if name not in indexes and not any(index_uses(one, column) for column in columns)
        },
        constraints={
            name: one
            for name, one in table.constraints.items()
            if name not in constraints and not any(constraint_uses(one, column) for column in columns)
        },
        whole=False,
    )


def grounded(dump: Schema, replayed: Schema) -> Schema:
    """Return *replayed* with what of *dump* the migrations that led to it do not tell.

    What migrations tell in full is taken from them. What they leave open, because not everything could be read, the
    dump knows, unless it contradicts them: then a database was dumped that has another past.
    """
    if has_drifted(dump, replayed):
        return replayed
    tables = {name: _grounded(dump.tables.get(name), table) for name, table in replayed.tables.items()}
    things = {at: _same(dump.things.get(at), thing) for at, thing in replayed.things.items()}
    if not replayed.whole:
        tables = {**dump.tables, **tables}
        things = {**dump.things, **things}
    return replace(replayed, tables=tables, things=things, whole=True)


def has_drifted(dump: Schema, replayed: Schema) -> bool:
    """Tell whether a column has another type than the migrations gave it: a database with another past was dumped."""
    for name, table in replayed.tables.items():
        dumped = dump.tables[name].columns if name in dump.tables else {}
        for column in (one for one in table.columns.values() if one.name in dumped):
            if column.type is not UNSURE and column.type != dumped[column.name].type:
                return True
    return False


def _grounded(dumped: Table | None, replayed: Table) -> Table:
    if replayed.whole or dumped is None:
        return replayed
    return replace(
        dumped,
        columns=_told(dumped.columns, replayed.columns),
        indexes=_told(dumped.indexes, replayed.indexes),
        constraints=_told(dumped.constraints, replayed.constraints),
        suffix=replayed.suffix,
        modifiers=replayed.modifiers,
        version=replayed.version,
    )


def _told(dumped: Mapping[str, Any], replayed: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: _same(part, replayed[name]) if name in replayed else part for name, part in dumped.items()}


def _same(dumped: Any, replayed: Any) -> Any:
    """Return what a migration told of a part, or the part as it was dumped where that is certainly something else."""
    is_told = dumped is None or not (unlike(dumped, replayed) or _is_vague(replayed))
    return replayed if is_told else dumped


def _is_vague(part: Any) -> bool:
    return isinstance(part, SomeConstraint) or any(getattr(part, one.name) is UNSURE for one in fields(part))
