"""What each statement of raw SQL makes of a schema."""

import re
from dataclasses import replace
from typing import Final

from rules.ecto.commands import Sql
from rules.schema import columns, constraints, indexes, objects, rows, tables, things
from rules.schema.alterations import alter
from rules.schema.draft import Draft, key
from rules.schema.model import Check, ForeignKey, Table, Thing
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


def replay_sql(draft: Draft, text: Sql) -> None:
    """Run the statements of *text* over the schema."""
    if text.text.strip() and not text.statements:
        draft.note(Remark.DOUBT, "SQL that could not be read")
    if len(text.statements) > 1:
        draft.clash(Clash.SEVERAL, "Ecto sends one statement at a time, and here are several")
    for statement in text.statements:
        written = squeezed(text.text[statement.start : statement.end])
        for effect in statement.effects:
            replay_effect(draft, effect, statement, written)


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
        _skip(draft, effect.reason, statement)


def _run_on_tables(draft: Draft, effect: sql.TableEffect, written: str) -> None:
    match effect:
        case sql.TableCreated() | sql.ColumnAdded() | sql.ColumnDropped() | sql.ColumnRenamed() | sql.TableAltered():
            _run_on_table(draft, effect)
        case sql.ColumnTypeChanged() | sql.ColumnNullChanged() | sql.ColumnDefaultChanged():
            _run_on_column(draft, effect)
        case sql.ConstraintAdded() | sql.ConstraintDropped() | sql.ConstraintValidated() | sql.ConstraintRenamed():
            _run_on_constraint(draft, effect)
        case sql.IndexCreated():
            made, is_there = raw_index(effect, written), effect.if_not_exists
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
        case sql.Granted() | sql.SettingChanged() | sql.Locked() | sql.Maintained():
            pass  # who may do what is no part of a schema, as little as who owns it


def _call(draft: Draft, function: str) -> None:
    """Doubt what a function does that is not PostgreSQL's own."""
    made = any(thing.kind is Kind.FUNCTION and thing.name.name == function for thing in draft.things.values())
    if made or MAKING.fullmatch(function):
        draft.note(Remark.DOUBT, f"`{function}()` may do anything")


def _run_on_table(
    draft: Draft,
    effect: sql.TableCreated | sql.ColumnAdded | sql.ColumnDropped | sql.ColumnRenamed | sql.TableAltered,
) -> None:
    match effect:
        case sql.TableCreated():
            if effect.persistence != "temporary":
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
    modifiers = "UNLOGGED" if effect.persistence == "unlogged" else None
    uses = "PARTITION BY" if effect.partitioned else "PARTITION OF" if effect.partition_of else None
    traits = dict(effect.settings)
    table = Table(key(effect.table), made, suffix=uses, modifiers=modifiers, traits=traits, whole=effect.complete)
    tables.create(draft, table, if_not_exists=effect.if_not_exists)
    parent = draft.tables.get(key(effect.partition_of)) if effect.partition_of else None
    if parent is not None:
        draft.change(parent, traits={**parent.traits, tables.partition(table.name): "on"})
    if table.name in draft.fresh:
        for constraint in effect.constraints:
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


def _skip(draft: Draft, reason: str, statement: SqlStatement) -> None:
    if reason.startswith("syntax error"):
        draft.clash(Clash.SYNTAX, reason)
    else:
        draft.note(Remark.DOUBT, reason)
    for name in statement.tables:
        if key(name) in draft.tables:
            draft.change(draft.tables[key(name)], whole=False)
    if not statement.tables:
        draft.whole = False
