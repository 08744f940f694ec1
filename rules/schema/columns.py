"""Columns added, dropped, renamed and changed, with everything that PostgreSQL changes along with them."""

import re
from dataclasses import replace
from typing import Any, Final

from rules.schema import constraints, rows
from rules.schema.casts import KNOWN, NUMBERS, base, castable
from rules.schema.dependence import (
    CALLED,
    VIEWS,
    WATCHING,
    constraint_renamed,
    constraint_uses,
    foreign_keys,
    index_renamed,
    index_uses,
    watches,
    without_indexes,
)
from rules.schema.draft import Draft
from rules.schema.falling import fall
from rules.schema.model import UNSURE, Check, Column, Constraint, Index, Table, Thing, Unsure, key
from rules.schema.notes import Clash, Remark
from rules.schema.text import LITERAL, mentions, renamed
from rules.sql.effects import Kind
from rules.sql.names import Name, stored

OF_TYPE: Final = frozenset({"storage", "compression"})  # settings that begin anew with a type, be it the same
INTEGERS: Final = frozenset(NUMBERS[:3])
FRACTIONS: Final = frozenset(NUMBERS[3:])
TEXTS: Final = frozenset({"text", "character varying"})
COMPARED: Final = re.compile(r"\(*\"?\w+\"?\s*(?:[<>]=?|=|<>|!=)\s*-?\d+\)*")
STAR: Final = re.compile(r"(?:select|distinct|,|\.)\s*\*", re.IGNORECASE)
ATOMIC: Final = re.compile(r"\bbegin\s+atomic\b", re.IGNORECASE)  # a body that PostgreSQL keeps as a view's text
UNIFYING: Final = re.compile(r"\b(?:case|coalesce|greatest|least|nullif|array|in|any)\b", re.IGNORECASE)
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
    table = without_indexes(table, [name for name, one in table.indexes.items() if index_uses(one, column)])
    draft.change(
        table,
        columns={name: one for name, one in table.columns.items() if name != column},
        constraints={name: one for name, one in table.constraints.items() if not constraint_uses(one, column)},
    )


def _drop_users(draft: Draft, table: Table, column: str, *, cascade: bool) -> None:
    """Drop the generated columns, views and policies that use a column, or note that they are in its way."""
    if table.is_unread:
        draft.note(Remark.DOUBT, f"`{table.name}` may have indexes on `{column}` that could not be read", table.name)
    for user in generated_from(table, column):
        if cascade:
            drop(draft, table.name, user, cascade=True)
        else:
            text = f"`{table.name}.{column}` is dropped while `{user}` is generated from it"
            draft.clash(Clash.IN_USE, text, table.name)
    users = [(at, _uses(draft, thing, table.name, column)) for at, thing in draft.things.items()]
    for at, uses in users:
        what = f"the {at[0].value} `{at[2]}`"
        if uses is None:
            draft.note(Remark.DOUBT, f"{what} may use `{table.name}.{column}`", table.name)
        elif uses and at[0] is not Kind.STATISTICS and not cascade:
            text = f"`{table.name}.{column}` is dropped while {what} uses it"
            draft.clash(Clash.SEEN, text, table.name)
    fall(draft, (at for at, uses in users if uses and (cascade or at[0] is Kind.STATISTICS)))


def _uses(draft: Draft, thing: Thing, table: Name, column: str) -> bool | None:
    """Tell whether an object uses a column of a table; None where its text does not tell."""
    if thing.kind in WATCHING and thing.table == table:
        return watches(thing, column)
    if table not in thing.uses or not isinstance(thing.definition, str):
        return False
    if thing.kind in VIEWS:
        return _shows(draft, thing, table, column)
    if thing.kind is Kind.STATISTICS:
        return None if thing.is_stale else mentions(thing.definition, column)
    return None if _looks_into(thing) and mentions(thing.definition, column) else False


def _looks_into(thing: Thing) -> bool:
    """Tell whether PostgreSQL knows which columns an object names, beside views."""
    if thing.kind in CALLED:
        return ATOMIC.search(str(thing.definition)) is not None
    return thing.kind in WATCHING


def _shows(draft: Draft, view: Thing, table: Name, column: str) -> bool | None:
    if not isinstance(view.definition, str) or view.is_stale or STAR.search(view.definition):
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
    columns = {renaming.get(one.name, one.name): _renamed(one, old.name, new) for one in table.columns.values()}
    indexes = {name: index_renamed(one, old.name, new) for name, one in table.indexes.items()}
    constraints = {name: constraint_renamed(one, old.name, new) for name, one in table.constraints.items()}
    draft.change(table, columns=columns, indexes=indexes, constraints=constraints)
    for at, thing in draft.things.items():
        if table.name in {thing.table, *thing.uses} and isinstance(thing.definition, str):
            is_stale = thing.is_stale or (thing.kind not in CALLED and mentions(thing.definition, old.name))
            draft.things[at] = replace(thing, is_stale=is_stale)
    for other in list(draft.tables.values()):
        keys = {
            one.name: replace(one, target_columns=tuple(renaming.get(column, column) for column in one.target_columns))
            for one in foreign_keys(other)
            if one.target == table.name
        }
        if keys:
            draft.change(other, constraints={**other.constraints, **keys})


def _renamed(column: Column, old: str, new: str) -> Column:
    """Return a column of a table in which one is renamed: that one, or another that may be generated from it."""
    if column.name == old:
        return replace(column, name=new)
    generated = column.generated
    return replace(column, generated=renamed(generated, old, new)) if isinstance(generated, str) else column


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
        _check_default(draft, key(name), old, kind)
        _recast(draft, draft.table(name), old, kind)
        for user in generated_from(draft.table(name), old.name):
            text = f"`{key(name)}.{user}` is generated from `{old.name}`, whose type can then not change"
            draft.clash(Clash.IN_USE, text, key(name))
    settings = {setting: value for setting, value in old.settings.items() if setting not in OF_TYPE}
    default = UNSURE if _keeps_cast(old, kind) else old.default
    filled = rows.recast(draft, old, kind, using)
    draft.put_column(name, replace(old, type=kind, default=default, settings=settings, filled=filled))


def _check_default(draft: Draft, table: Name, old: Column, kind: str | Unsure) -> None:
    """Note a default that does not become one of the new type; USING is only for the values."""
    has_value = isinstance(old.default, str) and old.default != "NULL"
    if has_value and isinstance(old.type, str) and isinstance(kind, str) and castable(old.type, kind) is False:
        text = f"the default of `{table}.{old.name}` cannot be cast from {old.type} to {kind}"
        draft.clash(Clash.CAST, text, table)


def _keeps_cast(old: Column, kind: str | Unsure) -> bool:
    """Tell whether the default of a column keeps its old type, such as an enum, below a cast."""
    if not isinstance(old.default, str) or not isinstance(old.type, str) or not isinstance(kind, str):
        return False
    return base(old.type) != base(kind) and base(old.type).removesuffix("[]") not in KNOWN


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
    if before == after:
        return
    hardly = {before, after} <= INTEGERS or {before, after} <= TEXTS
    for part in (*table.constraints.values(), *table.indexes.values()):
        said = [sql for sql in _expressions(part) if mentions(sql, old.name)]
        if isinstance(part, Check) and COMPARED.fullmatch(part.expression) and _is_number(before, after):
            # Over an integer, a number that was compared with a numeric keeps the cast that it was given there.
            is_cast = old.name not in part.casts or before not in INTEGERS
            casts = part.casts | {old.name} if is_cast else part.casts - {old.name}
            draft.change(table, constraints={**table.constraints, part.name: replace(part, casts=casts)})
        elif any(not hardly or _unifies(sql, before) for sql in said):
            draft.note(Remark.VAGUE, f"`{part.name}` may keep a cast of `{old.name}`", table.name)


def _expressions(part: Index | Constraint) -> list[str]:
    """Return the SQL of a part of a table in which PostgreSQL may put a cast."""
    match part:
        case Index(columns=columns, where=where):
            computed = [] if columns is UNSURE else [sql for sql in columns if not sql.startswith('"')]
            return [*computed, where or ""]
        case Check(expression=sql):
            return [sql]
        case _:
            return []


def _unifies(sql: str, kind: str) -> bool:
    """Tell whether an expression gives several values one type, which differs with the type *kind* of a column."""
    found = {word.lower() for word in UNIFYING.findall(LITERAL.sub("''", sql))}
    return bool(found - ({"in", "any", "array"} if kind in INTEGERS else set()))


def _is_number(before: str, after: str) -> bool:
    return (before in INTEGERS and after in FRACTIONS) or (before in FRACTIONS and after in INTEGERS)


def _in_use(draft: Draft, name: Name, column: str) -> None:
    """Note the views that may keep a column from changing its type."""
    for thing in draft.things.values():
        if thing.kind in CALLED and not _looks_into(thing):
            continue
        if name in thing.uses and isinstance(thing.definition, str) and mentions(thing.definition, column):
            draft.note(Remark.DOUBT, f"the {thing.kind.value} `{thing.name}` may use `{name}.{column}`", name)
