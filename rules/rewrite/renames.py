"""What is named after a table or a column, and has to be renamed along with it."""

from collections.abc import Iterable, Iterator

from rules.ecto.commands import RenameColumn, RenameTable
from rules.ecto.names import foreign_key_name, index_name
from rules.elixir.syntax import Syntax
from rules.rewrite.elixir import call, text
from rules.rewrite.names import identifier, name_sql
from rules.schema.dependence import foreign_keys, plain_columns
from rules.schema.model import Table
from rules.sql.names import Name, stored

Renaming = RenameTable | RenameColumn
Pair = tuple[str, str]  # the name that stays, and the one that Ecto would make up now


def indexes_left(command: Renaming, table: Table) -> Iterator[Pair]:
    """Yield the indexes with a made-up name that no longer fits."""
    for index in table.indexes.values():
        columns = plain_columns(index)
        old = stored(index_name(table.name.name, columns))
        new = stored(index_name(new_table(command), [new_column(command, column) for column in columns]))
        if index.name == old != new:
            yield old, new


def keys_left(command: Renaming, table: Table) -> Iterator[Pair]:
    """Yield the foreign keys with a made-up name that no longer fits."""
    for one in foreign_keys(table):
        old = stored(foreign_key_name(table.name.name, one.columns[0]))
        new = stored(foreign_key_name(new_table(command), new_column(command, one.columns[0])))
        if one.name == old != new:
            yield old, new


def new_table(command: Renaming) -> str:
    """Return what the table is called afterwards."""
    return command.to.name.name if isinstance(command, RenameTable) else command.table.name.name


def new_column(command: Renaming, column: str) -> str:
    """Return what a column is called afterwards."""
    return command.to if isinstance(command, RenameColumn) and command.column == column else column


def followed(to: Name, indexes: Iterable[Pair], keys: Iterable[Pair]) -> list[Syntax]:
    """Return the commands that rename *indexes* and foreign *keys* of the table *to*, in both directions."""
    table, prefix = name_sql(to), f"{identifier(to.prefix)}." if to.prefix else ""
    both = [
        (
            f"ALTER INDEX {prefix}{identifier(old)} RENAME TO {identifier(new)}",
            f"ALTER INDEX {prefix}{identifier(new)} RENAME TO {identifier(old)}",
        )
        for old, new in indexes
    ]
    both += [
        (
            f"ALTER TABLE {table} RENAME CONSTRAINT {identifier(old)} TO {identifier(new)}",
            f"ALTER TABLE {table} RENAME CONSTRAINT {identifier(new)} TO {identifier(old)}",
        )
        for old, new in keys
    ]
    return [call("execute", text(up), text(down)) for up, down in both]
