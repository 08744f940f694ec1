"""A unique constraint or primary key that takes over an index, which a migration before it builds concurrently."""

from dataclasses import dataclass

from rules.ecto.commands import Command, DropConstraint, Execute
from rules.ecto.migration import Migration
from rules.elixir.syntax import Syntax
from rules.rewrite.definition import constraint_dropped, index_call
from rules.rewrite.edit import Edit, NewMigration, Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError, call, text
from rules.rewrite.follow_up import Part, concurrent_migration
from rules.rewrite.names import identifier, name_sql
from rules.rewrite.place import outside_transaction, put_statement, remove_statement
from rules.schema.model import Index, PrimaryKey, Table, Unique
from rules.schema.text import quoted_name
from rules.sql.effects import ConstraintDropped
from rules.sql.names import stored

TITLE = "Build the index concurrently, and let the constraint take it over in the next migration"


@dataclass(frozen=True, slots=True)
class Takeover:
    """A constraint that *command* of a migration adds to a table, index and all."""

    migration: Migration
    command: Execute
    table: Table  # before the constraint
    constraint: PrimaryKey | Unique
    lock: bool  # whether the migrator's lock would be held in a transaction meanwhile

    def rewrite(self) -> Rewrite:
        """Return the rewrite; a migration that does nothing else becomes the one that builds the index."""
        columns = (self.table.columns.get(name) for name in self.constraint.columns)
        if isinstance(self.constraint, PrimaryKey) and any(one is None or one.null is not False for one in columns):
            raise CannotWriteError("every row would be looked at for NULL")
        if self.command.place.shared:
            raise CannotWriteError("the statement stands in a loop or a helper")
        if len(self.migration.up.commands) == 1:
            return Rewrite(TITLE, Safety.SAFE, self._in_place(), (self._taking_over(),))
        build = Part(self.migration, f"create_{self.constraint.name}", [call("create", self._index)])
        follow_ups = (concurrent_migration(build, lock=self.lock), self._taking_over())
        removed = (remove_statement(self.migration.source, one.span) for one in (self.command, *self._counterpart()))
        return Rewrite(TITLE, Safety.SAFE, tuple(removed), follow_ups)

    @property
    def _index(self) -> Syntax:
        columns = tuple(map(quoted_name, self.constraint.columns))
        index = Index(self.constraint.name, columns, unique=True)
        if isinstance(self.constraint, Unique):
            include = tuple(map(quoted_name, self.constraint.include))
            distinct = self.constraint.nulls_distinct
            index = Index(self.constraint.name, columns, unique=True, include=include, nulls_distinct=distinct)
        return index_call(self.table.name, index, concurrently=True)

    def _in_place(self) -> tuple[Edit, ...]:
        source = self.migration.source
        edits = [*outside_transaction(self.migration, lock=self.lock)]
        edits += put_statement(source, self.command.span, call("create", self._index))
        for opposite in self._counterpart():
            edits += put_statement(source, opposite.span, call("drop", self._index))
        return tuple(edits)

    def _counterpart(self) -> tuple[Command, ...]:
        """Return what drops the constraint on a way down that is written."""
        if self.migration.callback("down") is None:
            return ()
        found = tuple(one for one in self.migration.down.commands if self._drops(one))
        if not found:
            raise CannotWriteError("the way down does not drop the constraint")
        return found

    def _drops(self, command: Command) -> bool:
        match command:
            case DropConstraint(constraint=constraint):
                return stored(constraint.name) == self.constraint.name
            case Execute(effects=(ConstraintDropped(name=name),)):
                return stored(name) == self.constraint.name
            case _:
                return False

    def _taking_over(self) -> NewMigration:
        """Return the migration that adds the constraint; its rollback builds the index again, which goes with it."""
        name, kind = identifier(self.constraint.name), "UNIQUE"
        if isinstance(self.constraint, PrimaryKey):
            kind = "PRIMARY KEY"
        timing = f" {self.constraint.timing}" if self.constraint.timing else ""
        sql = f"ALTER TABLE {name_sql(self.table.name)} ADD CONSTRAINT {name} {kind} USING INDEX {name}{timing}"
        part = Part(
            self.migration,
            f"add_{self.constraint.name}_to_{self.table.name.name}",
            [call("execute", text(sql))],
            [constraint_dropped(self.table.name, self.constraint.name), call("create", self._index)],
        )
        return concurrent_migration(part, lock=self.lock)
