"""What the grammar's clauses about columns that are there come to: which traits they get."""

from typing import Any

from rules.sentences import doing, objects
from rules.sentences.conditions import inverse
from rules.sentences.intent import Value
from rules.sentences.said import Clause, Clauses, Column, Spoken, Target, split_place
from rules.sentences.traits import Target as Reference
from rules.sentences.traits import Trait, flat


def make(olds: tuple[Column, ...], *rest: Any) -> Clauses:
    """Columns that get traits, with their tables or without; a type that they have is said for people only."""
    traits = flat(one for one in rest if isinstance(one, Trait) or _is_traits(one))
    target = next((one for one in rest if isinstance(one, Target)), None)
    shared = [trait for trait in traits if trait.field == "unique_together"]
    if shared:
        return (Clause(objects.unique, (olds,), target),)
    return tuple(Clause(doing.make, (old, traits), target) for old in olds)


def _is_traits(one: object) -> bool:
    return isinstance(one, tuple) and all(isinstance(trait, Trait) for trait in one)


def make_not(olds: tuple[Column, ...], *rest: Any) -> Clauses:
    """Columns that must not be something."""
    of, target = split_place(rest)
    operator, right = of
    if operator == "char_length >":
        return make(olds, Trait("length", int(str(right.parts[0]))), target)
    if operator == "IS NULL":
        return tighten(olds, target)
    return make(olds, Trait("check", inverse(of)), target)


def relax(olds: tuple[Column, ...], target: Target | None = None) -> Clauses:
    """Columns that may be NULL."""
    return make(olds, Trait("null", value=True), target)


def tighten(olds: tuple[Column, ...], target: Target | None = None) -> Clauses:
    """Columns that may not be NULL."""
    return make(olds, Trait("null", value=False), target)


def make_it(trait: Trait) -> Clauses:
    """Read a trait of what was spoken of."""
    return make((Column(None),), trait)


def default_it(value: Value) -> Clauses:
    """Read a default of what was spoken of."""
    return make_it(Trait("default", value))


def default_of(olds: tuple[Column, ...], *rest: Any) -> Clauses:
    """Read a default, with tables or without."""
    value, target = split_place(rest)
    return make(olds, Trait("default", value), target)


def drop_default(olds: tuple[Column, ...], target: Target | None = None) -> Clauses:
    """No default any more."""
    return tuple(Clause(doing.drop_default, (old,), target) for old in olds)


def allow_values(values: tuple[str, ...], old: Column, target: Target | None = None) -> Clauses:
    """Read the only values that a column may have."""
    return make((old,), Trait("values", values), target)


def values_of_olds(olds: tuple[Column, ...], *rest: Any) -> Clauses:
    """Read the only values that columns may have, with tables or without."""
    values, target = split_place(rest)
    return tuple(one for old in olds for one in allow_values(values, old, target))


def add_values(values: tuple[str, ...], old: Column, target: Target | None = None) -> Clause:
    """More values that a column may have."""
    return Clause(objects.add_values, (old, values), target)


def deletion_of(old: Column, *rest: Any) -> Clauses:
    """Read what happens on deletion, of a column that refers."""
    action, target = split_place(rest)
    return make((old,), Trait("on_delete", action), target)


def make_within(olds: tuple[Column, ...], target: Target, scope: tuple[Spoken, ...]) -> Clauses:
    """Read columns that are unique among some rows, their table between the two."""
    return make(olds, Trait("unique_within", scope), target)


def deletion_nullify(table: Spoken, old: Column) -> Clauses:
    """Read a column that is to be NULL when the row to which it refers goes."""
    return make((old,), (Trait("references", Reference(table)), Trait("on_delete", "nilify_all")))


def make_nocase(olds: tuple[Column, ...], target: Target) -> Clauses:
    """Read columns that are unique whatever their case, their table between the two."""
    return make(olds, Trait("unique_nocase", value=True), target)
