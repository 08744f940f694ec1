"""What the grammar's words about a column come to: traits that it has or gets, types, values."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final, TypeAlias

from rules.ecto.types import ArrayType, NamedType
from rules.sentences.conditions import Tail, between, is_sql, number, raw
from rules.sentences.grammar import Rejected
from rules.sentences.intent import Action, Empty, Meaning, Sql, Value, WantedType
from rules.sentences.said import Column, Formula, Spoken
from rules.sentences.types import Kind


@dataclass(frozen=True, slots=True)
class Trait:
    """One thing that a column is, or has."""

    field: str
    value: Any
    shared: bool = False  # said of the last of several columns, it may be about all of them


@dataclass(frozen=True, slots=True)
class Sized:
    """A type with its measures."""

    type: WantedType
    firm: bool = True
    plural: bool = False
    length: int | None = None
    precision: int | None = None
    scale: int | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """Where a reference leads."""

    table: Spoken
    column: Spoken | None = None


KEYS: Final = frozenset(
    map(NamedType, ("integer", "bigint", "uuid", "binary_id", "string", "id", "text", "citext"))
) | {Meaning.KEY}


# What an element of a list is, of which no convention of a project tells.
WITHIN: Final = {
    Meaning.MONEY: "integer",
    Meaning.EMAIL: "string",
    Meaning.MOMENT: "utc_datetime_usec",
    Meaning.KEY: "binary_id",
}


Traits: TypeAlias = tuple[Trait, ...]


Said: TypeAlias = Trait | Traits


def flat(parts: Iterable[Said]) -> Traits:
    """Return traits one after the other."""
    return tuple(trait for part in parts for trait in ([part] if isinstance(part, Trait) else part))


def several(*parts: Said) -> Traits:
    """Several traits."""
    return flat(parts)


def inner(*parts: Said) -> Traits:
    """Read traits in brackets: of this column alone."""
    return tuple(replace(trait, shared=False) for trait in flat(parts))


def nothing() -> Traits:
    """Words that add nothing."""
    return ()


def typed(kind: Sized) -> Trait:
    """Read a type."""
    return Trait("type", kind, shared=True)


def typed_here(kind: Sized) -> Trait:
    """Read a type in brackets: of this column alone."""
    return Trait("type", kind)


def typed_and(traits: Traits, kind: Sized) -> Traits:
    """Read a type with adjectives before it: "as a required string"."""
    return *traits, typed(kind)


def typed_firm(kind: Sized) -> Trait:
    """Read a type after a comma, where a word that may be a name would be the next column."""
    if not kind.firm:
        raise Rejected
    return typed_here(kind)


def typed_by_name(name: Spoken) -> Trait:
    """Read a type that only its name tells of."""
    return Trait("type", Sized(NamedType(name.identifier)))


def unique_within(names: tuple[Spoken, ...]) -> Trait:
    """Read unique among the rows that are equal in other columns."""
    return Trait("unique_within", names)


def default_trait(value: Value) -> Trait:
    """Read a default."""
    return Trait("default", value)


def refers(table: Spoken) -> Trait:
    """Read a reference."""
    return Trait("references", Target(table))


def refers_column(table: Spoken, name: Spoken) -> Trait:
    """Read a reference to a column."""
    return Trait("references", Target(table, None if name.identifier == "id" else name))


def refers_with(reference: Trait, action: Action) -> Traits:
    """Read a reference, and what happens when the row that is referred to goes."""
    return reference, on_delete(action)


def refers_dotted(to: Column) -> Trait:
    """Read a reference to `users.id`."""
    if to.table is None or to.name is None:
        raise Rejected
    return refers_column(to.table, to.name)


def on_delete(action: Action) -> Trait:
    """Read what happens when the row that is referred to goes."""
    return Trait("on_delete", action)


def limited(count: Decimal | int) -> Trait:
    """At most so many characters."""
    if not isinstance(count, int) or count < 1:
        raise Rejected
    return Trait("length", count)


def scaled(count: int) -> Trait:
    """So many decimals."""
    return Trait("scale", count)


def precise(precision: int, scale: int | None = None) -> Traits:
    """Read a precision, and perhaps a scale."""
    return (Trait("precision", precision), *([] if scale is None else [Trait("scale", scale)]))


def one_of(values: tuple[str, ...]) -> Trait:
    """Read a list of values, the only ones; one value would leave no choice."""
    if len(set(values)) < 2:  # noqa: PLR2004 - see above
        raise Rejected
    return Trait("values", values)


def one_of_open(values: tuple[str, ...]) -> Trait:
    """Read a list of values that no bracket ends."""
    return replace(one_of(values), shared=True)


def one_of_words(values: tuple[str, ...]) -> Trait:
    """Read a list of values in brackets, where numbers would be measures."""
    if all(value.isdigit() for value in values):
        raise Rejected
    return one_of(values)


def checked(of: Tail) -> Trait:
    """Read a comparison that holds for every row; lists of values and NULL are more than that."""
    if of[0] in {"IN", "IS NULL", "IS NOT NULL"}:
        raise Rejected
    return Trait("check", of)


def checked_tail(operator: str, right: Formula) -> Trait:
    """Read a comparison that holds for every row."""
    return checked((operator, right))


def checked_between(low: Formula, high: Formula) -> Trait:
    """Read a range in which every row is."""
    return checked(between(low, high))


def checked_range(low: int, high: int) -> Trait:
    """Read a range in which every row is: "1 to 5"."""
    return checked_between(number(low), number(high))


def checked_by(text: str) -> Trait:
    """Read a condition in SQL that holds for every row."""
    return Trait("check_sql", str(raw(text).parts[0]))


def native_values(values: tuple[str, ...]) -> Traits:
    """Read a list of values, the only ones, as a type of PostgreSQL's."""
    return one_of(values), Trait("native", value=True)


def first_type(kind: Sized, _instead_of: Sized) -> Trait:
    """Read a type, and the one that it replaces."""
    return typed(kind)


def typed_limited(kind: Sized, trait: Said) -> Traits:
    """Read a type and its measure."""
    return flat([Trait("type", kind), trait])


def keyed(kind: Sized) -> Trait:
    """Read a type of the primary key."""
    return Trait("key_type", kind)


def keyed_by_type(name: Spoken) -> Trait:
    """Read a type of the primary key that only its name tells of."""
    return keyed(Sized(NamedType(name.identifier)))


def keyed_by(names: tuple[Spoken, ...]) -> Trait:
    """Columns of the primary key."""
    return Trait("keyed_by", names)


def unique_part(names: tuple[Spoken, ...]) -> Trait:
    """Columns of a new table that are unique together."""
    return Trait("unique_on", names)


def plain_kind(kind: Kind) -> Sized:
    """Read a type as it is."""
    return Sized(kind.type, kind.firm, kind.plural)


def sized_kind(kind: Kind, size: int, scale: int | None = None) -> Sized:
    """Read a type with its length, or with its precision and scale."""
    exact = kind.type == NamedType("decimal")
    if exact or scale is not None:
        return Sized(kind.type, precision=size, scale=scale)
    return Sized(kind.type, length=size)


def list_kind(kind: Sized | Kind) -> Sized:
    """Read a list of a type."""
    return Sized(ArrayType(NamedType(WITHIN[kind.type]) if isinstance(kind.type, Meaning) else kind.type))


def list_named(name: Spoken) -> Sized:
    """Read a list of a type that only its name tells of."""
    return Sized(ArrayType(NamedType(name.identifier)))


def values_list(*values: str) -> tuple[str, ...]:
    """Values of text."""
    return values


def number_value(of: Decimal | int) -> str:
    """Read a number as one of several values."""
    return str(of)


def sql_value(text: str) -> Sql:
    """Read SQL as a value."""
    if not is_sql("SELECT ({})", text):
        raise Rejected
    return Sql(text)


def word(spoken: Spoken) -> str:
    """Read a word that stands for text."""
    return spoken.text


VALUES: Final[dict[str, Value]] = {
    "true": True,
    "false": False,
    "null": Empty.NULL,
    "now": Sql("now()"),
    "random_uuid": Sql("gen_random_uuid()"),
    "empty_list": Empty.LIST,
    "empty_map": Empty.MAP,
    "empty_string": "",
}


TRAITS: Final[dict[str, Trait]] = {
    "required": Trait("null", value=False),
    "optional": Trait("null", value=True),
    "unique_trait": Trait("unique", value=True),
    "unique_together": Trait("unique_together", value=True),
    "unique_nocase": Trait("unique_nocase", value=True),
    "indexed": Trait("indexed", value=True),
    "native": Trait("native", value=True),
    "key": Trait("key", value=True),
    "whole_number": Trait("type", Sized(NamedType("integer"))),
    "stamped": Trait("stamped", value=True),
    "unstamped": Trait("stamped", value=False),
    "unkeyed": Trait("keyed", value=False),
    "unique_all": Trait("unique_all", value=True),
}


ACTIONS: Final[dict[str, Action]] = {
    "delete_all": "delete_all",
    "nilify_all": "nilify_all",
    "restrict": "restrict",
    "no_action": "nothing",
}


def traits_of(field: str, traits: Traits) -> Iterator[Any]:
    """Yield the values of one field."""
    yield from (trait.value for trait in traits if trait.field == field)
