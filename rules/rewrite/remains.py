"""What a command takes along beside what it names, written as the commands that bring it back."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from rules.elixir.syntax import Syntax
from rules.rewrite.definition import constraint_command, index_command, table_call, table_commands
from rules.rewrite.elixir import CannotWriteError, call, text
from rules.rewrite.names import identifier, name_sql
from rules.schema.model import Constraint, ForeignKey, PrimaryKey, Schema, Table, Thing, key
from rules.sql.names import Name

PKEY: Final = "_pkey"


def bring_back(before: Schema, after: Schema) -> Iterator[Syntax]:
    """Yield what makes again the parts of tables that are still there, and the things, that *after* has no more."""
    for name, table in before.tables.items():
        left = after.tables.get(name)
        if left is not None and left is not table:
            yield from _parts(table, left, after)
    for at, thing in before.things.items():
        if at not in after.things:
            yield call("execute", text(_definition(thing)))


def make_again(name: Name, before: Schema, after: Schema) -> Iterator[Syntax]:
    """Yield what makes a dropped table again, with what went along."""
    table = before.tables.get(key(name))
    if table is None:
        raise CannotWriteError(f"what `{name}` was is not known")
    former = _former_name(table)
    yield from table_commands(replace(table, name=former))
    if former != table.name:
        yield call("rename", table_call(former), options=[("to", table_call(table.name))])
    yield from bring_back(before, after)


def _former_name(table: Table) -> Name:
    """Return the name with which a table was made: its key has kept it."""
    keys = [one.name for one in table.constraints.values() if isinstance(one, PrimaryKey) and one.name.endswith(PKEY)]
    return Name(table.name.prefix, keys[0].removesuffix(PKEY)) if keys else table.name


def _parts(table: Table, left: Table, after: Schema) -> Iterator[Syntax]:
    for index in table.indexes.values():
        if index.name not in left.indexes:
            yield index_command(table.name, index)
    for constraint in table.constraints.values():
        if constraint.name not in left.constraints:
            yield from _constraint(table, constraint, after)


def _constraint(table: Table, constraint: Constraint, after: Schema) -> Iterator[Syntax]:
    """Yield what adds a constraint again; a key to a table whose rows are gone finds none, unless it is NULL."""
    if isinstance(constraint, ForeignKey) and constraint.target not in after.tables:
        nullable = [name for name in constraint.columns if name in table.columns and table.columns[name].null is True]
        if nullable:
            emptied = f"UPDATE {name_sql(table.name)} SET {identifier(nullable[0])} = NULL"  # noqa: S608 - they are quoted
            yield call("execute", text(emptied))
    yield constraint_command(table.name, constraint)


def _definition(thing: Thing) -> str:
    if not isinstance(thing.definition, str) or thing.definition == "ENUM":
        raise CannotWriteError(f"what the {thing.kind.value} `{thing.name}` was is not known")
    return thing.definition
