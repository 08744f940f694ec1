"""Commands that run outside of a transaction, and indexes moved to a migration of their own."""

from collections.abc import Iterable

from rules.ecto.commands import Command, CreateIndex, DropIndex, Execute
from rules.ecto.migration import Migration
from rules.rewrite.definition import index_call
from rules.rewrite.edit import Edit, Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError, call
from rules.rewrite.follow_up import Part, concurrent_migration
from rules.rewrite.place import remove_statement
from rules.schema.model import Index
from rules.sql import effects as sql


def moved_apart(
    migration: Migration, command: CreateIndex | DropIndex, index: Index, title: str, *, lock: bool
) -> Rewrite:
    """Take *index* out of this migration, and build or drop it concurrently in the next; its counterpart goes along."""
    guarded = command.if_not_exists if isinstance(command, CreateIndex) else command.if_exists
    if command.place.shared or guarded:
        raise CannotWriteError("the index is not meant by one plain statement")
    edits = [remove_statement(migration.source, command.span), *_without_counterpart(migration, command)]
    verb = "create" if isinstance(command, CreateIndex) else "drop"
    statement = call(verb, index_call(command.index.table, index, concurrently=True))
    part = Part(migration, f"{verb}_{command.index.name}", [statement])
    return Rewrite(title, Safety.SAFE, tuple(edits), (concurrent_migration(part, lock=lock),))


def runs_apart(command: Command) -> bool:
    """Tell whether a command is of the kind that a migration outside of a transaction may hold."""
    if isinstance(command, CreateIndex | DropIndex):
        return command.index.concurrently
    effects = command.effects if isinstance(command, Execute) else ()
    return bool(effects) and all(refuses_transaction(effect) for effect in effects)


def builds_apart(command: Command) -> bool:
    """Tell whether a command builds an index concurrently, and so waits for older transactions."""
    if isinstance(command, CreateIndex):
        return command.index.concurrently
    effects = command.effects if isinstance(command, Execute) else ()
    built = (one for one in effects if isinstance(one, sql.IndexCreated | sql.Maintained))
    return any(one.concurrently and refuses_transaction(one) for one in built)


def refuses_transaction(effect: sql.Effect) -> bool:
    """Tell whether PostgreSQL refuses a statement of SQL inside of a transaction."""
    match effect:
        case sql.IndexCreated(concurrently=concurrently) | sql.ObjectDropped(concurrently=concurrently):
            return concurrently
        case sql.TableAltered(concurrently=concurrently):
            return concurrently
        case sql.Maintained(action="REFRESH MATERIALIZED VIEW"):
            return False
        case sql.Maintained(action=action, concurrently=concurrently):
            return concurrently or action.startswith("VACUUM")
        case _:
            return False


def _without_counterpart(migration: Migration, command: CreateIndex | DropIndex) -> Iterable[Edit]:
    """Yield the edits that take the opposite command out of a written way down."""
    if migration.callback("down") is not None:
        opposite = DropIndex if isinstance(command, CreateIndex) else CreateIndex
        for other in migration.down.commands:
            if isinstance(other, opposite) and other.index.name == command.index.name:
                yield remove_statement(migration.source, other.span)
