"""What the grammar's clauses about columns that are there come to: which traits they get."""

from typing import Any

from rules.sentences import doing, objects
from rules.sentences.conditions import Tail, inverse
from rules.sentences.intent import Action, Value
from rules.sentences.said import Clause, Clauses, Column, Spoken, Target
from rules.sentences.traits import Said, Sized, Trait, Traits, flat
from rules.sentences.traits import Target as Reference


def make(olds: tuple[Column, ...], *rest: Any) -> Clauses:
    """Columns that get traits: with their table before the traits, or without."""
    traits = flat(one for one in rest if isinstance(one, Trait) or _is_traits(one))
    target = next((one for one in rest if isinstance(one, Target)), None)
    shared = [trait for trait in traits if trait.field == "unique_together"]
    if shared:
        return (Clause(objects.unique, (olds,), target),)
    return tuple(Clause(doing.make, (old, traits), target) for old in olds)


def _is_traits(one: object) -> bool:
    return isinstance(one, tuple) and all(isinstance(trait, Trait) for trait in one)


def make_placed(olds: tuple[Column, ...], *traits: Said) -> Clauses:
    """Columns of several tables that get traits."""
    return make(olds, flat(traits))


def make_from(olds: tuple[Column, ...], *rest: Any) -> Clauses:
    """Columns that get another type than the one they have, which is said as well."""
    return make(olds, *(one for one in rest if not isinstance(one, Sized)))


def make_not(olds: tuple[Column, ...], *rest: Any) -> Clauses:
    """Columns that must not be something."""
    target = next((one for one in rest if isinstance(one, Target)), None)
    of: Tail = next(one for one in rest if isinstance(one, tuple))
    if of[0] == "char_length >":
        return make(olds, Trait("length", int(str(of[1].parts[0]))), *([target] if target else []))
    if of[0] == "IS NULL":
        return make(olds, Trait("null", value=False), *([target] if target else []))
    return make(olds, Trait("check", inverse(of)), *([target] if target else []))


def relax(olds: tuple[Column, ...], target: Target | None = None) -> Clauses:
    """Columns that may be NULL."""
    return tuple(Clause(doing.make, (old, (Trait("null", value=True),)), target) for old in olds)


def tighten(olds: tuple[Column, ...], target: Target | None = None) -> Clauses:
    """Columns that may not be NULL."""
    return tuple(Clause(doing.make, (old, (Trait("null", value=False),)), target) for old in olds)


def relax_of(target: Target, olds: tuple[Column, ...]) -> Clauses:
    """Columns without which rows are allowed."""
    return relax(olds, target)


def tighten_of(target: Target, olds: tuple[Column, ...]) -> Clauses:
    """Columns without which rows are not allowed."""
    return tighten(olds, target)


def make_first(traits: Traits, olds: tuple[Column, ...], *target: Target) -> Clauses:
    """Traits, and the columns that get them."""
    return make(olds, traits, *target)


def make_it(trait: Trait) -> Clauses:
    """Read a trait of what was spoken of."""
    return make((Column(None),), trait)


def default_it(value: Value) -> Clauses:
    """Read a default of what was spoken of."""
    return make_it(Trait("default", value))


def default_of(olds: tuple[Column, ...], *rest: Any) -> Clauses:
    """Read a default: with its table before the value, or without."""
    *target, value = rest
    return make(olds, Trait("default", value), *target)


def default_of_last(olds: tuple[Column, ...], value: Value, target: Target) -> Clauses:
    """Read a default, the table last."""
    return make(olds, Trait("default", value), target)


def default_first(trait: Trait, olds: tuple[Column, ...], target: Target | None = None) -> Clauses:
    """Read a default, its value first."""
    return make(olds, trait, *([target] if target else []))


def default_value(value: Value, olds: tuple[Column, ...], target: Target | None = None) -> Clauses:
    """Read a default, its value first."""
    return default_first(Trait("default", value), olds, target)


def drop_default(olds: tuple[Column, ...], target: Target | None = None) -> Clauses:
    """No default any more."""
    return tuple(Clause(doing.drop_default, (old,), target) for old in olds)


def allow_values(values: tuple[str, ...], old: Column, target: Target | None = None) -> Clauses:
    """Read the only values that a column may have."""
    return make((old,), Trait("values", values), *([target] if target else []))


def values_of_olds(olds: tuple[Column, ...], *rest: Any) -> Clauses:
    """Read the only values that columns may have: with their table before the values, behind them, or without."""
    target = next((one for one in rest if isinstance(one, Target)), None)
    values = next(one for one in rest if isinstance(one, tuple))
    return tuple(one for old in olds for one in allow_values(values, old, target))


def add_values(values: tuple[str, ...], old: Column, target: Target | None = None) -> Clause:
    """More values that a column may have."""
    return Clause(objects.add_values, (old, values), target)


def allow_more(name: Spoken, values: tuple[str, ...], target: Target) -> Clause:
    """More values that a column may have, the column first."""
    return add_values(values, Column(name), target)


def deletion_of(old: Column, *rest: Any) -> Clauses:
    """Read what happens on deletion, of a column that refers."""
    *target, action = rest
    return make((old,), Trait("on_delete", action), *target)


def deletion_to(action: Action, old: Column, *target: Target) -> Clauses:
    """Read what happens on deletion, the column last."""
    return make((old,), Trait("on_delete", action), *target)


def make_within(olds: tuple[Column, ...], target: Target, scope: tuple[Spoken, ...]) -> Clauses:
    """Read columns that are unique among some rows, their table between the two."""
    return make(olds, Trait("unique_within", scope), target)


def deletion_nullify(table: Spoken, old: Column) -> Clauses:
    """Read a column that is to be NULL when the row to which it refers goes."""
    return make((old,), (Trait("references", Reference(table)), Trait("on_delete", "nilify_all")))


def make_nocase(olds: tuple[Column, ...], target: Target) -> Clauses:
    """Read columns that are unique whatever their case, their table between the two."""
    return make(olds, Trait("unique_nocase", value=True), target)
