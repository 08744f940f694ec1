"""In which order the migrations of a pull request can be deployed, so that running code bears each of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from rules.ecto.commands import CodeCall, Command, Execute, RenameColumn, RenameIndex, RenameTable, RepoCall, Sql
from rules.ecto.migration import Migration, Run
from rules.postgres.effects import Effect, effects
from rules.postgres.effects.effect import merged
from rules.postgres.statements import script
from rules.schema.casts import STRINGS, base, narrows
from rules.schema.model import Column, ForeignKey, Schema, Table, key
from rules.schema.replay import meetings
from rules.sql.effects import ColumnRenamed, ConstraintRenamed, Kind, ObjectRenamed, RowsWritten
from rules.sql.names import stored

RENAMING: Final = (ColumnRenamed, ConstraintRenamed, ObjectRenamed)
QUERIED: Final = {Kind.VIEW: "view", Kind.MATERIALIZED_VIEW: "materialized view", Kind.FUNCTION: "function"}


class Phase(Enum):
    """What a migration means to the code that runs beside it, in the order of a careful deployment."""

    EXPAND = "expand"  # that code goes on as before
    DATA = "data"  # rows are written
    CONTRACT = "contract"  # that code breaks, unless a release before has made it ready

    @property
    def does(self) -> str:
        """Complete "This migration …"."""
        return DOES[self]


DOES: Final = {Phase.EXPAND: "expands", Phase.DATA: "writes rows", Phase.CONTRACT: "breaks older code"}


class Added(Enum):
    """What a migration brings, as far as a careful colleague would ask about it."""

    TABLE = "table"
    REFERENCE = "reference"
    INDEX = "index"


class Deploys(Enum):
    """When a project's deployment runs its migrations."""

    MIGRATE_FIRST = "migrate-first"  # while the old code runs
    AT_BOOT = "at-boot"  # by each new node, while old nodes still run
    CODE_FIRST = "code-first"  # when the new code runs already


@dataclass(frozen=True, slots=True)
class Step:
    """A migration, as those see it who deploy it."""

    path: str
    phases: tuple[Phase, ...]  # in their order; several in one file cannot be deployed apart
    in_transaction: bool
    breaking: tuple[str, ...] = ()  # what code that runs beside it must no longer do: "read `users.email`"
    effects: tuple[Effect, ...] = ()  # on tables that others use, one each
    added: frozenset[Added] = frozenset()

    @property
    def waits(self) -> bool:
        """Tell whether the code that ran before has to be gone."""
        return Phase.CONTRACT in self.phases


@dataclass(frozen=True, slots=True)
class Release:
    """What is deployed together: migrations before its code, or after it."""

    before: tuple[Step, ...] = ()
    after: tuple[Step, ...] = ()


def step(migration: Migration, before: Schema, after: Schema, version: int) -> Step:
    """Class a migration by what its way up makes of the schema *before*, on PostgreSQL *version*."""
    breaking = tuple(_breaking(before, after))
    commands = migration.up.commands
    writes = any(_writes(command) for command in commands)
    found = {
        Phase.EXPAND: _adds(before, after, frozenset(_renamed(commands))),
        Phase.DATA: writes,
        Phase.CONTRACT: bool(breaking),
    }
    phases = tuple(phase for phase in Phase if found[phase]) or (Phase.EXPAND,)
    touched = tuple(merged(_effects(commands, before, version)))
    added = frozenset(_added(before, after))
    return Step(migration.source.path, phases, migration.in_transaction, breaking, touched, added)


def releases(steps: Iterable[Step], deploys: Deploys) -> tuple[Release, ...]:
    """Part *steps*, oldest first, so that the code that runs beside each of them can bear it.

    Where migrations run before the code, those that break the old code wait for the next release. Where the code runs
    first, it needs what the others bring in a release before.
    """
    steps = tuple(steps)
    parted = [tuple(one for one in steps if one.waits is waits) for waits in (False, True)]
    if deploys is Deploys.CODE_FIRST:
        return tuple(Release(after=some) for some in parted if some)
    return tuple(Release(before=some) for some in parted if some)


def _added(before: Schema, after: Schema) -> Iterator[Added]:
    for name, table in after.tables.items():
        old = before.tables.get(name)
        if old is None:
            yield Added.TABLE
        made = {key: one for key, one in table.constraints.items() if old is None or key not in old.constraints}
        if any(isinstance(one, ForeignKey) for one in made.values()):
            yield Added.REFERENCE
        if table.indexes.keys() - (old.indexes.keys() if old else set()):
            yield Added.INDEX


def _effects(commands: Iterable[Command], before: Schema, version: int) -> Iterator[Effect]:
    for command, schema in meetings(before, commands):
        sent = script(Run((command,))).statements
        found = (effect for statement in sent for effect in effects(statement, schema, version))
        yield from (effect for effect in found if key(effect.on) not in schema.born_here)


def _writes(command: Command) -> bool:
    match command:
        case Execute(runs=Sql() as sql) | RepoCall(sql=Sql() as sql):
            return any(isinstance(effect, RowsWritten) for effect in sql.effects)
        case Execute(runs=code):
            return not isinstance(code, Sql) and any(_writes(inner) for inner in code.does)
        case RepoCall():
            return command.writes
        case _:
            return isinstance(command, CodeCall)


def _adds(before: Schema, after: Schema, renamed: frozenset[str]) -> bool:
    """Tell whether there is something that was not there before under another name."""
    if any(name.name not in renamed for name in after.tables.keys() - before.tables.keys()):
        return True
    both = [(before.tables[name], table) for name, table in after.tables.items() if name in before.tables]
    parts = [
        (old, new)
        for one, other in both
        for old, new in (
            (one.columns, other.columns),
            (one.indexes, other.indexes),
            (one.constraints, other.constraints),
        )
    ]
    return len(after.things) > len(before.things) or any(new.keys() - old.keys() - renamed for old, new in parts)


def _renamed(commands: Iterable[Command]) -> Iterator[str]:
    """Yield the new names of what *commands* rename."""
    for command in commands:
        match command:
            case RenameTable(to=table):
                yield stored(table.name.name)
            case RenameColumn(to=to) | RenameIndex(to=to):
                yield stored(to)
            case Execute(runs=Sql(effects=effects)):
                yield from (one.to for one in effects if isinstance(one, RENAMING))
            case _:
                pass


def _breaking(before: Schema, after: Schema) -> Iterator[str]:
    """Yield what code that knows *before* may do, and *after* refuses; what is born in the pull request has no code."""
    for name, table in before.tables.items():
        if name in before.born_here:
            continue
        if name in after.tables:
            yield from _breaking_columns(table, after.tables[name])
        elif after.whole:
            yield f"use `{name}`"
    for kind, _, name in before.things.keys() - after.things.keys():
        if kind in QUERIED and after.whole:
            yield f"use the {QUERIED[kind]} `{name}`"


def _breaking_columns(before: Table, after: Table) -> Iterator[str]:
    for name, column in before.columns.items():
        if name in after.columns:
            yield from _breaking_column(f"{before.name}.{name}", column, after.columns[name])
        elif after.whole:
            yield f"use `{before.name}.{name}`"
    for name, column in after.columns.items():
        if name not in before.columns and before.whole and _is_required(column):
            yield f"insert into `{before.name}` without `{name}`"


def _breaking_column(name: str, before: Column, after: Column) -> Iterator[str]:
    if before.null is True and after.null is False:
        yield f"write NULL to `{name}`"
    if isinstance(before.type, str) and isinstance(after.type, str):
        kinds = {base(before.type), base(after.type)}
        if narrows(before.type, after.type):
            yield f"write to `{name}` what {after.type} cannot hold"
        elif len(kinds) > 1 and not kinds <= STRINGS and not narrows(after.type, before.type):
            yield f"take `{name}` for {before.type}"


def _is_required(column: Column) -> bool:
    return column.null is False and column.default is None and column.generated is None
