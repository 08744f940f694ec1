"""A migration on its way over the schema that it meets: worked out once, however many rules ask."""

from dataclasses import dataclass
from functools import cached_property

from rules.ecto.commands import Command, CreateTable
from rules.ecto.migration import Migration
from rules.schema.model import Schema, key
from rules.schema.replay import Replay, meetings, replay
from rules.schema.verdict import Judgement, judge
from rules.schema.written import looped
from rules.source import Span
from rules.sql.names import Name


@dataclass(frozen=True, eq=False)
class Passage:
    """A migration and the schema before it; what becomes of that is worked out when somebody first asks."""

    migration: Migration
    schema: Schema

    @cached_property
    def start(self) -> Schema:
        """The schema that the first command meets."""
        return self.schema.beginning(self.migration.version)

    @cached_property
    def up(self) -> Replay:
        """What all commands together make of the schema."""
        return replay(self.start, self.migration.up.commands)

    @cached_property
    def way_up(self) -> tuple[tuple[Command, Schema], ...]:
        """What the migration runs, each command with what it meets."""
        return tuple(meetings(self.start, self.migration.up.commands))

    @cached_property
    def way_back(self) -> tuple[tuple[Command, Schema], ...]:
        """What a rollback runs, each command with what it meets."""
        return tuple(meetings(self.up.schema, self.migration.down.commands))

    @cached_property
    def down(self) -> Replay:
        """What a rollback makes of the schema that the migration leaves."""
        return replay(self.up.schema, self.migration.down.commands)

    @cached_property
    def undone(self) -> frozenset[Span]:
        """Where the commands stand that a rollback runs."""
        return frozenset(command.span for command in self.migration.down.commands)

    @cached_property
    def made(self) -> frozenset[Name]:
        """The tables that the migration creates."""
        return frozenset(key(one.table.name) for one, _ in self.way_up if isinstance(one, CreateTable))

    @cached_property
    def looped(self) -> frozenset[Span]:
        """Where the migration writes rows several times, or as often as the data say."""
        return looped(self.migration.up.commands)

    @cached_property
    def judgement(self) -> Judgement:
        """What becomes of the schema when the migration is rolled back."""
        return judge(self.migration, self.schema, self.up)
