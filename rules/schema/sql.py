"""What each statement of raw SQL makes of a schema."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from rules.ecto.commands import Sql
from rules.schema import columns, constraints, indexes, objects, rows, tables, things
from rules.schema.alterations import alter
from rules.schema.draft import Draft
from rules.schema.model import PUBLIC, UNLOGGED, Check, ForeignKey, Table, Thing, key, signature
from rules.schema.notes import Clash, Remark
from rules.schema.raw import raw_column, raw_constraint, raw_default, raw_index, taking_over
from rules.schema.text import LITERAL, squeezed
from rules.sql import effects as sql
from rules.sql.effects import Kind
from rules.sql.names import Name, stored
from rules.sql.statements import SqlStatement
from rules.sql.types import catalogue_name

# Functions of extensions that make or drop something: create_hypertable(), add_retention_policy(), cron.schedule().
MAKING: Final = re.compile(
    r"(?!pg_catalog\.|public\.)\w+\..+|(public\.)?(create|add|drop|remove|enable|disable|attach|detach|manage|alter)_\w+"
)
# PostgreSQL's own that people select in migrations; another's may have been made where nobody could read it.
OWN: Final = re.compile(
    r"(?:pg_catalog\.)?(?:pg_\w+|(?:set|next|curr|last)val|set_config|current_\w+|count|max|min|sum|avg|now|to_\w+|array_\w+"
    r"|string_\w+|jsonb?_\w+|generate_series|unnest|format|concat\w*|lower|upper|length|replace|regexp_\w+|row_number|txid_\w+"
    r"|random|gen_random_\w+|uuid_\w+|md5|substr\w*|split_part|trim|btrim|date_\w+|clock_timestamp|version|exists|bool_\w+)"
)
DYNAMIC: Final = re.compile(
    r"\b(?:format|quote_ident)\s*\(|\bexecute\s+(?!function\b|procedure\b|')|\|\|", re.IGNORECASE
)
SEARCHING: Final = re.compile(r"\bset_config\s*\(\s*'search_path'", re.IGNORECASE)
FIRST_SEARCHED: Final = (PUBLIC, '"$user"', "$user")


def replay_sql(draft: Draft, text: Sql) -> None:
    """Run the statements of *text* over the schema."""
    if text.text.strip() and not text.statements:
        draft.note(Remark.DOUBT, "SQL that could not be read")
    if len(text.statements) > 1:
        draft.clash(Clash.SEVERAL, "Ecto sends one statement at a time, and here are several")
    for statement in text.statements:
        written = squeezed(text.text[statement.start : statement.end])
        draft.leaving = frozenset(_leaving(statement))
        for effect in statement.effects:
            if not _is_passing(draft, effect):
                replay_effect(draft, effect, statement, written)
        draft.leaving = frozenset()


def _leaving(statement: SqlStatement) -> Iterator[Name]:
    """Yield what a statement drops together."""
    for effect in statement.effects:
        if isinstance(effect, sql.ObjectDropped):
            yield signature(key(effect.name), effect.arguments)


def _is_passing(draft: Draft, effect: sql.Effect) -> bool:
    """Tell whether an effect is on a temporary table, which is no part of the schema."""
    match effect:
        case sql.TableCreated(table=table, persistence="temporary"):
            draft.passing.add(key(table))
        case sql.ObjectDropped(kind=Kind.TABLE, name=table) if key(table) in draft.passing:
            draft.passing.remove(key(table))
        case _:
            return isinstance(effect, sql.TableEffect | sql.RowsWritten) and key(effect.table) in draft.passing
    return True


def replay_effect(draft: Draft, effect: sql.Effect, statement: SqlStatement, written: str) -> None:
    """Run one thing that *statement* does, which stands in the text as *written*."""
    if isinstance(effect, sql.TableEffect):
        _run_on_tables(draft, effect, written)
    elif isinstance(effect, sql.ObjectEffect):
        objects.run(draft, effect, written)
    elif isinstance(effect, sql.EnumEffect):
        _run_on_enum(draft, effect)
    elif isinstance(effect, sql.RowEffect | sql.SessionEffect):
        _run_in_session(draft, effect, written)
        if isinstance(effect, sql.RowsWritten) and "/" in LITERAL.sub("", written):
            draft.check_rows(key(effect.table), f"a division meets a zero in `{effect.table}`")
    else:
        _skip(draft, effect.reason, statement, written)


def _run_on_tables(draft: Draft, effect: sql.TableEffect, written: str) -> None:
    match effect:
        case sql.TableCreated() | sql.ColumnAdded() | sql.ColumnDropped() | sql.ColumnRenamed() | sql.TableAltered():
            _run_on_table(draft, effect)
        case sql.ColumnTypeChanged() | sql.ColumnNullChanged() | sql.ColumnDefaultChanged():
            _run_on_column(draft, effect)
        case sql.ConstraintAdded() | sql.ConstraintDropped() | sql.ConstraintValidated() | sql.ConstraintRenamed():
            _run_on_constraint(draft, effect)
        case sql.IndexCreated():
            taken = tables.taken_beside(draft, effect.table) | set(draft.table(effect.table).indexes)
            made, is_there = raw_index(effect, written, taken), effect.if_not_exists
            indexes.add(draft, effect.table, made, if_not_exists=is_there, concurrently=effect.concurrently)


def _run_in_session(draft: Draft, effect: sql.RowEffect | sql.SessionEffect, written: str) -> None:
    match effect:
        case sql.RowsWritten(table=table):
            if effect.how == "truncate" and not effect.cascade:
                tables.check_truncated(draft, key(table))
            rows.write(draft, table, rows.Written(effect.how, effect.columns, every=not effect.filtered, sql=written))
        case sql.TransactionControlled(action=action):
            draft.note(Remark.DOUBT, f"{action} ends the transaction of the migration")
        case sql.RowsRead(functions=functions):
            for function in functions:
                _call(draft, function)
            _doubt_path(draft, is_changed=SEARCHING.search(written) is not None)
        case sql.SettingChanged(name=name, value=value):
            _doubt_path(draft, is_changed=name == "search_path" and not (value or PUBLIC).startswith(FIRST_SEARCHED))
        case sql.Granted() | sql.Locked() | sql.Maintained():
            pass  # who may do what is no part of a schema, as little as who owns it


def _doubt_path(draft: Draft, *, is_changed: bool) -> None:
    if is_changed:
        draft.note(Remark.DOUBT, "names are looked up in another schema")


def _call(draft: Draft, function: str) -> None:
    """Doubt what a function does that is not PostgreSQL's own."""
    made = any(thing.kind is Kind.FUNCTION and thing.name.name == function for thing in draft.things.values())
    if made or MAKING.fullmatch(function) or not (draft.whole or OWN.fullmatch(function)):
        draft.note(Remark.DOUBT, f"`{function}()` may do anything")


def _run_on_table(
    draft: Draft,
    effect: sql.TableCreated | sql.ColumnAdded | sql.ColumnDropped | sql.ColumnRenamed | sql.TableAltered,
) -> None:
    match effect:
        case sql.TableCreated():
            _create_table(draft, effect)
        case sql.ColumnAdded():
            column = raw_column(effect.column, effect.table)
            columns.add(draft, effect.table, column, if_not_exists=effect.if_not_exists)
        case sql.ColumnDropped():
            columns.drop(draft, effect.table, effect.column, if_exists=effect.if_exists, cascade=effect.cascade)
        case sql.ColumnRenamed():
            columns.rename(draft, effect.table, effect.column, effect.to)
        case sql.TableAltered():
            alter(draft, effect)


def _create_table(draft: Draft, effect: sql.TableCreated) -> None:
    made = {column.name: column for column in (raw_column(one, effect.table) for one in effect.columns)}
    suffix = f"PARTITION BY {effect.partitioned}" if effect.partitioned else None
    traits = {**dict(effect.settings), **{tables.inheritance(parent): "on" for parent in effect.parents}}
    if effect.persistence == "unlogged":
        traits[UNLOGGED] = "on"
    table = Table(key(effect.table), made, suffix=suffix, traits=traits, whole=effect.complete)
    tables.create(draft, table, if_not_exists=effect.if_not_exists)
    parent = draft.tables.get(key(effect.partition_of)) if effect.partition_of else None
    if parent is not None:
        draft.change(parent, traits={**parent.traits, tables.partition(table.name): effect.bounds or ""})
    if table.name in draft.fresh:
        for constraint in sorted(effect.constraints, key=lambda one: one.kind == "FOREIGN KEY"):  # as PostgreSQL does
            constraints.add(draft, effect.table, raw_constraint(draft.table(effect.table), constraint))


def _run_on_column(
    draft: Draft, effect: sql.ColumnTypeChanged | sql.ColumnNullChanged | sql.ColumnDefaultChanged
) -> None:
    match effect:
        case sql.ColumnTypeChanged():
            columns.change_type(draft, effect.table, effect.column, catalogue_name(effect.type), using=effect.using)
            draft.change_column(effect.table, effect.column, collation=effect.collation, spelling=None)
        case sql.ColumnNullChanged():
            columns.set_null(draft, effect.table, effect.column, null=not effect.not_null)
        case sql.ColumnDefaultChanged():
            kind = draft.column(effect.table, effect.column).type
            draft.change_column(effect.table, effect.column, default=raw_default(effect.default, kind))


def _run_on_constraint(
    draft: Draft,
    effect: sql.ConstraintAdded | sql.ConstraintDropped | sql.ConstraintValidated | sql.ConstraintRenamed,
) -> None:
    match effect:
        case sql.ConstraintAdded(constraint=constraint):
            table, index = draft.table(effect.table), constraint.using_index
            if index is not None:
                constraint = taking_over(table, constraint, index)
                indexes.drop(draft, Name(effect.table.prefix, index), effect.table)
            constraints.add(draft, effect.table, raw_constraint(table, constraint))
        case sql.ConstraintDropped():
            constraints.drop(draft, effect.table, effect.name, if_exists=effect.if_exists, cascade=effect.cascade)
        case sql.ConstraintValidated():
            table = draft.table(effect.table)
            found = table.constraints.get(stored(effect.name))
            if isinstance(found, Check | ForeignKey):
                valid = {**table.constraints, found.name: replace(found, validated=True)}
                draft.change(table, constraints=valid)
            else:
                draft.note(Remark.VAGUE, f"whether `{effect.name}` was validated before is not known", table.name)
        case sql.ConstraintRenamed():
            constraints.rename(draft, effect.table, effect.name, effect.to)


def _run_on_enum(draft: Draft, effect: sql.EnumEffect) -> None:
    at = (Kind.TYPE, None, key(effect.type))
    known = draft.things.get(at)
    match effect:
        case sql.EnumCreated(values=values):
            if known is not None:
                draft.clash(Clash.TAKEN, f"the type `{effect.type}` is created, but it is already there")
            things.put(draft, Thing(Kind.TYPE, at[2], "ENUM", values=values))
            return
        case _ if known is None:
            draft.note(Remark.DOUBT, f"the type `{effect.type}` was not made by a migration that we could read")
        case sql.EnumValueAdded(value=value):
            if value not in known.values:
                things.put(draft, replace(known, values=_with_value(known.values, effect)))
        case sql.EnumValueRenamed(value=value, to=to):
            things.put(draft, replace(known, values=tuple(to if one == value else one for one in known.values)))


def _with_value(values: tuple[str, ...], effect: sql.EnumValueAdded) -> tuple[str, ...]:
    if effect.neighbour not in values:
        return (*values, effect.value)
    at = values.index(effect.neighbour) + effect.after
    return (*values[:at], effect.value, *values[at:])


def _skip(draft: Draft, reason: str, statement: SqlStatement, written: str) -> None:
    if reason.startswith("syntax error"):
        draft.clash(Clash.SYNTAX, reason)
    else:
        draft.note(Remark.DOUBT, reason)
    for name in map(key, statement.tables):
        if name in draft.tables:
            draft.change(draft.tables[name], whole=False)
    for name in _said(draft, written):
        draft.change(draft.tables[name], is_unread=True)
    if not statement.tables:
        draft.whole = False


def _said(draft: Draft, written: str) -> list[Name]:
    """Return the tables that SQL names which could not be read: all, where it puts names together."""
    return [name for name in draft.tables if DYNAMIC.search(written) or name.name in written]
