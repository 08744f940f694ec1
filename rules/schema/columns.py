"""Columns added, dropped, renamed and changed, with everything that PostgreSQL changes along with them."""

from dataclasses import replace
from typing import Any

from rules.schema import constraints, rows
from rules.schema.casts import base, castable
from rules.schema.dependence import constraint_renamed, constraint_uses, foreign_keys, index_renamed, index_uses
from rules.schema.draft import Draft, key
from rules.schema.model import UNSURE, Check, Column, Index, Table
from rules.schema.notes import Clash, Remark
from rules.schema.text import mentions
from rules.sql.names import Name, stored


def add(draft: Draft, name: Name, column: Column, *, if_not_exists: bool = False) -> None:
    """Add a column at the end of a table."""
    table = draft.table(name)
    if column.name in table.columns:
        if if_not_exists:
            return
        draft.clash(Clash.TAKEN, f"`{table.name}` already has a column `{column.name}`", table.name)
    elif if_not_exists and not table.whole:
        draft.note(Remark.DOUBT, f"`{table.name}` may have a column `{column.name}` already", table.name)
    no_value = column.default in {None, "NULL"} and column.generated is None
    if column.null is False and no_value:
        draft.check_rows(table.name, f"`{table.name}` holds any, for `{column.name}` is NOT NULL without a default")
    draft.put_column(table.name, rows.added(draft, table, column))


def drop(draft: Draft, name: Name, column: str, *, if_exists: bool = False, cascade: bool = False) -> None:
    """Drop a column with the indexes and constraints that use it."""
    table, column = draft.table(name), stored(column)
    if if_exists and column not in table.columns:
        if not table.whole:
            draft.note(Remark.DOUBT, f"`{table.name}` may or may not have a column `{column}`", table.name)
        return
    draft.column(table.name, column)
    for other in list(draft.tables.values()):
        for foreign in [one for one in foreign_keys(other) if one.target == table.name]:
            if column in (foreign.target_columns or table.primary_key) and other.name != table.name:
                if not cascade:
                    text = f"`{table.name}.{column}` is dropped while `{foreign.name}` refers to it"
                    draft.clash(Clash.IN_USE, text, table.name)
                constraints.drop(draft, other.name, foreign.name)
    table = draft.table(table.name)
    if table.name not in draft.fresh:
        draft.note(Remark.LOSS, f"the values of `{table.name}.{column}`", table.name)
    draft.change(
        table,
        columns={name: one for name, one in table.columns.items() if name != column},
        indexes={name: one for name, one in table.indexes.items() if not index_uses(one, column)},
        constraints={name: one for name, one in table.constraints.items() if not constraint_uses(one, column)},
    )


def rename(draft: Draft, name: Name, column: str, to: str) -> None:
    """Rename a column, also where indexes and constraints name it."""
    table, old, new = draft.table(name), draft.column(name, column), stored(to)
    table = draft.table(name)
    if new in table.columns:
        draft.clash(Clash.TAKEN, f"`{table.name}` already has a column `{new}`", table.name)
    renaming = {old.name: new}
    columns = {
        renaming.get(one.name, one.name): replace(one, name=new) if one.name == old.name else one
        for one in table.columns.values()
    }
    indexes = {name: index_renamed(one, old.name, new) for name, one in table.indexes.items()}
    constraints = {name: constraint_renamed(one, old.name, new) for name, one in table.constraints.items()}
    draft.change(table, columns=columns, indexes=indexes, constraints=constraints)
    for other in list(draft.tables.values()):
        keys = {
            one.name: replace(one, target_columns=tuple(renaming.get(column, column) for column in one.target_columns))
            for one in foreign_keys(other)
            if one.target == table.name
        }
        if keys:
            draft.change(other, constraints={**other.constraints, **keys})


def change_type(draft: Draft, name: Name, column: str, kind: Any, *, using: str | None = None) -> None:
    """Change a column's type, if PostgreSQL can."""
    old = draft.column(name, column)
    if isinstance(old.type, str) and isinstance(kind, str):
        if using is None and castable(old.type, kind) is False:
            where = f"`{key(name)}.{old.name}`"
            draft.clash(Clash.CAST, f"{where} cannot be cast from {old.type} to {kind} without USING", key(name))
        else:
            rows.check_type(draft, key(name), replace(old, type=kind), old.type, using)
    if old.type != kind:
        _in_use(draft, key(name), old.name)
        if UNSURE in {old.type, kind} or base(str(old.type)) != base(str(kind)):
            _recast(draft, draft.table(name), old.name)
    draft.put_column(name, replace(old, type=kind, filled=rows.recast(draft, old, kind, using)))


def set_null(draft: Draft, name: Name, column: str, *, null: bool) -> None:
    """Set or drop NOT NULL."""
    old = draft.column(name, column)
    if null and old.name in draft.table(name).primary_key:
        draft.clash(Clash.IN_USE, f"`{key(name)}.{old.name}` is in a primary key", key(name))
    if not null and old.null is True:
        rows.check_null(draft, key(name), old)
    draft.put_column(name, replace(old, null=null))


def _recast(draft: Draft, table: Table, column: str) -> None:
    """Note the expressions that PostgreSQL rewrites with a cast when their column changes its type."""
    for part in (*table.constraints.values(), *table.indexes.values()):
        expression = part.where if isinstance(part, Index) else part.expression if isinstance(part, Check) else None
        if mentions(expression, column):
            draft.note(Remark.VAGUE, f"`{part.name}` may keep a cast of `{column}`", table.name)


def _in_use(draft: Draft, name: Name, column: str) -> None:
    """Note the views that may keep a column from changing its type."""
    for thing in draft.things.values():
        if name in thing.uses and isinstance(thing.definition, str) and mentions(thing.definition, column):
            draft.note(Remark.DOUBT, f"the {thing.kind.value} `{thing.name}` may use `{name}.{column}`", name)
