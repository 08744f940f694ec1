"""What the grammar's clauses about rows come to: values for columns, and for which rows."""

from typing import Any

from rules.sentences import doing
from rules.sentences.grammar import Rejected
from rules.sentences.said import Clause, Column, Formula, Spoken, Tables, Target, split_place
from rules.sentences.traits import Trait, Traits, flat


def setting(old: Column, *rest: Any) -> Traits:
    """Read a value for a column, with a table or without."""
    value, target = split_place(rest)
    return Trait("set", (old, value)), *_place(target)


def _place(target: Target | None) -> Traits:
    return (Trait("place", target),) if target else ()


def filled_nulls(old: Column, *rest: Any) -> Traits:
    """Read a value for a column where it has none."""
    return *setting(old, *rest), Trait("where", Formula((old, " IS NULL")))


def copy(old: Column, *rest: Any) -> Traits:
    """Read the values of one column for another, with a table or without, perhaps in some rows."""
    limits = flat(one for one in rest if isinstance(one, tuple))
    to, target = split_place(tuple(one for one in rest if not isinstance(one, tuple)))
    return Trait("set", (to, old)), *_place(target), *limits


def settings_of(of: Traits, target: Target) -> Traits:
    """Read a value, and the table behind it."""
    return *of, *_place(target)


def rows(condition: Formula, target: Target | None = None) -> Traits:
    """Rows that fulfil a condition."""
    return Trait("where", condition), *_place(target)


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


def backfill(traits: Traits, batch: int | None = None) -> Clause:
    """Read new values for rows that are there, perhaps so many at once."""
    places = {trait.value for trait in traits if trait.field == "place"}
    wheres = [trait.value for trait in traits if trait.field == "where"]
    sets = tuple(trait.value for trait in traits if trait.field == "set")
    if len(places) > 1 or len(wheres) > 1 or (batch is not None and not isinstance(batch, int)):
        raise Rejected
    where = wheres[0] if wheres else None
    return Clause(doing.backfill, (sets, where, batch), next(iter(places), None))
