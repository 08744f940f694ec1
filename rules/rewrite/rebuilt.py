"""Indexes that a change of type would build again, dropped before it and built behind it, beside their use."""

from collections.abc import Sequence

from rules.ecto.commands import AlterTable
from rules.ecto.migration import Migration
from rules.elixir.syntax import Syntax
from rules.rewrite.definition import index_call
from rules.rewrite.edit import Edit, NewMigration
from rules.rewrite.elixir import CannotWriteError, call
from rules.rewrite.follow_up import Part, concurrent_migration, new_migration
from rules.rewrite.place import outside_transaction, put_statement
from rules.schema.model import Index
from rules.sql.names import Name


def dropped_before(
    migration: Migration, alter: AlterTable, indexes: Sequence[Index], *, lock: bool
) -> tuple[Edit, ...]:
    """Return the edits that make of a migration which only changes the type the one that drops *indexes* before it."""
    if migration.callback("change") is None or alter.place.shared or len(migration.up.commands) > 1:
        raise CannotWriteError("the migration does more than that, or says how to go back")
    if any(one.unique is not False for one in indexes):
        raise CannotWriteError("nothing would keep rows apart meanwhile")
    drops = [call("drop", _concurrent(alter.table.name, one)) for one in indexes]
    edits = put_statement(migration.source, alter.span, *drops)
    return (*outside_transaction(migration, lock=lock), *edits)


def built_behind(
    migration: Migration, alter: AlterTable, indexes: Sequence[Index], *, lock: bool
) -> tuple[NewMigration, ...]:
    """Return the migrations that change the type, and build *indexes* again."""
    name = alter.table.name
    changing = Part(migration, f"change_types_of_{name.name}", [alter.place.call])
    builds = [call("create", _concurrent(name, one)) for one in indexes]
    building = Part(migration, f"create_{indexes[0].name}", builds)
    return new_migration(changing), concurrent_migration(building, lock=lock)


def _concurrent(table: Name, index: Index) -> Syntax:
    return index_call(table, index, concurrently=True)
