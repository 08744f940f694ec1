"""What rows may refuse: those that were there before the migration, only those that came since, or none.

A restriction that a rollback imposes again held before the migration. The rows of that time satisfy it still, unless
the migration has filled a column anew; those written in the meantime may not.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from operator import eq, ge, gt, le, lt, ne
from typing import Final

from rules.schema.casts import NUMBERS, STRINGS, base, castable, narrows, rounds
from rules.schema.dependence import constraint_uses, index_uses, plain_columns
from rules.schema.draft import Draft
from rules.schema.model import (
    UNSURE,
    Check,
    Column,
    Constraint,
    Exclusion,
    Filled,
    Filling,
    ForeignKey,
    Index,
    PrimaryKey,
    Table,
    Unique,
    Unsure,
    key,
)
from rules.schema.notes import Clash, Remark, Restriction
from rules.schema.text import LITERAL, mentions
from rules.sql.names import Name, stored

# Without these, an expression that meets a NULL where there was a value becomes NULL, or stays what it was.
LOOKS_AT_NULL: Final = re.compile(r"\b(?:is|case)\b|\b(?!(?:and|or|not|in|any|all)\b)\w+\s*\(", re.IGNORECASE)
CASTS: Final = r'\(*"?{0}"?\)*(?:::[\w\s."(),\[\]]+)*|cast\s*\(\s*"?{0}"?\s+as\s[\w\s."(),\[\]]+\)'
WIDENING: Final = NUMBERS[:4]  # each holds the values of those before it
EXACT: Final = STRINGS - {"citext", "character"}
NUMBERED: Final = ("nextval", "IDENTITY")
NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
COMPARED: Final = re.compile(r'\(*"?(?P<column>\w+)"? *(?P<operator>[<>]=?|=|<>|!=) *(?P<number>-?\d+(?:\.\d+)?)\)*')
COMPARISONS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "<": lt,
    "<=": le,
    "=": eq,
    "<>": ne,
    "!=": ne,
    ">=": ge,
    ">": gt,
}
REFUSED: Final = "rows written since that `{}` refuses"


# --- what is put into columns ----------------------------------------------------------------------------------------


def filling(draft: Draft, column: Column | None) -> Filling:
    """Return what the migration that is running has put into a column."""
    if draft.written is not None and draft.written == draft.start.version:
        return Filling.OTHER
    if column is None or column.filled is None or column.filled.version != draft.start.version:
        return Filling.OLD
    return column.filled.how


def added(draft: Draft, table: Table, column: Column) -> Column:
    """Return *column* with what the rows of *table* get when it is added."""
    if table.name in draft.fresh:
        return column
    how = Filling.OTHER
    if (isinstance(column.default, str) and column.default.startswith("nextval")) or _is_identity(column):
        how = Filling.NUMBERED
    elif column.default in {None, "NULL"} and column.generated is None:
        how = Filling.NULL
    elif isinstance(column.default, str) and NUMBER.fullmatch(column.default):
        how = Filling.DEFAULT
    return replace(column, filled=Filled(how, draft.start.version))


def _is_identity(column: Column) -> bool:
    return isinstance(column.generated, str) and "AS IDENTITY" in column.generated


def recast(draft: Draft, column: Column, kind: str | Unsure, using: str | None) -> Filled | None:
    """Return what a column holds when its type has become *kind*."""
    now, version = filling(draft, column), draft.start.version
    if now not in {Filling.OLD, Filling.CAST} or column.type == kind:
        return column.filled
    if not isinstance(column.type, str) or not isinstance(kind, str) or not is_cast(column.name, using):
        return Filled(Filling.OTHER, version)
    was = column.filled.was if column.filled is not None and column.filled.version == version else None
    if now is Filling.OLD and (kind == was or (using is None and _keeps_apart(column.type, kind))):
        return Filled(Filling.OLD, version, was or column.type)
    return Filled(Filling.CAST, version)


def is_cast(column: str, using: str | None) -> bool:
    """Tell whether casts of *column* alone make the new values."""
    pattern = CASTS.format(re.escape(column))
    return using is None or re.fullmatch(pattern, using.strip(), re.IGNORECASE) is not None


def _keeps_apart(old: str, new: str) -> bool:
    """Tell whether a cast makes no two values equal."""
    before, after = base(old), base(new)
    if before == after:
        return after in EXACT or new == after
    if before in WIDENING and after in WIDENING:
        return WIDENING.index(before) < WIDENING.index(after)
    return after in EXACT


@dataclass(frozen=True, slots=True)
class Written:
    """Rows that are written: by which statement, into which columns, if they are known."""

    how: str  # insert, update, delete, truncate, merge, copy, or a call's
    columns: tuple[str, ...] = ()
    every: bool = False  # there is no WHERE
    sql: str = ""


def write(draft: Draft, name: Name, written: Written) -> None:
    """Note rows that are changed or deleted, and what is put into which columns."""
    table = draft.tables.get(key(name))
    columns = {stored(column) for column in written.columns}
    if table is None:
        draft.written = draft.start.version
        table = Table(key(name), whole=False)
    for column in sorted(columns - set(table.columns)) if table.whole else ():
        draft.clash(Clash.MISSING, f"`{table.name}` has no column `{column}`", table.name)
    if table.name not in draft.fresh:
        _remark(draft, table, written)
    if table.name in draft.tables:
        _put(draft, table, written, columns)


def _remark(draft: Draft, table: Table, written: Written) -> None:
    if written.how == "truncate" or (written.how == "delete" and written.every):
        draft.note(Remark.EMPTIED, f"the rows of `{table.name}`", table.name)
        draft.emptied.add(table.name)
    elif written.how in {"insert", "copy"}:
        draft.emptied.discard(table.name)
    elif written.how != "update" or not _is_empty(draft, table, written.columns):
        draft.note(Remark.REWRITE, f"the old rows of `{table.name}`", table.name)


def _is_empty(draft: Draft, table: Table, columns: Iterable[str]) -> bool:
    """Tell whether this migration has added all *columns* and nothing was in them yet."""
    found = [filling(draft, table.columns.get(stored(column))) for column in columns]
    return bool(found) and set(found) == {Filling.NULL}


def _put(draft: Draft, table: Table, written: Written, columns: set[str]) -> None:
    if written.how not in {"insert", "copy"}:
        draft.change(table, thinned=draft.start.version)
    if written.how in {"delete", "truncate"}:
        return
    every = written.how != "update" or not columns
    for column in table.columns.values():
        if every or column.name in columns:
            how = _given(column.name, written)
            if how is Filling.NULL and table.name not in draft.fresh:
                draft.note(Remark.EMPTIED, f"the values of `{table.name}.{column.name}`", table.name)
            draft.change_column(table.name, column.name, filled=Filled(how, draft.start.version))


def _given(column: str, written: Written) -> Filling:
    """Return what an UPDATE puts into a column: NULL in every row, or something where there was NULL."""
    name = rf'\b{re.escape(column)}"?\s*'
    if written.how != "update":
        return Filling.OTHER
    if written.every and re.search(rf"{name}=\s*null\b", written.sql, re.IGNORECASE):
        return Filling.NULL
    return Filling.GIVEN if re.search(rf"{name}is\s+null\b", written.sql, re.IGNORECASE) else Filling.OTHER


# --- what they refuse ------------------------------------------------------------------------------------------------


def check_index(draft: Draft, table: Table, index: Index) -> None:
    """Note the doubles that may keep a unique index from being made."""
    names = plain_columns(index)
    keys = {filling(draft, table.columns.get(name)) for name in names}
    if Filling.NUMBERED in keys or (Filling.NULL in keys and index.nulls_distinct):
        return
    used = [one for one in table.columns.values() if index_uses(index, one.name)]
    old = index.columns is not UNSURE and _are_old(draft, used)
    if not (old and any(_keeps_out(one, names, index.where) for one in _so_far(draft, table))):
        restriction = Restriction(index, REFUSED.format(index.name)) if old else None
        draft.check_rows(table.name, f"`{index.name}` finds doubles", restriction)


def check_constraint(draft: Draft, table: Table, constraint: Constraint) -> None:
    """Note the rows that may keep a constraint from being added."""
    used = [one for one in table.columns.values() if constraint_uses(constraint, one.name)]
    filled = {filling(draft, column) for column in used}
    is_declared = isinstance(constraint, Check | ForeignKey) and not constraint.validated
    if is_declared or _passes_all(constraint, filled) or (filled == {Filling.DEFAULT} and _fits(constraint, used)):
        return
    old = _are_old(draft, used) and not _misses_rows(draft, constraint)
    if not (old and any(_refuses_same(one, constraint) for one in _so_far(draft, table))):
        restriction = Restriction(constraint, REFUSED.format(constraint.name)) if old else None
        draft.check_rows(table.name, f"`{constraint.name}` finds rows that it refuses", restriction)


def check_type(draft: Draft, table: Name, column: Column, before: str, using: str | None) -> None:
    """Note the values of the type *before* that may keep *column* from having its new one."""
    where, new, now = f"`{table}.{column.name}`", str(column.type), filling(draft, column)
    if now in {Filling.OLD, Filling.CAST} and is_cast(column.name, using) and rounds(before, new):
        draft.note(Remark.LOSS, f"the details of {where} that {new} does not keep", table)
    elif now in {Filling.OLD, Filling.CAST} and using is not None and not mentions(using, column.name):
        draft.note(Remark.LOSS, f"the values of {where}", table)
    elif using is not None:
        _note_made_anew(draft, column, before, using, table)
    if narrows(before, new) and (using is None or base(new) in NUMBERS):
        text = f"{where} holds a value of {before} that {new} cannot"
    elif using is not None and castable(before, new) is not True:
        text = f"{where} holds a value that does not become {new}"
    else:
        return
    if now is not Filling.NULL:
        old = now in {Filling.OLD, Filling.CAST} and is_cast(column.name, using)
        restricted = replace(column, null=True)  # by its type alone
        restriction = (
            Restriction(restricted, f"values written since to {where} that {new} cannot hold") if old else None
        )
        draft.check_rows(table, text, restriction)


def _note_made_anew(draft: Draft, column: Column, before: str, using: str, table: Name) -> None:
    """Note values that USING cuts, as a cast that is written does, or makes anew."""
    new, where = str(column.type), f"`{table}.{column.name}`"
    if not is_cast(column.name, using):
        draft.note(Remark.REWRITE, f"the old values of {where}", table)
    elif filling(draft, column) in {Filling.OLD, Filling.CAST} and narrows(before, new) and base(new) not in NUMBERS:
        draft.note(Remark.LOSS, f"the ends of the values of {where} that {new} cannot hold", table)


def check_null(draft: Draft, table: Name, column: Column) -> None:
    """Note the NULLs that may keep a column from becoming NOT NULL."""
    where, now = f"`{table}.{column.name}`", filling(draft, column)
    if now not in {Filling.GIVEN, Filling.NUMBERED}:
        required = replace(column, null=False)
        old = now in {Filling.OLD, Filling.CAST}
        restriction = Restriction(required, f"every NULL written since to {where}") if old else None
        draft.check_rows(table, f"{where} holds a NULL", restriction)


def _are_old(draft: Draft, columns: Iterable[Column]) -> bool:
    return all(filling(draft, column) is Filling.OLD for column in columns)


def _so_far(draft: Draft, table: Table) -> tuple[Index | Constraint, ...]:
    """Return what has restricted the rows of a table until now."""
    before = draft.start.tables.get(table.name)
    return (*before.indexes.values(), *before.constraints.values()) if before else ()


def _keeps_out(part: Index | Constraint, names: Iterable[str], where: str | None = None) -> bool:
    """Tell whether *part* allows no doubles of *names*."""
    match part:
        case Index(unique=True, sql=None, columns=tuple(columns)) if part.where in {None, where}:
            plain = plain_columns(part)
            return len(plain) == len(columns) and set(plain) <= set(names)
        case Unique(columns=columns) | PrimaryKey(columns=columns):
            return set(columns) <= set(names)
        case _:
            return False


def _passes_all(constraint: Constraint, filled: set[Filling]) -> bool:
    """Tell whether a constraint refuses no row, for NULL or numbers are all that there is in a column."""
    match constraint:
        case ForeignKey():
            return Filling.NULL in filled and constraint.match != "FULL"
        case Unique():
            return not filled.isdisjoint({Filling.NULL, Filling.NUMBERED})
        case PrimaryKey():
            return Filling.NUMBERED in filled and Filling.NULL not in filled
        case Check(expression=sql):
            return filled == {Filling.NULL} and not LOOKS_AT_NULL.search(LITERAL.sub("''", sql))
        case Exclusion(using=sql):
            return Filling.NULL in filled and not LOOKS_AT_NULL.search(sql.partition("(")[2])
        case _:
            return False


def _fits(check: Constraint, used: Iterable[Column]) -> bool:
    """Tell whether the default of a column, which every row has, is a number that a check allows."""
    found = COMPARED.fullmatch(check.expression) if isinstance(check, Check) else None
    default = next((one.default for one in used if found and one.name == found["column"]), None)
    if found is None or not isinstance(default, str) or not NUMBER.fullmatch(default):
        return False
    return COMPARISONS[found["operator"]](float(default), float(found["number"]))


def _refuses_same(part: Index | Constraint, other: Constraint) -> bool:
    """Tell whether *part* refuses all rows that *other* does."""
    match part, other:
        case ForeignKey(validated=True), ForeignKey():
            return (part.columns, part.target, part.match) == (other.columns, other.target, other.match) and (
                part.target_columns == other.target_columns
            )
        case Check(validated=True), Check():
            return part.expression == other.expression
        case Exclusion(), Exclusion():
            return part.using == other.using
        case _, Unique(columns=columns):
            return _keeps_out(part, columns)
        case _:
            return False


def _misses_rows(draft: Draft, constraint: Constraint) -> bool:
    """Tell whether the rows that a foreign key refers to may be gone."""
    target = draft.tables.get(constraint.target) if isinstance(constraint, ForeignKey) else None
    if target is None or not isinstance(constraint, ForeignKey):
        return False
    keys = (target.columns.get(name) for name in constraint.target_columns or target.primary_key)
    remade = draft.start.version in {target.version, target.thinned}
    return remade or any(filling(draft, column) is not Filling.OLD for column in keys)
