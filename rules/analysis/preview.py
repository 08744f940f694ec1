"""What Ecto would send for each proposed migration, both ways, and what each statement would do to tables."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rules.analysis.ground import Ground
from rules.analysis.history import edited_in, histories
from rules.analysis.judging import Case, met
from rules.analysis.programs import hindrance, part
from rules.analysis.reading import Reading, read_file
from rules.ecto.commands import Command
from rules.ecto.migration import Run
from rules.postgres.effects import Effect, effects
from rules.postgres.observation import Observed, Showing
from rules.postgres.statements import Statement
from rules.schema.model import Schema, key
from rules.schema.replay import meetings
from rules.settings import Settings
from rules.source import Change


@dataclass(frozen=True, slots=True)
class Way:
    """One direction as a rehearsal would show it, without times; *silent* is why some of its SQL is not known."""

    showing: Showing
    silent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """A proposed migration; *missing* is why nothing of it would run."""

    path: str
    in_transaction: bool = True
    up: Way | None = None
    down: Way | None = None
    missing: str = ""


def previews(change: Change, settings: Settings) -> tuple[Preview, ...]:
    """Return what each proposed migration would do on top of those before it, in the order in which they run.

    Effects are claims: on tables that are there before the change goes up, and on all that it goes back through.
    """
    return tuple(one for history in histories(change, settings) for one in _previews(history, settings.postgres))


def _previews(history: Change, version: int) -> Iterator[Preview]:
    ground, edited = Ground(history), edited_in(history)
    new = ground.in_order(file for file in history.proposed if file not in edited.values())
    tried = edited | {file: file for file in new}
    schema = ground.start
    for file in (*ground.in_order((*history.merged, *edited)), *new):
        schema = ground.before(file, schema)
        if file not in new[1:]:  # what one new migration makes, the next one finds without rows
            schema = schema.settled()
        if file in tried:
            yield _preview(met(read_file(tried[file], history.project), schema), version)
        schema = met(read_file(file, history.project), schema).after


def _preview(case: Case, version: int) -> Preview:
    reading, migration = case.reading, case.reading.migration
    if missing := hindrance(reading):
        return Preview(migration.source.path, missing=missing)
    back = meetings(case.passage.up.schema.settled(), migration.down.commands)
    up = _way(reading, migration.up, case.passage.way_up, version)
    return Preview(migration.source.path, migration.in_transaction, up, _way(reading, migration.down, back, version))


def _way(reading: Reading, run: Run, going: Iterable[tuple[Command, Schema]], version: int) -> Way:
    """Return what *run* sends until it is refused, command by command with the schema that each meets."""
    shown: list[Observed] = []
    silent: list[str] = []
    for command, schema in going:
        sent = part(reading, Run((command,)))
        silent += sent.silent
        statements = ((one, Statement(one.sql, command)) for one in sent.sent)
        shown += (Observed(one.sql, one.span, 0.0, _felt(statement, schema, version)) for one, statement in statements)
        if sent.refusal is not None:
            return Way(Showing(tuple(shown), sent.refusal, sent.refused), tuple(silent))
    ending = part(reading, Run((), run.failure))
    return Way(Showing(tuple(shown), ending.refusal, ending.refused), tuple(silent))


def _felt(statement: Statement, schema: Schema, version: int) -> tuple[Effect, ...]:
    return tuple(effect for effect in effects(statement, schema, version) if key(effect.on) not in schema.born_here)
