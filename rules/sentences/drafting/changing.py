"""What becomes of columns that are there: required, optional, with and without a default, of another type."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from rules.ecto.options import Option, Options
from rules.ecto.types import ColumnType, NamedType
from rules.elixir.syntax import Syntax
from rules.postgres.effects.retyping import checked, rebuilt, rewrites
from rules.rewrite.definition import column_type, table_call
from rules.rewrite.elixir import atom, block, call, keywords, literal, pair, text, type_of
from rules.rewrite.names import identifier, name_sql
from rules.schema.casts import castable
from rules.schema.dependence import constraint_uses
from rules.schema.model import Column, ForeignKey, Table
from rules.schema.types import type_name
from rules.sentences.drafting.adding import in_batches
from rules.sentences.drafting.columns import MONEY_DIGITS, decimal_sizes
from rules.sentences.drafting.demanding import look_first, required
from rules.sentences.drafting.kinds import resolved
from rules.sentences.drafting.site import Site
from rules.sentences.drafting.step import AlreadyDoneError, CannotDraftError, Step
from rules.sentences.drafting.values import as_sql
from rules.sentences.intent import (
    ChangeType,
    DropDefault,
    Empty,
    Meaning,
    SetDefault,
    SetOptional,
    SetRequired,
)
from rules.sql.effects import ColumnTypeChanged

SIZED: Final = (NamedType("string"), NamedType("varchar"))


def set_required(intent: SetRequired, site: Site) -> Iterator[Step]:
    """Require a column, without anybody waiting while its rows are looked through."""
    table, column = site.table(intent.table), site.column(intent.table, intent.column)
    if column.null is False:
        raise AlreadyDoneError(f"`{table.name}.{column.name}` is required already.")
    if any(
        isinstance(one, ForeignKey) and one.on_delete.startswith("SET NULL")
        for one in table.constraints.values()
        if constraint_uses(one, column.name)
    ):
        raise CannotDraftError(
            f"`{table.name}.{column.name}` becomes NULL when what it refers to goes: change that first."
        )
    if site.is_new(table.name):
        yield Step(
            f"require_{table.name.name}_{column.name}",
            f"requires `{table.name}.{column.name}`",
            (_altered(table, column, "SET NOT NULL", "DROP NOT NULL"),),
        )
        return
    first, *rest = required(table, (column.name,))
    is_filled = (table.name, column.name) in site.filled
    yield replace(first, notes=() if is_filled else (look_first(table.name, f"{identifier(column.name)} IS NULL"),))
    yield from rest


def set_optional(intent: SetOptional, site: Site) -> Iterator[Step]:
    """Let a column have NULL again."""
    table, column = site.table(intent.table), site.column(intent.table, intent.column)
    if column.null is True:
        raise AlreadyDoneError(f"`{table.name}.{column.name}` is optional already.")
    if column.name in table.primary_key:
        raise CannotDraftError(f"`{table.name}.{column.name}` is the primary key, which is never NULL.")
    yield optional(table, column)


def optional(table: Table, column: Column) -> Step:
    """Return the step that lets *column* have NULL."""
    altered = _altered(table, column, "DROP NOT NULL", "SET NOT NULL")
    return Step(
        f"make_{table.name.name}_{column.name}_optional",
        f"lets `{table.name}.{column.name}` be NULL",
        (altered,),
        alone=True,
    )


def set_default(intent: SetDefault, site: Site) -> Iterator[Step]:
    """Give new rows a value of their own accord."""
    table, column = site.table(intent.table), site.column(intent.table, intent.column)
    if intent.value is Empty.NULL:
        yield from drop_default(DropDefault(intent.table, intent.column), site)
        return
    kind = site.type_of(table, column)
    if column.is_serial or column.generated is not None:
        raise CannotDraftError(f"`{table.name}.{column.name}` is numbered or worked out by PostgreSQL.")
    new = as_sql(site.fitting(intent.value, table, column), kind)
    if column.default == new:
        raise AlreadyDoneError(f"`{table.name}.{column.name}` has that default already.")
    altered = _altered(table, column, f"SET DEFAULT {new}", _default(column))
    name = f"set_default_of_{table.name.name}_{column.name}"
    yield Step(name, f"gives `{table.name}.{column.name}` a default", (altered,))


def drop_default(intent: DropDefault, site: Site) -> Iterator[Step]:
    """Give new rows no value of their own accord."""
    table, column = site.table(intent.table), site.column(intent.table, intent.column)
    if column.default is None or column.default == "NULL" or column.is_serial:
        raise AlreadyDoneError(f"`{table.name}.{column.name}` has no default that could go.")
    altered = _altered(table, column, "DROP DEFAULT", _default(column))
    old = site.merged.tables.get(table.name)
    is_old = old is not None and column.name in old.columns
    counts = is_old and column.null is False and not _is_filled(table, column, site)
    why = "asked for: every insert has to give it a value from here on"
    yield Step(
        f"drop_default_of_{table.name.name}_{column.name}",
        f"takes the default of `{table.name}.{column.name}` away",
        (altered,),
        allows=(("default-dropped-from-required-column", why),) if counts else (),
        notes=(f"Release code that always writes `{column.name}` before this.",) if counts else (),
    )


def change_type(intent: ChangeType, site: Site) -> Iterator[Step]:
    """Give a column another type: at once where PostgreSQL keeps the rows as they are, or else beside the old one."""
    table, column = site.table(intent.table), site.column(intent.table, intent.column)
    kind, options = _wanted(intent, table, column, site)
    new = type_name(kind, options)
    if not isinstance(new, str) or not isinstance(column.type, str) or new == column.type:
        raise CannotDraftError(
            f"`{table.name}.{column.name}` is a `{column.type}` already, or what it becomes is not known."
        )
    _insist_on_freedom(table, column, site)
    changed = ColumnTypeChanged(table.name, column.name, new)
    reads = bool(rebuilt(table, changed, column) or checked(table, column.name))
    in_place = rewrites(changed, column, site.schema, site.surroundings.postgres) is False and not reads
    if not site.is_new(table.name) and not in_place:
        yield from _beside(table, column, kind, options)
        return
    old, sizes = column_type(table, column, reference=False)
    was = [("from", pair(old, keywords(sizes)) if sizes else old)]
    sized: list[tuple[str, Syntax]] = [(one.key, literal(one.value)) for one in options]
    modified = call("modify", atom(column.name), type_of(kind), options=[*sized, *was])
    altered = block("alter", table_call(table.name), [modified])
    use = site.surroundings.code.use(table.name, column.name)
    note = (f"Each open connection of the running code plans its queries on `{column.name}` once more.",) if use else ()
    yield Step(
        f"change_type_of_{table.name.name}_{column.name}",
        f"makes `{table.name}.{column.name}` a `{new}`",
        (altered,),
        notes=note,
    )


def _beside(table: Table, column: Column, kind: ColumnType, options: Options) -> Iterator[Step]:
    """Yield the first half of a change that would write the table anew: a new column, filled from the old one."""
    new = str(type_name(kind, options))
    beside = f"{column.name}_{kind.name if isinstance(kind, NamedType) else 'list'}"
    if beside in table.columns:
        raise CannotDraftError(
            f"`{table.name}` has a column `{beside}` already, which looks like this change half done."
        )
    sized = [(one.key, literal(one.value)) for one in options]
    added = block("alter", table_call(table.name), [call("add", atom(beside), type_of(kind), options=sized)])
    note = (
        f"PostgreSQL would write all of `{table.name}` anew for that, while nobody could read or write it. So there is "
        f"a new column `{beside}`: release code that writes both and reads the new one, then "
        f"`remove {column.name} from {table.name.name}` and, if you like, rename the new one."
    )
    yield Step(f"add_{beside}_to_{table.name.name}", f"adds `{beside}` to `{table.name}`", (added,), notes=(note,))
    cast = "" if castable(str(column.type), new) else f"::{new}"
    assigned, where = f"{identifier(beside)} = {identifier(column.name)}{cast}", f"{identifier(beside)} IS NULL"
    sql = f"UPDATE {name_sql(table.name)} SET {assigned} WHERE {where}"  # noqa: S608 - it is written, not run
    grown = replace(table, columns={**table.columns, beside: Column(beside, new)})
    yield in_batches(grown, sql, f"fills `{table.name}.{beside}` from `{column.name}`")


def _wanted(intent: ChangeType, table: Table, column: Column, site: Site) -> tuple[ColumnType, Options]:
    kind = site.type_of(table, column) if intent.type is None else resolved(intent.type, column.name, site)
    if intent.length is not None and kind == NamedType("text"):
        kind = NamedType("string")
    if intent.length is not None and kind not in SIZED:
        raise CannotDraftError(f"`{table.name}.{column.name}` has no length: only texts have one.")
    is_open = intent.type is Meaning.MONEY and kind == NamedType("decimal") and intent.scale is None
    sizes = decimal_sizes(*(MONEY_DIGITS if is_open and intent.precision is None else (intent.precision, intent.scale)))
    said = (*([("size", intent.length)] if intent.length is not None else ()), *sizes)
    return kind, Options(tuple(Option(key, value) for key, value in said))


def _insist_on_freedom(table: Table, column: Column, site: Site) -> None:
    """Raise where something hangs on the column that a new one could not take over."""
    referring = [
        other.name
        for other in site.schema.tables.values()
        for key in other.constraints.values()
        if isinstance(key, ForeignKey)
        and key.target == table.name
        and column.name in (key.target_columns or table.primary_key)
    ]
    if column.name in table.primary_key or referring or table.foreign_key(column.name) is not None:
        raise CannotDraftError(
            f"`{table.name}.{column.name}` is a key: another type takes a new key, which no single change can bring."
        )


def _altered(table: Table, column: Column, up: str, down: str) -> Syntax:
    """Return the one action that is meant: `modify` would repeat the type, for which PostgreSQL may read the table."""
    action = f"ALTER TABLE {name_sql(table.name)} ALTER COLUMN {identifier(column.name)}"
    return call("execute", text(f"{action} {up}"), text(f"{action} {down}"))


def _default(column: Column) -> str:
    if column.default is None or column.default == "NULL":
        return "DROP DEFAULT"
    if not isinstance(column.default, str):
        raise CannotDraftError(f"What `{column.name}` defaults to is not known.")
    return f"SET DEFAULT {column.default}"


def _is_filled(table: Table, column: Column, site: Site) -> bool:
    """Tell whether the running code gives the column a value of its own."""
    fields = (schema.fields.get(column.name) for schema, _ in site.surroundings.code.schemas(table.name))
    return any(field is not None and field.has_default for field in fields)
