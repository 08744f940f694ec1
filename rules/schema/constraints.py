"""Constraints added, dropped and renamed."""

from dataclasses import replace

from rules.schema import rows
from rules.schema.casts import KNOWN, NUMBERS, STRINGS, base
from rules.schema.dependence import foreign_keys, unique_columns, without_indexes
from rules.schema.draft import Draft
from rules.schema.model import UNSURE, Constraint, ForeignKey, Index, PrimaryKey, SomeConstraint, Table, Unique
from rules.schema.notes import Assumption, Clash, Remark
from rules.sql.names import Name, stored


def add(draft: Draft, table: Name, constraint: Constraint) -> None:
    """Add a constraint; a primary key makes its columns NOT NULL."""
    found = draft.table(table)
    if isinstance(constraint, ForeignKey) and not constraint.target_columns:
        target = draft.tables.get(constraint.target)
        constraint = replace(constraint, target_columns=target.primary_key if target else ())
    if constraint.name in found.constraints:
        draft.clash(Clash.TAKEN, f"`{found.name}` already has a constraint `{constraint.name}`", found.name)
    elif isinstance(constraint, PrimaryKey) and found.primary_key:
        draft.clash(Clash.TAKEN, f"`{found.name}` already has a primary key", found.name)
    if isinstance(constraint, ForeignKey):
        check_target(draft, found, constraint)
    rows.check_constraint(draft, found, constraint)
    draft.change(found, constraints={**found.constraints, constraint.name: constraint})
    if isinstance(constraint, PrimaryKey):
        for column in constraint.columns:
            draft.change_column(table, column, null=False)


def check_target(draft: Draft, table: Table, foreign: ForeignKey) -> None:
    """Note a foreign key to a table that nobody made, or between types that PostgreSQL does not compare."""
    target = table if foreign.target == table.name else draft.tables.get(foreign.target)
    if target is None and draft.whole:
        draft.note(Remark.DOUBT, f"no migration made `{foreign.target}`, to which `{foreign.name}` refers", table.name)
    _check_uniqueness(draft, table, target, foreign)
    for own, their in zip(foreign.columns, foreign.target_columns, strict=False):
        if target and own in table.columns and their in target.columns:
            kinds = {table.columns[own].type, target.columns[their].type}
            bases = {base(kind) for kind in kinds if isinstance(kind, str)}
            if len(bases) > 1 and bases <= KNOWN and not bases <= set(NUMBERS) and not bases <= STRINGS:
                text = f"`{table.name}.{own}` is compared with a {target.columns[their].type} by `{foreign.name}`"
                draft.clash(Clash.REFUSED, text, table.name)


def _check_uniqueness(draft: Draft, table: Table, target: Table | None, foreign: ForeignKey) -> None:
    """Note a foreign key to columns that nothing keeps unique."""
    columns = frozenset(foreign.target_columns)
    if target is None or not target.whole or not columns or not columns <= set(target.columns):
        return
    parts = (*target.constraints.values(), *target.indexes.values())
    if columns not in map(unique_columns, parts) and not any(map(_may_be_unique, parts)):
        text = f"nothing keeps unique what `{foreign.name}` refers to in `{target.name}`"
        draft.clash(Clash.REFUSED, text, table.name)


def _may_be_unique(part: Constraint | Index) -> bool:
    """Tell whether it is not known what *part* keeps unique."""
    match part:
        case Index(columns=columns, unique=unique):
            return UNSURE in {columns, unique}
        case Unique(columns=()) | SomeConstraint():
            return True
        case _:
            return False


def drop(draft: Draft, table: Name, name: str, *, if_exists: bool = False, cascade: bool = False) -> None:
    """Drop a constraint of a table; with a key go, in a cascade, the foreign keys that refer to it."""
    found, name = draft.table(table), stored(name)
    if name in found.constraints:
        drop_users(draft, found, name, cascade=cascade)
        is_index = isinstance(found.constraints[name], PrimaryKey | Unique)  # another may share its name with one
        found = without_indexes(draft.table(table), [name] if is_index else [])
        kept = {at: one for at, one in found.constraints.items() if at != name}
        draft.change(found, constraints=kept)
    elif if_exists:
        if not found.whole:
            draft.note(Remark.DOUBT, f"`{found.name}` may or may not have a constraint `{name}`", found.name)
    else:
        if found.whole:
            draft.clash(Clash.MISSING, f"`{found.name}` has no constraint `{name}`", found.name)
        draft.assume(Assumption(found.name, constraint=name))


def drop_users(draft: Draft, table: Table, name: str, *, cascade: bool) -> None:
    """Drop the foreign keys that refer to what only this key or index keeps unique, or note that it is needed."""
    parts = {**table.constraints, **table.indexes}
    columns = unique_columns(parts[name])
    if not columns or any(unique_columns(one) == columns for at, one in parts.items() if at != name):
        return
    for other in list(draft.tables.values()):
        for foreign in [one for one in foreign_keys(other) if one.target == table.name]:
            if set(foreign.target_columns or table.primary_key) == columns:
                if not cascade:
                    text = f"`{name}` is dropped while `{foreign.name}` refers to it"
                    draft.clash(Clash.IN_USE, text, table.name)
                drop(draft, other.name, foreign.name)


def rename(draft: Draft, table: Name, name: str, to: str) -> None:
    """Rename a constraint."""
    found, old, new = draft.table(table), stored(name), stored(to)
    if old not in found.constraints:
        draft.assume(Assumption(found.name, constraint=old))
    one = replace(found.constraints.get(old, SomeConstraint(old)), name=new)
    rest = {at: other for at, other in found.constraints.items() if at != old}
    draft.change(found, constraints={**rest, new: one})
