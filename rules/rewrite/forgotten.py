"""What a `down` forgets, written behind what it does: for a way back that says more than we could write ourselves."""

from collections.abc import Iterator

from rules.ecto.migration import Migration
from rules.elixir.printer import STEP, habit_of, lines
from rules.elixir.syntax import Syntax
from rules.rewrite.definition import constraint_command, index_command
from rules.rewrite.edit import Edit, Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError, call, text
from rules.rewrite.names import identifier, name_sql
from rules.rewrite.place import indent_at
from rules.schema.comparison import differences
from rules.schema.model import Schema, Table
from rules.source import Span


def add_forgotten(migration: Migration, before: Schema, after: Schema) -> Rewrite:
    """Return the rewrite that ends `down` with what keeps *after* from being *before*, if all of it is missing."""
    added = [statement for name, table in before.tables.items() for statement in _missing(table, after.table(name))]
    if not added or len(added) != len(list(differences(before, after))):
        raise CannotWriteError("it is not only that something is missing")
    edit = _behind(migration, added)
    return Rewrite("Bring back what `down` forgets", Safety.SAFE, (edit,))


def _missing(old: Table, new: Table) -> Iterator[Syntax]:
    for column in old.columns.values():
        now = new.columns.get(column.name)
        if now is not None and now.default != column.default and isinstance(column.default, str):
            change = f"ALTER COLUMN {identifier(column.name)} SET DEFAULT {column.default}"
            yield call("execute", text(f"ALTER TABLE {name_sql(old.name)} {change}"))
    yield from (index_command(old.name, one) for one in old.indexes.values() if one.name not in new.indexes)
    for constraint in old.constraints.values():
        if constraint.name not in new.constraints:
            yield constraint_command(old.name, constraint)


def _behind(migration: Migration, statements: list[Syntax]) -> Edit:
    """Return the edit that writes *statements* at the end of `down`, apart from what stands there."""
    down, source = migration.callback("down"), migration.source
    first, *rest = source[down.span].split("\n") if down is not None else [""]
    if down is None or not rest or not first.endswith(" do"):
        raise CannotWriteError("there is no `down` of several lines")
    at = source.line_start(source.line_at(down.span.end))
    written = lines(statements, indent_at(source, down.span.start) + STEP, habit_of(source))
    return Edit(Span(at, at), "".join(f"{line}\n" for line in ("", *written)))
