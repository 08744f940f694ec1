"""What a rule is, and what it may look at: commands and the schema that they meet, never syntax."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from importlib import import_module
from typing import Any, Final, TypeVar

from rules.deployment import Deploys
from rules.documentation import Page, page
from rules.ecto.code import NO_CODE, Code, Use
from rules.ecto.commands import AlterTable, ColumnChange, Command, CreateIndex, DropIndex, Execute, Sql
from rules.ecto.config import NO_REPO, Repo
from rules.ecto.listing import Neighbours
from rules.ecto.migration import Callback, Migration, Run
from rules.elixir.syntax import Syntax
from rules.finding import Difference, Effect, Finding, Severity
from rules.postgres.effects import effects, merged
from rules.postgres.locks import Lock
from rules.postgres.statements import script
from rules.rewrite.edit import Rewrite
from rules.rewrite.elixir import CannotWriteError
from rules.rewrite.inverse import trust, undo, undo_all, written
from rules.rewrite.place import rewritten_down, split_change
from rules.rewrite.sql import conversions
from rules.schema.clashes import clashes
from rules.schema.conventions import Conventions, learn
from rules.schema.gone import Gone, lost
from rules.schema.model import Schema, key
from rules.schema.notes import Clash, Note
from rules.schema.passage import Passage
from rules.schema.reversal import Leftover, leftovers
from rules.schema.verdict import Judgement, Verdict, repeated_writes
from rules.settings import Settings
from rules.source import Span
from rules.sql.effects import Effect as SqlEffect
from rules.sql.effects import Kind, ObjectCreated
from rules.sql.names import Name
from rules.sql.reader import read
from rules.suppression import Mistake

Subject = TypeVar("Subject")
POSTGRES: Final = "Ecto.Adapters.Postgres"
LEAVING: Final = frozenset({Verdict.NOT_RESTORED, Verdict.IRREVERSIBLE})
Check = Callable[[Any, "Context"], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Broken:
    """A place at which a file is not Elixir, and what is wrong there."""

    span: Span
    message: str


@dataclass(frozen=True)
class Background:
    """What lies around the migrations of a change; what has to be worked out is worked out when a rule first asks."""

    running: Code = NO_CODE  # the application on the base branch
    coming: Code = NO_CODE  # the application as the change leaves it
    merged: Schema = field(default=Schema(), repr=False)
    end: Schema | None = field(default=None, repr=False)  # what all migrations come to, those of the change included

    @cached_property
    def conventions(self) -> Conventions:
        """What the project's own tables have in common."""
        return learn(self.merged)


@dataclass(frozen=True)
class Context:
    """What surrounds the thing that a rule is asked about."""

    passage: Passage = field(repr=False)
    schema: Schema  # as it is when a command's turn comes; for a whole migration, before it
    settings: Settings
    repo: Repo = NO_REPO
    background: Background = field(default=Background(), repr=False)
    command: Command | None = None  # whose turn it is
    is_trial: bool = False  # whether a rewrite is tried out, which needs none of its own
    whole: "Context | None" = field(default=None, repr=False, compare=False)  # the migration's, if this is a command's

    @property
    def migration(self) -> Migration:
        """The migration under review."""
        return self.passage.migration

    @property
    def before(self) -> tuple[tuple[Command, Schema], ...]:
        """Each command of the migration with what it meets."""
        return self.passage.way_up

    def at(self, command: Command, schema: Schema) -> "Context":
        """Return the context of *command*, which meets *schema*."""
        return replace(self, command=command, schema=schema, whole=self.whole or self)

    def clashes(self, kind: Clash) -> Iterator[tuple[Command | ColumnChange, Note]]:
        """Yield where the command does not fit its schema, as far as that is certain, with why."""
        yield from (found for found in self._clashes if found[1].clash is kind)

    @property
    def is_refused(self) -> bool:
        """Tell whether PostgreSQL certainly refuses the command, so that nothing comes of it."""
        return bool(self._clashes)

    @cached_property
    def _clashes(self) -> tuple[tuple[Command | ColumnChange, Note], ...]:
        return tuple(clashes(self.command, self.schema)) if self.command and self.on_postgres else ()

    def offer(self, write: Callable[..., Rewrite], *arguments: Any, otherwise: str | None = None) -> Rewrite | None:
        """Return the rewrite, if it can be written from what is known, or else a whole `down` titled *otherwise*."""
        if self.is_trial:
            return None
        try:
            return write(*arguments)
        except CannotWriteError:
            return self.offer(self.write_down, otherwise) if otherwise is not None else None

    def split_change(self, title: str) -> Rewrite:
        """Return the rewrite that makes `change` an `up`, and writes a `down` that undoes all of it."""
        undone = self._undone()
        return Rewrite(self._kept(title), trust(undone), split_change(self.migration, undone))

    def write_down(self, title: str) -> Rewrite:
        """Return the rewrite after which `down` undoes all that the migration does."""
        if self.is_reversed:
            return self.split_change(title)
        undone = self._undone()
        return Rewrite(self._kept(title), trust(undone), rewritten_down(self.migration, undone))

    def _kept(self, title: str) -> str:
        """Return the title of a `down`, which promises nothing of a command that has nothing to undo."""
        is_idle = self.command is not None and not undo(self.command, self.schema)
        return "Write `down`, which undoes what else is done" if is_idle else title

    def _undone(self) -> tuple[Syntax, ...]:
        undone = _undone(self.passage)
        down = (one.runs for one in self.migration.down.commands if isinstance(one, Execute))
        said = (sql.text for sql in down if isinstance(sql, Sql))
        if conversions(said) - conversions(written(undone)):
            raise CannotWriteError("how values are turned back is said by hand")
        if not self.on_postgres and any(True for _ in written(undone)):
            raise CannotWriteError("it would be PostgreSQL's SQL")
        return undone

    def is_live(self, name: Name) -> bool:
        """Tell whether a table was there before the change, on a PostgreSQL: it may hold rows, and code may know it."""
        return self.on_postgres and key(name) not in self.schema.born_here

    def is_busy(self, name: Name) -> bool:
        """Tell whether other sessions may be using a table while the migration runs, so that they would notice."""
        return self.is_live(name) and not {str(name), name.name} & self.settings.small_tables

    @property
    def running(self) -> Code:
        """The application's code that runs while the migration does."""
        is_first = self.settings.deploys is Deploys.CODE_FIRST
        return self.background.coming if is_first else self.background.running

    def stranded(self, command: Command) -> Iterator[tuple[Gone, Use]]:
        """Yield what *command* takes from code that runs meanwhile, with its use; not what the change still uses."""
        for gone in lost(command, self.end):
            use = self.running.use(gone.table, gone.column) if self.is_live(gone.table) else None
            if use is not None and self.background.coming.use(gone.table, gone.column) is None:
                yield gone, use

    @property
    def end(self) -> Schema:
        """The schema that the whole change comes to."""
        return self.background.end or self.passage.up.schema

    def effects(self, command: Command) -> tuple[Effect, ...]:
        """Return what *command* does to tables that other sessions use, beyond reading rows."""
        sent = script(Run((command,))).statements if self.on_postgres else ()
        felt = (effect for one in sent for effect in effects(one, self.schema, self.settings.postgres))
        return tuple(effect for effect in felt if effect.lock > Lock.ACCESS_SHARE and self.is_busy(effect.on))

    def stopped_before(self, command: Command) -> dict[Name, Lock]:
        """Return the tables that nobody else can write to when *command* comes, for what its transaction did before."""
        if not self.migration.in_transaction:
            return {}
        return (self.whole or self).stops.get(id(command), {})

    @cached_property
    def stops(self) -> dict[int, dict[Name, Lock]]:
        """For each command of the migration, by its identity, what the commands before it have stopped."""
        stops: dict[int, dict[Name, Lock]] = {}
        before: dict[Name, Lock] = {}
        for command, felt in self.felt:
            stops[id(command)] = before
            if felt:
                before = _stopped((*(Effect(lock, name) for name, lock in before.items()), *felt))
        return stops

    def stopped_during(self, command: Command) -> dict[Name, Lock]:
        """Return the tables that nobody else can write to while *command* runs, by its own locks or those before."""
        before = (Effect(lock, name) for name, lock in self.stopped_before(command).items())
        return _stopped((*self.effects(command), *before))

    def said(self, command: Command) -> tuple[SqlEffect, ...]:
        """Return what the SQL of *command* says, whether the migration writes it or Ecto does."""
        sent = script(Run((command,))).statements if self.on_postgres else ()
        return tuple(effect for one in sent for statement in read(one.sql) for effect in statement.effects)

    @property
    def felt(self) -> Iterator[tuple[Command, tuple[Effect, ...]]]:
        """Each command of the migration with what it does to tables that other sessions use."""
        for command, schema in self.before:
            yield command, self.at(command, schema).effects(command)

    @property
    def start(self) -> Schema:
        """The schema before the first command of the migration."""
        return self.passage.start

    @property
    def proof(self) -> Judgement:
        """What becomes of the schema when the migration is rolled back; unknown where it does not even fit before."""
        if not self.on_postgres or any(note.clash is not None for note in self.passage.up.notes):
            return Judgement(Verdict.UNKNOWN, "The migration itself may be refused.")
        return self.passage.judgement

    def leftovers(self, command: Command) -> Iterator[Leftover]:
        """Yield what is certainly left of *command* after a rollback that Ecto computes, if it differs then."""
        down = self.migration.down
        is_reversed = down.failure is not None or command.span in self.passage.undone
        is_asked = self.is_reversed and is_reversed and not self._goes_with_its_table(command)
        if is_asked and self.proof.verdict in LEAVING:
            yield from leftovers(command, self.schema)

    def is_all(self, kind: type[CreateIndex | DropIndex]) -> bool:
        """Tell whether the migration does nothing else than this to indexes of tables in use."""
        return (self.whole or self).alike is kind

    @cached_property
    def alike(self) -> type[Command] | None:
        """The type of all commands, if they are about indexes of tables in use."""
        kinds = {
            type(one) if isinstance(one, CreateIndex | DropIndex) and self.is_busy(one.index.table) else None
            for one, _ in self.before
        }
        return kinds.pop() if len(kinds) == 1 else None

    def every_leftover(self) -> Iterator[Leftover]:
        """Yield the leftovers of all commands of the migration."""
        for command, schema in self.before:
            yield from self.at(command, schema).leftovers(command)

    def shares(self, left: tuple[Difference, ...]) -> bool:
        """Tell whether all that is *left* are extensions that were welcome wherever they came from."""
        is_extension = all(one.before is None and one.attribute.startswith(f"{Kind.EXTENSION.value} ") for one in left)
        made = [one for command, _ in self.before for one in self.said(command) if isinstance(one, ObjectCreated)]
        return bool(left) and is_extension and all(one.if_not_exists for one in made if one.kind is Kind.EXTENSION)

    @property
    def repeated(self) -> frozenset[Span]:
        """The writes through the repo that a rollback of `change` does a second time."""
        return frozenset(call.span for call in repeated_writes(self.migration)) if self.is_reversed else frozenset()

    @property
    def is_mixed(self) -> bool:
        """Tell whether Ecto calls `change` in one direction only."""
        others = self.migration.callback("up"), self.migration.callback("down")
        return self.migration.callback("change") is not None and any(others)

    def head(self, callback: Callback) -> Span:
        """Return where a callback begins, to the end of the line."""
        first, _, _ = self.migration.source[callback.span].partition("\n")
        return Span(callback.span.start, callback.span.start + len(first))

    def _goes_with_its_table(self, command: Command) -> bool:
        """Tell whether a rollback drops the table anyway, because the migration creates it."""
        made = self.passage.made
        match command:
            case AlterTable(table=table):
                return key(table.name) in made
            case CreateIndex(index=index) | DropIndex(index=index):
                return key(index.table) in made
            case _:
                return False

    @property
    def on_postgres(self) -> bool:
        """Tell whether the migration runs on a PostgreSQL, as far as the repo's module tells."""
        return self.repo.adapter in {None, POSTGRES}

    @property
    def waits_for_lock(self) -> bool:
        """Tell whether the migrator holds its lock in a transaction, for which a concurrent build would wait."""
        return self.repo.locks_in_transaction

    @property
    def is_reversed(self) -> bool:
        """Tell whether a rollback runs these commands backwards, as Ecto does with `change`."""
        return self.migration.reverses_change and self.migration.callback("up") is None


def _stopped(felt: Iterable[Effect]) -> dict[Name, Lock]:
    """Return the strongest lock on each table whose writers wait."""
    return {one.on: one.lock for one in merged(felt) if one.lock.blocks_writes}


@lru_cache(maxsize=1)  # several rules write the same `down`
def _undone(passage: Passage) -> tuple[Syntax, ...]:
    return tuple(undo_all(passage.way_up))


class Rule:
    """A hazard, named by the module that knows it; checks are registered for the kinds of things that they judge."""

    def __init__(
        self,
        module: str,
        severity: Severity,
        *,
        about_rollback: bool = False,
        raises: bool = False,
        on_request: bool = False,
        locks: bool = False,
    ) -> None:
        self.module = module
        self.name = module.rpartition(".")[2].replace("_", "-")
        self.severity = severity
        self.about_rollback = about_rollback  # silent where the migration is declared one-way
        self.raises = raises  # the hazard keeps the migration from running at all
        self.on_request = on_request  # silent unless the repository's settings name it: a matter of taste
        self.locks = locks  # its findings show what their command does to tables
        self.checks: list[tuple[tuple[type, ...], Check]] = []

    @cached_property
    def page(self) -> Page:
        """What people read about this rule: the docstring of its module."""
        return page(import_module(self.module).__doc__ or "")

    def on(self, *kinds: type) -> Callable[[Callable[[Subject, Context], Iterator[Finding]]], Check]:
        """Register a check for commands of *kinds* on their way up, or for what is no command, such as Migration."""

        def register(check: Callable[[Subject, Context], Iterator[Finding]]) -> Check:
            self.checks.append((kinds, check))
            return check

        return register

    def findings(
        self, subject: Command | Migration | Neighbours | Broken | Mistake, context: Context
    ) -> Iterator[Finding]:
        """Judge *subject*; nothing is said of what this rule has no check for."""
        if self.locks and context.is_refused:
            return
        for kinds, check in self.checks:
            if isinstance(subject, kinds):
                for finding in check(subject, context):
                    felt = context.effects(subject) if self.locks and isinstance(subject, Command) else ()
                    yield replace(finding, effects=felt) if felt else finding

    def severity_in(self, settings: Settings) -> Severity | None:
        """Return how grave the hazard is for a repository; None where the rule is off."""
        if self.on_request and not settings.asks_for(self.name):
            return None
        return settings.severity_of(self.name, self.severity)

    def finding(
        self,
        span: Span,
        context: Context,
        message: str,
        rewrite: Rewrite | None = None,
        differences: tuple[Difference, ...] = (),
    ) -> Finding:
        """Make a finding of this rule, as grave as the repository's settings say."""
        severity = context.settings.severity_of(self.name, self.severity) or self.severity
        return Finding(self.name, severity, context.migration.source.path, span, message, rewrite, differences)

    def milder(self, finding: Finding, context: Context, severity: Severity = Severity.ADVICE) -> Finding:
        """Return *finding* as less grave, unless the repository's settings say how grave it is."""
        return replace(finding, severity=context.settings.severity_of(self.name, severity) or severity)
