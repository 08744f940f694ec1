"""New columns of tables that are there: added in an instant, then indexed, filled, and only then demanded."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain

from rules.ecto.commands import Execute, Sql
from rules.elixir.syntax import Syntax
from rules.rewrite.batches import BATCH, Batches
from rules.rewrite.definition import NOWHERE, constraint_command, table_call
from rules.rewrite.elixir import CannotWriteError, block, call, text
from rules.rewrite.names import identifier, name_sql
from rules.schema.casts import castable
from rules.schema.model import Column, ForeignKey, Table
from rules.schema.written import writings
from rules.sentences.drafting.columns import NewColumn, decided, told_once
from rules.sentences.drafting.creating import timestamps
from rules.sentences.drafting.demanding import required, validated
from rules.sentences.drafting.extending import enum_of, needed_for
from rules.sentences.drafting.indexing import NewIndex, build, led, usable
from rules.sentences.drafting.kinds import referred_column
from rules.sentences.drafting.site import Site
from rules.sentences.drafting.step import CannotDraftError, Stage, Step, joined, listing
from rules.sentences.drafting.values import as_sql
from rules.sentences.intent import AddColumns, AddTimestamps, Backfill, OtherColumn
from rules.source import Span
from rules.sql.names import Name

STAMPS = ("inserted_at", "updated_at")


def add_columns(intent: AddColumns, site: Site) -> Iterator[Step]:
    """Add columns, so that nobody waits and no row lacks what is demanded of it."""
    table, staged = site.table(intent.table), not site.is_new(intent.table)
    columns = [decided(column, table.name, site, born=not staged) for column in told_once(intent.columns)]
    _insist(columns, table)
    yield from needed_for(columns, site)
    yield _added(columns, table, site, staged=staged)
    for index in usable(_indexes(columns, table, site)):
        yield build(index, site)
    if staged:
        yield from _later(columns, table, site)


def add_timestamps(intent: AddTimestamps, site: Site) -> Iterator[Step]:
    """Add both times; old rows get that of the migration, which nothing else can tell."""
    table = site.table(intent.table)
    for name in STAMPS:
        if name in table.columns:
            raise CannotDraftError(f"`{table.name}` has a column `{name}` already.")
    default = [] if site.is_new(table.name) else [("default", call("fragment", text("now()")))]
    altered = block("alter", table_call(table.name), [timestamps(site, default)])
    notes = (f"Rows of `{table.name}` that are there get the time of the migration.",) if default else ()
    yield Step(f"add_timestamps_to_{table.name.name}", f"adds timestamps to `{table.name}`", (altered,), notes=notes)


def backfill(intent: Backfill, site: Site) -> Iterator[Step]:
    """Write rows that are there, in batches of which each has a transaction of its own."""
    table = site.table(intent.table)
    sets = dict(intent.sets)
    if not sets or len(sets) < len(intent.sets):
        raise CannotDraftError("Say once for each column what becomes of it.")
    assigned = []
    for name, value in sets.items():
        column = site.column(intent.table, name)
        kind = site.type_of(table, column)
        given = (
            _taken(value, table, column, site) if isinstance(value, OtherColumn) else site.fitting(value, table, column)
        )
        assigned.append(f"{identifier(name)} = {as_sql(given, kind)}")
    site.insist_on(table, intent.where)
    where = f" WHERE {intent.where}" if intent.where else ""
    sql = f"UPDATE {name_sql(table.name)} SET {', '.join(assigned)}{where}"  # noqa: S608 - it is written, not run
    yield in_batches(table, sql, f"sets {listing(f'`{name}`' for name in sets)} in `{table.name}`", intent.batch)


def _taken(value: OtherColumn, table: Table, column: Column, site: Site) -> OtherColumn:
    """Return the value of another column, which has to fit."""
    kind = str(site.column(table.name, value.name).type)
    if castable(kind, str(column.type)) is False:
        raise CannotDraftError(f"`{column.name}` cannot be `{value.name}`: a `{kind}` is no `{column.type}`.")
    return value


def in_batches(table: Table, sql: str, does: str, size: int | None = None) -> Step:
    """Return the step that runs *sql* over all rows of *table*."""
    found = list(writings(Execute(NOWHERE, Sql(sql, Span(0, 0)))))
    if len(found) != 1:
        raise CannotDraftError("What is to be written cannot be read as one UPDATE.")
    batches = Batches(table, found[0], size or BATCH)
    try:
        batches.functions()
    except CannotWriteError as error:
        raise CannotDraftError(f"The rows of `{table.name}` cannot be written in batches: {error}.") from error
    return Step(batches.name, f"{does}, in batches", stage=Stage.ROWS, batches=batches)


def _insist(columns: Sequence[NewColumn], table: Table) -> None:
    names = [one.name for one in columns]
    for column in columns:
        if column.name in table.columns or names.count(column.name) > 1:
            raise CannotDraftError(f"`{table.name}` has a column `{column.name}` already.")
        if column.said.key:
            raise CannotDraftError(f"`{table.name}` has its primary key: it cannot get `{column.name}` as another.")
        if column.said.unique and column.default is not None:
            raise CannotDraftError(f"`{column.name}` cannot be unique: every row begins with the same value.")


def _added(columns: Sequence[NewColumn], table: Table, site: Site, *, staged: bool) -> Step:
    """Return the step that adds the columns, with what holds for new rows only."""
    name = table.name
    types = [enum_of(one) for one in columns if one.said.native]
    altered = block("alter", table_call(name), [one.add(site, staged=staged) for one in columns])
    defaults = [_default_set(one, name) for one in columns if staged and one.is_filled_by_row(site)]
    checks = chain.from_iterable(one.checks() for one in columns)
    constraints = [constraint_command(name, replace(one, validated=not staged)) for one in checks]
    words = [one.name for one in columns]
    does = f"adds {listing(f'`{word}`' for word in words)} to `{name}`"
    waiting = [one for one in columns if staged and one.waits(site) and one.default is None]
    notes = tuple(note for one in waiting for note in _until_required(one, name, site))
    return Step(f"add_{joined(words)}_to_{name.name}", does, (*types, altered, *defaults, *constraints), notes=notes)


def _default_set(column: NewColumn, table: Name) -> Syntax:
    action = f"ALTER TABLE {name_sql(table)} ALTER COLUMN {identifier(column.name)}"
    return call("execute", text(f"{action} SET DEFAULT {column.default_sql}"), text(f"{action} DROP DEFAULT"))


def _until_required(column: NewColumn, table: Name, site: Site) -> Iterator[str]:
    yield f"Release code that always writes `{column.name}` before the steps that require it."
    if (table, column.name) not in site.filled:
        yield (
            f"Nothing says which value the old rows of `{table}` get: fill them before, for example with "
            f"`set {column.name} to … on {table} where it is null`."
        )


def _indexes(columns: Sequence[NewColumn], table: Table, site: Site) -> Iterator[NewIndex]:
    for column in columns:
        if column.said.unique:
            yield NewIndex(table.name, led((column.name,), site, table.columns, (), unique=True), unique=True)
        elif column.said.indexed or (column.said.indexed is None and column.refers):
            yield NewIndex(table.name, (column.name,), using=column.index_method)


def _later(columns: Sequence[NewColumn], table: Table, site: Site) -> Iterator[Step]:
    """Yield what comes after the columns are there: the rows, what is demanded of them, and that it is true."""
    filled = [one for one in columns if one.is_filled_by_row(site)]
    for column in filled:
        name = identifier(column.name)
        sql = f"UPDATE {name_sql(table.name)} SET {name} = {column.default_sql} WHERE {name} IS NULL"  # noqa: S608 - as above
        yield in_batches(table, sql, f"fills `{table.name}.{column.name}`")
    waiting = [one.name for one in columns if one.waits(site)]
    for column in columns:
        if column.refers is not None:
            yield validated(table.name, _foreign_key(column, site))
        yield from (validated(table.name, check) for check in column.checks())
    if waiting:
        yield from required(table, waiting)


def _foreign_key(column: NewColumn, site: Site) -> ForeignKey:
    if column.refers is None:
        raise AssertionError("only what refers has a foreign key")
    target = site.table(column.refers.table)
    actions = {"delete_all": "CASCADE", "nilify_all": "SET NULL", "restrict": "RESTRICT"}
    action = actions.get(column.action or "", "NO ACTION")
    return ForeignKey(
        column.foreign_key, (column.name,), target.name, (referred_column(column.refers, target),), action
    )
