"""What the grammar's clauses come to: who does what, with what was said, to which tables."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Final, TypeAlias

from rules.sentences import doing, objects
from rules.sentences.columns import NewColumn, Said, Sized, Trait, Traits, column, flat, reference_to
from rules.sentences.conditions import Tail, inverse
from rules.sentences.grammar import Rejected
from rules.sentences.intent import Action, Value
from rules.sentences.said import IT, SAME, Clause, Column, Every, Formula, Spoken, Tables, Target

Clauses: TypeAlias = tuple[Clause, ...]


def sentence(clauses: Clauses) -> Clauses:
    """A sentence."""
    return clauses


def scoped(target: Target, clauses: Clauses) -> Clauses:
    """A sentence that says first what it is about."""
    return tuple(clause if clause.target else replace(clause, target=target) for clause in clauses)


def clauses(*several: Clause | Clauses) -> Clauses:
    """Clauses one after the other; tables at the end may be those of all of them."""
    return tuple(one for clause in several for one in ([clause] if isinstance(clause, Clause) else clause))


# ----------------------------------------------------------------------------------------------------------- tables


def tables(*names: Spoken) -> Tables:
    """Tables by their names."""
    return Tables(names)


def one_table(name: Spoken) -> Tables:
    """A table by its name."""
    return Tables((name,))


def each(of: Tables) -> Tables:
    """Both, or all, of these tables."""
    return replace(of, each=True)


def respectively(of: Tables) -> Tables:
    """One table for each clause."""
    return replace(of, each=False)


def dotted_table(name: Column) -> Spoken:
    """A table in a schema of its own."""
    if name.table is None or name.name is None:
        raise Rejected
    return Spoken(f"{name.table.text}.{name.name.text}")


def every_but(names: tuple[Spoken, ...]) -> Every:
    """All tables but some."""
    return Every(but=names)


def every_having(names: tuple[Spoken, ...]) -> Every:
    """All tables with some columns."""
    return Every(having=names)


def every_having_it() -> Every:
    """All tables with the columns that are spoken of."""
    return Every(having=(IT,))


def every_lacking(names: tuple[Spoken, ...]) -> Every:
    """All tables without some columns."""
    return Every(lacking=names)


def names(*several: Any) -> tuple[Any, ...]:
    """Names one after the other."""
    return several


def first(value: Any, _other: Any) -> Any:
    """The first of two things, which says all."""
    return value


def last(_other: Any, value: Any) -> Any:
    """The last of two things, which says all."""
    return value


def last_name(_described: Spoken, name: Spoken) -> Spoken:
    """A table that is described and then named."""
    return name


def create(name: Spoken, parts: tuple[Any, ...] = ()) -> Clause:
    """A new table."""
    shared = tuple(part.value for part in parts if isinstance(part, Trait) and part.field == "all")
    made = tuple(column(part, shared) if shared and isinstance(part, NewColumn) else part for part in parts)
    return Clause(doing.create, (name, made), placed=False)


def create_each(name: Spoken, _row: Spoken, parts: tuple[Any, ...]) -> Clause:
    """A new table, of which it is said what each row has."""
    return create(name, parts)


def create_flagged(name: Spoken, flag: Trait, parts: tuple[Any, ...] = ()) -> Clause:
    """A new table, of which is said first what it has not, or has as others."""
    return create(name, (*parts, flag))


def create_belonging(name: Spoken, of: Tables, parts: tuple[Any, ...] = ()) -> Clause:
    """A new table whose rows belong to others."""
    return create(name, (*map(reference_to, of.names), *parts))


def create_joining(name: Spoken, of: Tables) -> Clause:
    """A table that joins two others, and has a name of its own."""
    return join_named(name, of)


def more(parts: tuple[Any, ...]) -> Clause:
    """More of a table that was spoken of: "each has …"."""
    return create_more(SAME, parts)


def create_more(_same: object, parts: tuple[Any, ...]) -> Clause:
    """More of a table that was spoken of: "it has …"."""
    return Clause(doing.more, (parts,), SAME)


def join(of: Tables) -> Clause:
    """A table that joins two others."""
    return Clause(doing.join, (of.names, None), placed=False)


def join_named(first: Any, second: Any) -> Clause:
    """A table that joins two others, and has a name of its own."""
    name, of = (first, second) if isinstance(first, Spoken) else (second, first)
    return Clause(doing.join, (of.names, name), placed=False)


def join_other(of: Tables, other: Spoken) -> Clause:
    """A table that joins two others: "posts have and belong to many tags"."""
    return Clause(doing.join, ((*of.names, other), None), placed=False)


# ---------------------------------------------------------------------------------------------------------- columns


def group(columns: tuple[NewColumn, ...], target: Target | None = None, *details: Said) -> Clause:
    """New columns of a table, and what is said of all of them."""
    traits = flat(details)
    return Clause(doing.add, (tuple(replace(one, traits=(*one.traits, *traits)) for one in columns),), target)


def give(target: Target, columns: tuple[NewColumn, ...]) -> Clause:
    """New columns, of a table that was named first."""
    return group(columns, target)


def have(target: Target, columns: tuple[NewColumn, ...]) -> Clause:
    """Columns that a table must have, which are there perhaps without being so."""
    return Clause(doing.have, (columns,), target)


def stamp(target: Target | None = None) -> Clause:
    """Timestamps for a table."""
    return Clause(doing.stamp, (), target)


def unstamp(target: Target | None = None) -> Clause:
    """No timestamps any more for a table."""
    return Clause(doing.unstamp, (), target)


def belong(target: Target, table: Spoken, action: Action | None = None) -> Clause:
    """Rows that belong to rows of another table."""
    return Clause(doing.refer, (None, table, None, action), target)


def belong_two(target: Target, one: Spoken, other: Spoken) -> Clauses:
    """Rows that belong to rows of two other tables."""
    return belong(target, one), belong(target, other)


def dependents(table: Spoken, of: Tables) -> Clauses:
    """Rows that go with the row to which they belong."""
    return tuple(Clause(doing.cascade, (table,), Tables((name,))) for name in of.names)


def deletion_last(of: Tables, table: Spoken) -> Clauses:
    """Rows that go with the row to which they belong, that one last."""
    return dependents(table, of)


def deletion_of(old: Column, *rest: Any) -> Clauses:
    """What happens on deletion, of a column that refers."""
    *target, action = rest
    return make((old,), Trait("on_delete", action), *target)


def deletion_to(action: Action, old: Column, *target: Target) -> Clauses:
    """What happens on deletion, the column last."""
    return make((old,), Trait("on_delete", action), *target)


def has_many(target: Target, table: Spoken) -> Clause:
    """Rows of another table that belong to these."""
    if not isinstance(target, Tables) or len(target.names) > 1:
        raise Rejected
    return belong(Tables((table,)), target.names[0])


def removal(olds: tuple[Column, ...], target: Target | None = None) -> Clause:
    """Columns that go."""
    return Clause(doing.remove, (olds,), target)


def remove_from(target: Target, olds: tuple[Column, ...]) -> Clause:
    """Columns that a table no longer needs."""
    return removal(olds, target)


def remove_olds(olds: tuple[Column, ...], target: Target | None = None) -> Clause:
    """Columns that "should be removed"."""
    return removal(olds, target)


def drop_tables(of: Tables) -> Clauses:
    """Tables that go."""
    return drop_tables_named(*of.names)


def drop_tables_named(*several: Spoken) -> Clauses:
    """Tables that go."""
    return tuple(Clause(doing.drop_table, (name,), placed=False) for name in several)


# ------------------------------------------------------------------------------------------------- names and traits


def renaming(old: Column, *rest: Any) -> Clause:
    """A new name: with its table before, or without."""
    *target, name = rest
    return Clause(doing.rename, (old, name), target[0] if target else None)


def rename(renamings: tuple[Clause, ...], target: Target | None = None) -> Clauses:
    """Several new names, of columns of the same tables."""
    return tuple(clause if clause.target else replace(clause, target=target) for clause in renamings)


def rename_one(of: Clause, target: Target | None = None) -> Clauses:
    """A new name."""
    return rename((of,), target)


def rename_old_last(old: Column, name: Spoken, target: Target) -> Clause:
    """A new name, the table last."""
    return Clause(doing.rename, (old, name), target)


def rename_pairs(olds: tuple[Column, ...], to: tuple[Spoken, ...], target: Target | None = None) -> Clauses:
    """As many new names as old ones."""
    if len(olds) != len(to):
        raise Rejected
    return tuple(Clause(doing.rename, (old, name), target) for old, name in zip(olds, to, strict=True))


def rename_table(table: Spoken, name: Spoken) -> Clause:
    """A new name for a table."""
    return Clause(doing.rename_table, (table, name), placed=False)


def rename_index(name: Spoken, to: Spoken, target: Target | None = None) -> Clause:
    """A new name for an index."""
    return Clause(objects.rename_index, (name, to), target)


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
    """A trait of what was spoken of."""
    return make((Column(None),), trait)


def default_it(value: Value) -> Clauses:
    """A default of what was spoken of."""
    return make_it(Trait("default", value))


def default_of(olds: tuple[Column, ...], *rest: Any) -> Clauses:
    """A default: with its table before the value, or without."""
    *target, value = rest
    return make(olds, Trait("default", value), *target)


def default_of_last(olds: tuple[Column, ...], value: Value, target: Target) -> Clauses:
    """A default, the table last."""
    return make(olds, Trait("default", value), target)


def default_first(trait: Trait, olds: tuple[Column, ...], target: Target | None = None) -> Clauses:
    """A default, its value first."""
    return make(olds, trait, *([target] if target else []))


def default_value(value: Value, olds: tuple[Column, ...], target: Target | None = None) -> Clauses:
    """A default, its value first."""
    return default_first(Trait("default", value), olds, target)


def drop_default(olds: tuple[Column, ...], target: Target | None = None) -> Clauses:
    """No default any more."""
    return tuple(Clause(doing.drop_default, (old,), target) for old in olds)


def allow_values(values: tuple[str, ...], old: Column, target: Target | None = None) -> Clauses:
    """The only values that a column may have."""
    return make((old,), Trait("values", values), *([target] if target else []))


def values_of_olds(olds: tuple[Column, ...], *rest: Any) -> Clauses:
    """The only values that columns may have: with their table before the values, behind them, or without."""
    target = next((one for one in rest if isinstance(one, Target)), None)
    values = next(one for one in rest if isinstance(one, tuple))
    return tuple(one for old in olds for one in allow_values(values, old, target))


def add_values(values: tuple[str, ...], old: Column, target: Target | None = None) -> Clause:
    """More values that a column may have."""
    return Clause(objects.add_values, (old, values), target)


def allow_more(name: Spoken, values: tuple[str, ...], target: Target) -> Clause:
    """More values that a column may have, the column first."""
    return add_values(values, Column(name), target)


def create_enum(name: Spoken, values: tuple[str, ...]) -> Clause:
    """A type with values."""
    return Clause(objects.create_enum, (name, values), placed=False)


def extension(name: Spoken) -> Clause:
    """An extension."""
    return Clause(objects.add_extension, (name,), placed=False)


def extension_known(name: Spoken) -> Clause:
    """An extension that is known by its name alone."""
    if objects.extension_name(name) not in objects.EXTENSIONS:
        raise Rejected
    return extension(name)


def extensions(*names: Spoken) -> Clauses:
    """Several extensions that are known by their names."""
    return tuple(map(extension_known, names))


def drop_extension(name: Spoken) -> Clause:
    """An extension that goes."""
    return Clause(objects.drop_extension, (name,), placed=False)


# ------------------------------------------------------------------------------------- indexes, keys and constraints


def index(*pieces: Traits) -> Clause:
    """An index, of all that was said about it."""
    traits = flat(pieces)
    places = [trait.value for trait in traits if trait.field == "place"]
    if len(places) > 1:
        raise Rejected
    return Clause(objects.index, (tuple(one for one in traits if one.field != "place"),), places[0] if places else None)


def indexes(*pieces: Traits) -> Clause:
    """Several indexes, one for each column."""
    return index(*pieces, (Trait("apart", value=True),))


def index_named(*said: Any) -> Clause:
    """An index whose name stands behind the word."""
    *kinds, name, pieces = said
    return index(*kinds, (Trait("name", name),), pieces)


def unique_index(pieces: Traits) -> Clause:
    """A unique index."""
    return index(pieces, (Trait("unique", value=True),))


def index_table(target: Target, parts: tuple[Any, ...]) -> Traits:
    """An index, the table first."""
    return Trait("place", target), Trait("parts", parts)


def index_olds(olds: tuple[Column, ...], target: Target | None = None) -> Traits:
    """An index, the columns first."""
    parts = Trait("parts", olds)
    return (parts,) if target is None else (Trait("place", target), parts)


def both_piece(table: Spoken, parts: tuple[Any, ...]) -> Traits:
    """The table of an index with its columns."""
    return index_table(Tables((table,)), parts)


def unique_on(parts: tuple[Any, ...], target: Target | None = None) -> Clause:
    """Columns that are unique together."""
    return Clause(objects.unique, (parts,), target)


def unique_pair(first: Column, second: Column, target: Target | None = None) -> Clause:
    """Two columns, of which nobody said whether each is unique, or the pair."""
    return unique_on((first, second), target)


def unique_of(table: Spoken, parts: tuple[Any, ...]) -> Clause:
    """Columns that no two rows of a table have in common."""
    return unique_on(parts, Tables((table,)))


def descending(old: Column) -> Formula:
    """A column of an index, the greatest first."""
    return Formula((old, " DESC"))


def with_opclass(old: Column, name: Spoken) -> Formula:
    """A column of an index, with its operator class."""
    if not name.identifier.endswith("_ops"):
        raise Rejected
    return Formula((old, f" {name.identifier}"))


def lower(old: Column) -> Formula:
    """A column of an index, in small letters."""
    return Formula(("lower(", old, ")"))


def upper(old: Column) -> Formula:
    """A column of an index, in capital letters."""
    return Formula(("upper(", old, ")"))


def drop_index(parts: tuple[Any, ...], target: Target | None = None) -> Clause:
    """An index that goes, by its columns."""
    return Clause(objects.drop_index, (parts, False), target)


def drop_unique(parts: tuple[Any, ...], target: Target | None = None) -> Clause:
    """A unique index that goes, by its columns."""
    return Clause(objects.drop_index, (parts, True), target)


def drop_index_named(name: Spoken, target: Target | None = None) -> Clause:
    """An index that goes, by its name, or by its only column."""
    return Clause(objects.drop_index_named, (name,), target)


def foreign(pieces: Traits) -> Clause:
    """A foreign key, of all that was said about it."""
    found = {trait.field: trait.value for trait in pieces}
    if len(found) != len(pieces):
        raise Rejected
    return objects.foreign_clause(found)


def drop_foreign(olds: tuple[Column, ...], target: Target | None = None) -> Clauses:
    """A foreign key that goes, by its column."""
    return tuple(Clause(objects.drop_foreign, (old,), target) for old in olds)


def drop_foreign_to(target: Target, table: Spoken) -> Clause:
    """A foreign key that goes, by the table to which it leads."""
    return Clause(objects.drop_foreign_to, (table,), target)


def drop_foreign_between(one: Spoken, other: Spoken) -> Clause:
    """A foreign key that goes, by its two tables."""
    return drop_foreign_to(Tables((one,)), other)


def from_table_to(one: Spoken, other: Spoken) -> Traits:
    """The two tables of a foreign key."""
    return Trait("table", one), Trait("to", other)


def check(pieces: Traits) -> Clause:
    """A check, of all that was said about it."""
    found = {trait.field: trait.value for trait in pieces}
    if len(found) != len(pieces) or "where" not in found:
        raise Rejected
    return Clause(objects.check, (found["where"], found.get("name")), found.get("place"))


def check_that(condition: Formula, target: Target | None = None) -> Clause:
    """A check without its name."""
    return Clause(objects.check, (condition, None), target)


def check_not(of: Tail, olds: tuple[Column, ...], target: Target | None = None) -> Clauses:
    """A check that forbids something."""
    return make_not(olds, of, *([target] if target else []))


def drop_constraint(name: Spoken, target: Target | None = None) -> Clause:
    """A constraint that goes, by its name."""
    return Clause(objects.drop_constraint, (name,), target)


def drop_check_of(olds: tuple[Column, ...], target: Target | None = None) -> Clauses:
    """A check that goes, by the column that it is about."""
    return tuple(Clause(objects.drop_check_of, (old,), target) for old in olds)


def exclude(pieces: Traits) -> Clause:
    """An exclusion constraint, of all that was said about it."""
    places = [trait.value for trait in pieces if trait.field == "place"]
    if len(places) > 1:
        raise Rejected
    rest = tuple(trait for trait in pieces if trait.field != "place")
    return Clause(objects.exclude, (rest,), places[0] if places else None)


def exclude_target(target: Target | Spoken, pieces: Traits = ()) -> Clause:
    """An exclusion constraint, the table first."""
    of = Tables((target,)) if isinstance(target, Spoken) else target
    return exclude((Trait("place", of), *pieces))


def element(old: Column, sign: str) -> tuple[Column, str]:
    """A column of an exclusion constraint, and how it is compared."""
    return old, sign


def exclude_elements(*elements: tuple[Column, str]) -> Traits:
    """Columns of an exclusion constraint."""
    return (Trait("elements", elements),)


# -------------------------------------------------------------------------------------------------------- backfills


def setting(old: Column, *rest: Any) -> Traits:
    """A value for a column: with its table before, or without."""
    *target, value = rest
    return Trait("set", (old, value)), *(Trait("place", one) for one in target)


def filled_last(old: Column, value: Any, target: Target) -> Traits:
    """A value for a column, the table last."""
    return setting(old, target, value)


def filled_nulls(old: Column, *rest: Any) -> Traits:
    """A value for a column where it has none."""
    return *setting(old, *rest), Trait("where", Formula((old, " IS NULL")))


def filled_nulls_last(old: Column, value: Any, target: Target) -> Traits:
    """A value for a column where it has none, the table last."""
    return filled_nulls(old, target, value)


def copy(old: Column, to: Column, target: Target | None = None) -> Traits:
    """The values of one column for another."""
    return Trait("set", (to, old)), *([Trait("place", target)] if target else [])


def copy_place(old: Column, target: Target, to: Column) -> Traits:
    """The values of one column for another, the table between."""
    return copy(old, to, target)


def copy_rows(old: Column, to: Column, *rest: Any) -> Traits:
    """The values of one column for another, in some rows."""
    rows_ = next(one for one in rest if isinstance(one, tuple))
    return *copy(old, to, next((one for one in rest if isinstance(one, Target)), None)), *rows_


def settings_of(of: Traits, target: Target) -> Traits:
    """A value, and the table behind it."""
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
    """New values for rows that are there."""
    return backfill_in(traits, None)


def backfill_in(traits: Traits, batch: int | None) -> Clause:
    """New values for rows that are there, so many at once."""
    places = {trait.value for trait in traits if trait.field == "place"}
    wheres = [trait.value for trait in traits if trait.field == "where"]
    sets = tuple(trait.value for trait in traits if trait.field == "set")
    if len(places) > 1 or len(wheres) > 1 or (batch is not None and not isinstance(batch, int)):
        raise Rejected
    where = wheres[0] if wheres else None
    return Clause(doing.backfill, (sets, where, batch), next(iter(places), None))


def piece(field: str) -> Callable[..., Traits]:
    """Make the function of one thing that is said of an index or a constraint."""

    def build(*values: Any) -> Traits:
        return (Trait(field, values[0] if values else True),)

    return build


def _constant(value: Any) -> Callable[..., Any]:
    return lambda *_: value


def constants(values: Iterable[tuple[str, Any]]) -> dict[str, Callable[..., Any]]:
    """Return functions of nothing that give *values*."""
    return {name: _constant(value) for name, value in values}


PIECES: Final = {
    "on_piece": "parts",
    "place_piece": "place",
    "called_piece": "name",
    "using_piece": "using",
    "where_piece": "where",
    "concurrent_piece": "concurrently",
    "including_piece": "include",
    "nulls_piece": "nulls",
    "together_piece": "together",
    "apart_piece": "apart",
    "nocase_piece": "nocase",
    "descending_piece": "descending",
    "trigram_piece": "trigram",
    "unique_piece": "unique",
    "locking_piece": "locking",
    "from_old": "source",
    "at_table": "table",
    "to_table": "to",
    "check_place": "place",
    "check_condition": "where",
    "check_called": "name",
    "exclude_place": "place",
    "exclude_same": "same",
    "exclude_range": "range",
}
