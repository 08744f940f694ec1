"""Columns added, dropped, renamed and changed, with everything that PostgreSQL changes along with them."""

import re
from dataclasses import replace
from typing import Any, Final

from rules.schema import constraints, rows
from rules.schema.casts import NUMBERS, base, castable
from rules.schema.dependence import (
    WATCHING,
    constraint_renamed,
    constraint_uses,
    foreign_keys,
    index_renamed,
    index_uses,
    watches,
)
from rules.schema.draft import Draft, key
from rules.schema.model import Check, Column, Index, Table, Thing, Unsure
from rules.schema.notes import Clash, Remark
from rules.schema.text import LITERAL, mentions
from rules.sql.effects import Kind
from rules.sql.names import Name, stored

INTEGERS: Final = frozenset(NUMBERS[:3])
FRACTIONS: Final = frozenset(NUMBERS[3:])
TEXTS: Final = frozenset({"text", "character varying"})
COMPARED: Final = re.compile(r"\(*\"?\w+\"?\s*(?:[<>]=?|=|<>|!=)\s*-?\d+\)*")
STAR: Final = re.compile(r"(?:select|distinct|,|\.)\s*\*", re.IGNORECASE)
VIEWS: Final = frozenset({Kind.VIEW, Kind.MATERIALIZED_VIEW})
WITHOUT_MODIFIER: Final = re.compile(r"(text|citext|uuid|jsonb?|date|bytea|inet|cidr|oid|xml|real|double precision)\(")
VALUES: Final = {
    "uuid": re.compile(r"\{?[0-9a-fA-F-]{32,40}\}?"),
    **dict.fromkeys(NUMBERS[:4], re.compile(r"\s*[-+]?[\d._]+(e[-+]?\d+)?\s*|nan|infinity", re.IGNORECASE)),
}


def add(draft: Draft, name: Name, column: Column, *, if_not_exists: bool = False) -> None:
    """Add a column at the end of a table."""
    table = draft.table(name)
    if column.name in table.columns:
        if if_not_exists:
            return
        draft.clash(Clash.TAKEN, f"`{table.name}` already has a column `{column.name}`", table.name)
    elif if_not_exists and not table.whole:
        draft.note(Remark.DOUBT, f"`{table.name}` may have a column `{column.name}` already", table.name)
    check(draft, table.name, column)
    no_value = column.default in {None, "NULL"} and column.generated is None
    if column.null is False and no_value:
        draft.check_rows(table.name, f"`{table.name}` holds any, for `{column.name}` is NOT NULL without a default")
    draft.put_column(table.name, rows.added(draft, table, column))


def check(draft: Draft, table: Name, column: Column) -> None:
    """Note a type that takes no modifier, and a default that is no value of the type."""
    if not isinstance(column.type, str):
        return
    if WITHOUT_MODIFIER.match(column.type):
        draft.clash(Clash.REFUSED, f"the type of `{table}.{column.name}`, {column.type}, takes no modifier", table)
    literal = LITERAL.fullmatch(column.default) if isinstance(column.default, str) else None
    if literal and column.type in VALUES and not VALUES[column.type].fullmatch(literal[0][1:-1]):
        draft.clash(Clash.REFUSED, f"{literal[0]} is no {column.type} for `{table}.{column.name}`", table)


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
    _drop_users(draft, draft.table(table.name), column, cascade=cascade)
    table = draft.table(table.name)
    if table.name not in draft.fresh:
        draft.note(Remark.LOSS, f"the values of `{table.name}.{column}`", table.name)
    draft.change(
        table,
        columns={name: one for name, one in table.columns.items() if name != column},
        indexes={name: one for name, one in table.indexes.items() if not index_uses(one, column)},
        constraints={name: one for name, one in table.constraints.items() if not constraint_uses(one, column)},
    )


def _drop_users(draft: Draft, table: Table, column: str, *, cascade: bool) -> None:
    """Drop the generated columns, views and policies that use a column, or note that they are in its way."""
    for user in generated_from(table, column):
        if cascade:
            drop(draft, table.name, user, cascade=True)
        else:
            text = f"`{table.name}.{column}` is dropped while `{user}` is generated from it"
            draft.clash(Clash.IN_USE, text, table.name)
    for thing in list(draft.things.values()):
        uses = _uses(draft, thing, table.name, column)
        what = f"the {thing.kind.value} `{thing.name}`"
        if uses is not False and cascade:
            del draft.things[thing.key]
        elif uses:
            text = f"`{table.name}.{column}` is dropped while {what} uses it"
            draft.clash(Clash.SEEN, text, table.name)
        elif uses is None:
            draft.note(Remark.DOUBT, f"{what} may use `{table.name}.{column}`", table.name)


def _uses(draft: Draft, thing: Thing, table: Name, column: str) -> bool | None:
    """Tell whether a view, policy, trigger or rule uses a column; None where its text does not tell."""
    if thing.kind in WATCHING and thing.table == table:
        return watches(thing, column)
    return _shows(draft, thing, table, column) if thing.kind in VIEWS and table in thing.uses else False


def _shows(draft: Draft, view: Thing, table: Name, column: str) -> bool | None:
    if not isinstance(view.definition, str) or STAR.search(view.definition):
        return None
    others = [draft.tables[other] for other in view.uses - {table} if other in draft.tables]
    is_told = not any(column in other.columns or not other.whole for other in others)
    return mentions(view.definition, column) and (is_told or None)


def generated_from(table: Table, column: str) -> list[str]:
    """Return the columns that PostgreSQL computes from another."""
    return [
        one.name
        for one in table.columns.values()
        if isinstance(one.generated, str) and one.name != column and mentions(one.generated, column)
    ]


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
    check(draft, key(name), replace(old, type=kind))
    if isinstance(old.type, str) and isinstance(kind, str):
        if using is None and castable(old.type, kind) is False:
            where = f"`{key(name)}.{old.name}`"
            draft.clash(Clash.CAST, f"{where} cannot be cast from {old.type} to {kind} without USING", key(name))
        else:
            rows.check_type(draft, key(name), replace(old, type=kind), old.type, using)
    if old.type != kind:
        _in_use(draft, key(name), old.name)
        _recast(draft, draft.table(name), old, kind)
        for user in generated_from(draft.table(name), old.name):
            text = f"`{key(name)}.{user}` is generated from `{old.name}`, whose type can then not change"
            draft.clash(Clash.IN_USE, text, key(name))
    draft.put_column(name, replace(old, type=kind, filled=rows.recast(draft, old, kind, using)))


def set_null(draft: Draft, name: Name, column: str, *, null: bool) -> None:
    """Set or drop NOT NULL."""
    old = draft.column(name, column)
    if null and old.name in draft.table(name).primary_key:
        draft.clash(Clash.IN_USE, f"`{key(name)}.{old.name}` is in a primary key", key(name))
    if not null and old.null is True:
        rows.check_null(draft, key(name), old)
    draft.put_column(name, replace(old, null=null))


def _recast(draft: Draft, table: Table, old: Column, kind: str | Unsure) -> None:
    """Follow the expressions that PostgreSQL writes anew, with casts, when their column changes its type."""
    before, after = base(str(old.type)), base(str(kind))
    if before == after or {before, after} <= INTEGERS or {before, after} <= TEXTS:
        return
    for part in (*table.constraints.values(), *table.indexes.values()):
        sql = part.where if isinstance(part, Index) else part.expression if isinstance(part, Check) else None
        if not mentions(sql, old.name):
            continue
        if isinstance(part, Check) and COMPARED.fullmatch(part.expression) and _is_number(before, after):
            # Over an integer, a number that was compared with a numeric keeps the cast that it was given there.
            is_cast = old.name not in part.casts or before not in INTEGERS
            casts = part.casts | {old.name} if is_cast else part.casts - {old.name}
            draft.change(table, constraints={**table.constraints, part.name: replace(part, casts=casts)})
        else:
            draft.note(Remark.VAGUE, f"`{part.name}` may keep a cast of `{old.name}`", table.name)


def _is_number(before: str, after: str) -> bool:
    return (before in INTEGERS and after in FRACTIONS) or (before in FRACTIONS and after in INTEGERS)


def _in_use(draft: Draft, name: Name, column: str) -> None:
    """Note the views that may keep a column from changing its type."""
    for thing in draft.things.values():
        if name in thing.uses and isinstance(thing.definition, str) and mentions(thing.definition, column):
            draft.note(Remark.DOUBT, f"the {thing.kind.value} `{thing.name}` may use `{name}.{column}`", name)
