"""A constraint that is added without reading a row, and validated by the next migration while others go on."""

from dataclasses import replace

from rules.ecto.commands import Command, Sql
from rules.ecto.migration import Migration
from rules.rewrite.definition import constraint_command, constraint_dropped
from rules.rewrite.edit import Edit, NewMigration
from rules.rewrite.elixir import CannotWriteError, call, text
from rules.rewrite.follow_up import Part, new_migration
from rules.rewrite.names import identifier, name_sql
from rules.rewrite.place import add_text
from rules.schema.model import Check, ForeignKey, Schema
from rules.schema.replay import after
from rules.source import SourceFile
from rules.sql.names import Name, stored


def validated_later(migration: Migration, table: Name, constraint: Check | ForeignKey) -> NewMigration:
    """Return the migration that validates a constraint, and whose rollback leaves it as it was."""
    validate = f"ALTER TABLE {name_sql(table)} VALIDATE CONSTRAINT {identifier(constraint.name)}"
    dropped = constraint_dropped(table, constraint.name)
    unchecked = constraint_command(table, replace(constraint, validated=False))
    up, down = [call("execute", text(validate))], [dropped, unchecked]
    return new_migration(Part(migration, f"validate_{constraint.name}", up, down))


def made_by(command: Command, schema: Schema, table: Name, constraint: str) -> Check | ForeignKey:
    """Return the constraint of that name that *command* adds to *table*."""
    made = after(schema, command).table(table).constraints.get(stored(constraint))
    if not isinstance(made, Check | ForeignKey):
        raise CannotWriteError(f"what `{constraint}` says is not known")
    return made


def said_not_valid(source: SourceFile, sql: Sql) -> tuple[Edit, ...]:
    """Return the edits that end a statement of SQL with NOT VALID."""
    return add_text(source, place_in_text(source, sql) + sql.statements[0].end, " NOT VALID")


def place_in_text(source: SourceFile, sql: Sql | None) -> int:
    """Return where the SQL of one statement, which does one thing, begins in the file."""
    if sql is None or len(sql.statements) != 1 or len(sql.effects) != 1:
        raise CannotWriteError("the SQL does more than that")
    at = source.text.find(sql.text, sql.span.start, sql.span.end)
    if at < 0 or not sql.exact:
        raise CannotWriteError("the SQL does not stand in the text as it is sent")
    return at
