"""What the grammar's clauses about indexes, keys and constraints come to."""

from collections.abc import Callable
from typing import Any, Final

from rules.sentences import doing, objects
from rules.sentences.grammar import Rejected
from rules.sentences.intent import Action
from rules.sentences.said import Clause, Clauses, Column, Formula, Spoken, Tables, Target
from rules.sentences.traits import Trait, Traits, flat


def index(*pieces: Traits) -> Clause:
    """Read an index, of all that was said about it."""
    traits = flat(pieces)
    places = [trait.value for trait in traits if trait.field == "place"]
    if len(places) > 1:
        raise Rejected
    return Clause(objects.index, (tuple(one for one in traits if one.field != "place"),), places[0] if places else None)


def indexes(*pieces: Traits) -> Clause:
    """Several indexes, one for each column."""
    return index(*pieces, (Trait("apart", value=True),))


def unique_index(pieces: Traits) -> Clause:
    """Read a unique index."""
    return index(pieces, (Trait("unique", value=True),))


def index_table(target: Target, parts: tuple[Any, ...]) -> Traits:
    """Read an index, the table first."""
    return Trait("place", target), Trait("parts", parts)


def index_olds(olds: tuple[Column, ...], target: Target | None = None) -> Traits:
    """Read an index, the columns first."""
    parts = Trait("parts", olds)
    return (parts,) if target is None else (Trait("place", target), parts)


def both_piece(table: Spoken, parts: tuple[Any, ...]) -> Traits:
    """Read the table of an index with its columns."""
    return index_table(Tables((table,)), parts)


def unique_on(parts: tuple[Any, ...], target: Target | None = None) -> Clause:
    """Columns that are unique together."""
    return Clause(objects.unique, (parts,), target)


def unique_pair(first: Column, second: Column, target: Target | None = None) -> Clause:
    """Two columns, of which nobody said whether each is unique, or the pair."""
    return unique_on((first, second), target)


def unique_where(parts: tuple[Any, ...], *rest: Any) -> Clause:
    """Read columns that are unique together among some rows, perhaps with their table."""
    *place, condition = rest
    where = (Trait("parts", parts), Trait("unique", value=True), Trait("where", condition))
    return index((*(Trait("place", target) for target in place), *where))


def unique_of(table: Spoken, parts: tuple[Any, ...]) -> Clause:
    """Columns that no two rows of a table have in common."""
    return unique_on(parts, Tables((table,)))


def descending(old: Column) -> Formula:
    """Read a column of an index, the greatest first."""
    return Formula((old, " DESC"))


def with_opclass(old: Column, name: Spoken) -> Formula:
    """Read a column of an index, with its operator class."""
    if not name.identifier.endswith("_ops"):
        raise Rejected
    return Formula((old, f" {name.identifier}"))


def lower(old: Column) -> Formula:
    """Read a column of an index, in small letters."""
    return Formula(("lower(", old, ")"))


def upper(old: Column) -> Formula:
    """Read a column of an index, in capital letters."""
    return Formula(("upper(", old, ")"))


def drop_index(parts: tuple[Any, ...], target: Target | None = None) -> Clause:
    """Read an index that goes, by its columns."""
    return Clause(objects.drop_index, (parts,), target)


def drop_unique(parts: tuple[Any, ...], target: Target | None = None) -> Clause:
    """Read a unique index that goes, by its columns."""
    return Clause(objects.drop_index, (parts, True), target)


def drop_index_named(name: Spoken, target: Target | None = None) -> Clause:
    """Read an index that goes, by its name, or by its only column."""
    return Clause(objects.drop_index_named, (name,), target)


def foreign(pieces: Traits) -> Clause:
    """Read a foreign key, of all that was said about it."""
    found = {trait.field: trait.value for trait in pieces}
    if len(found) != len(pieces):
        raise Rejected
    return objects.foreign_clause(found)


def foreign_new(name: Spoken, target: Target, action: Action | None = None) -> Clause:
    """Read a foreign key by the name of its column, which tells where it leads."""
    if not name.identifier.endswith("_id"):
        raise Rejected
    return Clause(doing.refer_by_name, (name, action), target)


def drop_foreign(olds: tuple[Column, ...], target: Target | None = None) -> Clauses:
    """Read a foreign key that goes, by its column."""
    return tuple(Clause(objects.drop_foreign, (old,), target) for old in olds)


def drop_foreign_to(target: Target, table: Spoken) -> Clause:
    """Read a foreign key that goes, by the table to which it leads."""
    return Clause(objects.drop_foreign_to, (table,), target)


def drop_foreign_between(one: Spoken, other: Spoken) -> Clause:
    """Read a foreign key that goes, by its two tables."""
    return drop_foreign_to(Tables((one,)), other)


def from_table_to(one: Spoken, other: Spoken) -> Traits:
    """Read the two tables of a foreign key."""
    return Trait("table", one), Trait("to", other)


def check(pieces: Traits) -> Clause:
    """Read a check, of all that was said about it."""
    found = {trait.field: trait.value for trait in pieces}
    if len(found) != len(pieces) or "where" not in found:
        raise Rejected
    return Clause(objects.check, (found["where"], found.get("name")), found.get("place"))


def check_that(condition: Formula, target: Target | None = None) -> Clause:
    """Read a check without its name."""
    return Clause(objects.check, (condition, None), target)


def drop_constraint(name: Spoken, target: Target | None = None) -> Clause:
    """Read a constraint that goes, by its name."""
    return Clause(objects.drop_constraint, (name,), target)


def drop_check_of(olds: tuple[Column, ...], target: Target | None = None) -> Clauses:
    """Read a check that goes, by the column that it is about."""
    return tuple(Clause(objects.drop_check_of, (old,), target) for old in olds)


def exclude(pieces: Traits) -> Clause:
    """Read an exclusion constraint, of all that was said about it."""
    places = [trait.value for trait in pieces if trait.field == "place"]
    if len(places) > 1:
        raise Rejected
    rest = tuple(trait for trait in pieces if trait.field != "place")
    return Clause(objects.exclude, (rest,), places[0] if places else None)


def exclude_target(target: Target | Spoken, pieces: Traits = ()) -> Clause:
    """Read an exclusion constraint, the table first."""
    of = Tables((target,)) if isinstance(target, Spoken) else target
    return exclude((Trait("place", of), *pieces))


def element(old: Column, sign: str) -> tuple[Column, str]:
    """Read a column of an exclusion constraint, and how it is compared."""
    return old, sign


def exclude_elements(*elements: tuple[Column, str]) -> Traits:
    """Columns of an exclusion constraint."""
    return (Trait("elements", elements),)


def piece(field: str) -> Callable[..., Traits]:
    """Make the function of one thing that is said of an index or a constraint."""

    def build(*values: Any) -> Traits:
        return (Trait(field, values[0] if values else True),)

    return build


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
    "exclude_same": "same",
    "exclude_range": "range",
}
