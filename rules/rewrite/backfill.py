"""An UPDATE or DELETE of a whole table, taken out of its migration and written as batches."""

from collections.abc import Iterator
from dataclasses import dataclass

from rules.ecto.commands import Execute, RepoCall, Sql
from rules.ecto.migration import Migration
from rules.rewrite.batches import Batches
from rules.rewrite.edit import Edit, NewMigration
from rules.rewrite.elixir import CannotWriteError
from rules.rewrite.follow_up import beside, file_name, module_text
from rules.rewrite.place import outside_transaction, remove_statement
from rules.schema.dependence import foreign_keys
from rules.schema.model import Schema, Table
from rules.schema.text import mentions
from rules.schema.written import Writing, writings
from rules.source import Span
from rules.sql.names import Name


@dataclass(frozen=True, slots=True)
class Backfill:
    """One statement that changes or deletes rows of *table*, of a migration."""

    migration: Migration
    table: Table
    writing: Writing
    lock: bool  # whether the migrator's lock would be held in a transaction meanwhile

    def follow_up(self) -> NewMigration:
        """Return the migration that runs the batches."""
        module = self.migration.module
        if module is None:
            raise CannotWriteError("there is no module to name the new one after")
        name = file_name(self._batches.name)
        attributes = ["disable_ddl_transaction", *(["disable_migration_lock"] if self.lock else [])]
        return NewMigration(name, module_text(beside(module, name), attributes, self._batches.functions()))

    def stands_last(self, end: Schema) -> None:
        """Raise where something that follows, up to the schema *end*, may need the rows as they will be."""
        name, source = self.table.name, self.migration.source
        others = [command for command in self.migration.up.commands if command is not self.writing.command]
        following = [
            one for one in others if one.span.start > self.writing.span.end or isinstance(one, Execute | RepoCall)
        ]
        names = [(one, name.name) for one in following]
        names += [(one, other.name) for one in following if any(writings(one)) for other in self._linked(end)]
        if any(mentions(source[one.span], said) for one, said in names) or end.tables.get(name) != self.table:
            raise CannotWriteError("what follows may need the rows as they will be")

    def _linked(self, end: Schema) -> Iterator[Name]:
        """Yield the tables whose rows those of the table refer to, or the other way round."""
        name = self.table.name
        for other in end.tables.values():
            targets = {key.target for key in foreign_keys(other)}
            yield from targets if other.name == name else [other.name] if name in targets else []

    def moved(self) -> tuple[Edit, ...]:
        """Return the edits that take the statement out of its migration."""
        return (remove_statement(self.migration.source, self._command.span),)

    def in_place(self) -> tuple[Edit, ...]:
        """Return the edits that make batches of the only statement of a migration that goes up and down."""
        migration, down = self.migration, self.migration.callback("down")
        last = max((one.span for one in migration.callbacks), default=None)
        if last is None or down is None or self._command.span.end > last.end:
            raise CannotWriteError("the migration has no `up` and `down` of its own")
        helper = "".join(f"\n  {line}" if line else "\n" for line in ("", *self._batches.helper()))
        called = Edit(self._command.span, self._batches.begun)
        attributes = outside_transaction(migration, lock=self.lock)
        return (*attributes, called, Edit(Span(last.end, last.end), helper))

    @property
    def _batches(self) -> Batches:
        return Batches(self.table, self.writing)

    @property
    def _command(self) -> Execute | RepoCall:
        command = self.writing.command
        if command.place.shared or not self.writing.certain:
            raise CannotWriteError("the statement stands in a loop or a helper")
        if isinstance(command, Execute) and isinstance(command.reverse, Sql) and command.reverse.text.strip():
            raise CannotWriteError("the statement has a reverse of its own")
        return command
