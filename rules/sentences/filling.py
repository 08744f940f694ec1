"""What the grammar's clauses about rows come to: values for columns, and for which rows."""

from typing import Any

from rules.sentences import doing
from rules.sentences.grammar import Rejected
from rules.sentences.said import Clause, Column, Formula, Spoken, Tables, Target
from rules.sentences.traits import Trait, Traits, flat


def setting(old: Column, *rest: Any) -> Traits:
    """Read a value for a column: with its table before, or without."""
    *target, value = rest
    return Trait("set", (old, value)), *(Trait("place", one) for one in target)


def filled_last(old: Column, value: Any, target: Target) -> Traits:
    """Read a value for a column, the table last."""
    return setting(old, target, value)


def filled_nulls(old: Column, *rest: Any) -> Traits:
    """Read a value for a column where it has none."""
    return *setting(old, *rest), Trait("where", Formula((old, " IS NULL")))


def filled_nulls_last(old: Column, value: Any, target: Target) -> Traits:
    """Read a value for a column where it has none, the table last."""
    return filled_nulls(old, target, value)


def copy(old: Column, to: Column, target: Target | None = None) -> Traits:
    """Read the values of one column for another."""
    return Trait("set", (to, old)), *([Trait("place", target)] if target else [])


def copy_place(old: Column, target: Target, to: Column) -> Traits:
    """Read the values of one column for another, the table between."""
    return copy(old, to, target)


def copy_rows(old: Column, to: Column, *rest: Any) -> Traits:
    """Read the values of one column for another, in some rows."""
    rows_ = next(one for one in rest if isinstance(one, tuple))
    return *copy(old, to, next((one for one in rest if isinstance(one, Target)), None)), *rows_


def settings_of(of: Traits, target: Target) -> Traits:
    """Read a value, and the table behind it."""
    return *of, Trait("place", target)


def rows(condition: Formula, target: Target | None = None) -> Traits:
    """Rows that fulfil a condition."""
    return Trait("where", condition), *([Trait("place", target)] if target else [])


def rows_after(target: Target, condition: Formula) -> Traits:
    """Rows that fulfil a condition, the table first."""
    return rows(condition, target)


def rows_named(table: Spoken, condition: Formula | None = None) -> Traits:
    """Rows of a table."""
    return Trait("place", Tables((table,))), *([Trait("where", condition)] if condition else [])


def rows_lacking(table: Spoken, old: Column) -> Traits:
    """Rows of a table in which a column has no value."""
    return rows_named(table, Formula((old, " IS NULL")))


def rows_null() -> Traits:
    """Rows in which the column that is set has no value."""
    return (Trait("where", Formula((Column(None), " IS NULL"))),)


def fill_of(target: Target, *parts: Traits) -> Traits:
    """Values, the table first."""
    return Trait("place", target), *flat(parts)


def backfill(traits: Traits) -> Clause:
    """Read new values for rows that are there."""
    return backfill_in(traits, None)


def backfill_in(traits: Traits, batch: int | None) -> Clause:
    """Read new values for rows that are there, so many at once."""
    places = {trait.value for trait in traits if trait.field == "place"}
    wheres = [trait.value for trait in traits if trait.field == "where"]
    sets = tuple(trait.value for trait in traits if trait.field == "set")
    if len(places) > 1 or len(wheres) > 1 or (batch is not None and not isinstance(batch, int)):
        raise Rejected
    where = wheres[0] if wheres else None
    return Clause(doing.backfill, (sets, where, batch), next(iter(places), None))
