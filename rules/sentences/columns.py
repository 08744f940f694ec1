"""What the grammar's words about columns come to: names, and traits that a column has or gets."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final, TypeAlias

from rules.ecto.types import ArrayType, NamedType
from rules.sentences.conditions import Tail, between, number
from rules.sentences.grammar import Rejected
from rules.sentences.intent import Action, Empty, Meaning, Sql, Value, WantedType
from rules.sentences.names import singular
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


@dataclass(frozen=True, slots=True)
class NewColumn:
    """A column to be made; one that only refers takes its name from where it refers to."""

    name: Spoken | None
    traits: tuple[Trait, ...] = ()


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


def column(*parts: NewColumn | Said) -> NewColumn:
    """A noun with its adjectives before it and its details behind."""
    noun = next(part for part in parts if isinstance(part, NewColumn))
    traits = flat([noun.traits, *(part for part in parts if not isinstance(part, NewColumn))])
    fields = [trait.field for trait in traits if trait.field != "check"]
    if len(set(fields)) < len(fields) or not _can_refer(traits):
        raise Rejected
    return replace(noun, traits=traits)


def _can_refer(traits: Traits) -> bool:
    """Tell whether a column with these traits may refer, if it does: a date does not."""
    types = {trait.value.type for trait in traits if trait.field == "type"}
    return types <= KEYS or not any(trait.field == "references" for trait in traits)


def columns(*several: NewColumn) -> tuple[NewColumn, ...]:
    """Columns; a type that is said at the end is that of all which have none."""
    names = [one.name.identifier for one in several if one.name is not None]
    if len(set(names)) < len(names):
        raise Rejected
    if any(_goes_on(one) and not other.traits for one, other in pairwise(several)):
        raise Rejected
    shared = tuple(trait for trait in several[-1].traits if trait.shared and trait.field == "type")
    others = several[:-1]
    if shared and not any(trait.field == "type" for other in others for trait in other.traits):
        return (*(replace(other, traits=(*other.traits, *shared)) for other in others), several[-1])
    return several


def columns_all(*said: NewColumn | Trait) -> tuple[NewColumn, ...]:
    """Columns with a trait that all of them have."""
    several = [one for one in said if isinstance(one, NewColumn)]
    traits = tuple(one for one in said if isinstance(one, Trait))
    return columns(*(column(one, traits) for one in several))


def for_all(trait: Trait) -> Trait:
    """A trait that all columns of a new table have."""
    return Trait("all", trait)


def _goes_on(column: NewColumn) -> bool:
    """Tell whether a column ends with a list of values, of which what follows would be one more."""
    return any(trait.shared and trait.field == "values" for trait in column.traits[-1:])


def several(*parts: Said) -> Traits:
    """Several traits."""
    return flat(parts)


# ------------------------------------------------------------------------------------------------------------ nouns


def noun(name: Spoken) -> NewColumn:
    """A name."""
    return NewColumn(name)


def described_noun(_description: object, name: Spoken) -> NewColumn:
    """A name after words that say what it is for."""
    return NewColumn(name)


def native_noun(name: Spoken) -> NewColumn:
    """A name of an enum of PostgreSQL's own."""
    return NewColumn(name, (Trait("native", value=True),))


def flag(name: Spoken) -> NewColumn:
    """A boolean."""
    return NewColumn(name, (Trait("type", Sized(NamedType("boolean"))),))


def listed(name: Spoken) -> NewColumn:
    """A list of what the name says."""
    return NewColumn(name, (Trait("type", Sized(ArrayType(NamedType("string")))),))


def noun_typed(name: Spoken, kind: Sized) -> NewColumn:
    """A name with a type that cannot be part of it."""
    return NewColumn(name, (Trait("type", kind),))


def typed_after(name: Spoken, kind: Sized) -> NewColumn:
    """A name with a type behind it: "bio text", but not "phone number"."""
    if not kind.firm and "_" not in name.text:
        raise Rejected
    return NewColumn(name, (Trait("type", kind, shared=kind.plural),))


def typed_noun(kind: Sized, name: Spoken) -> NewColumn:
    """A name with its type before it, and a word that says so."""
    return noun_typed(name, kind)


def typed_before(kind: Sized, name: Spoken) -> NewColumn:
    """A name with its type before it: "boolean active"."""
    if not kind.firm and "_" not in name.text:
        raise Rejected
    return noun_typed(name, kind)


def noun_typed_and(name: Spoken, kind: Sized, trait: Trait) -> NewColumn:
    """`name:string:unique`, as generators have it."""
    return NewColumn(name, (Trait("type", kind), trait))


def noun_inner(name: Spoken, traits: Traits) -> NewColumn:
    """A name with its traits in brackets."""
    return NewColumn(name, traits)


def inner(*parts: Said) -> Traits:
    """Traits in brackets."""
    return flat(parts)


def reference_to(table: Spoken) -> NewColumn:
    """A column that refers to a table, and is named after it."""
    return NewColumn(None, (Trait("references", Target(table)),))


def reference_bare(table: Spoken) -> NewColumn:
    """A column that is called as the rows of a table are: one that refers to it, perhaps."""
    if table.quoted or singular(table.identifier) != table.identifier:
        raise Rejected
    return reference_to(table)


def reference_to_itself(name: Spoken) -> NewColumn:
    """`user:references`, as generators have it."""
    return reference_to(name)


def reference_named(name: Spoken, table: Spoken) -> NewColumn:
    """A column that refers to a table, and has a name of its own."""
    return NewColumn(name, (Trait("references", Target(table)),))


# ----------------------------------------------------------------------------------------------------------- traits


def told(of: Said) -> Said:
    """A trait after a comma or an "and"."""
    return of


def nothing() -> Traits:
    """Words that add nothing."""
    return ()


def typed(kind: Sized) -> Trait:
    """A type."""
    return Trait("type", kind, shared=True)


def typed_here(kind: Sized) -> Trait:
    """A type in brackets: of this column alone."""
    return Trait("type", kind)


def typed_firm(kind: Sized) -> Trait:
    """A type after a comma, where a word that may be a name would be the next column."""
    if not kind.firm:
        raise Rejected
    return typed_here(kind)


def typed_by_name(name: Spoken) -> Trait:
    """A type that only its name tells of."""
    return Trait("type", Sized(NamedType(name.identifier)))


def unique_within(names: tuple[Spoken, ...]) -> Trait:
    """Unique among the rows that are equal in other columns."""
    return Trait("unique_within", names)


def default_trait(value: Value) -> Trait:
    """A default."""
    return Trait("default", value)


def refers(table: Spoken) -> Trait:
    """A reference."""
    return Trait("references", Target(table))


def refers_column(table: Spoken, name: Spoken) -> Trait:
    """A reference to a column."""
    return Trait("references", Target(table, None if name.identifier == "id" else name))


def refers_with(reference: Trait, action: Action) -> Traits:
    """A reference, and what happens when the row that is referred to goes."""
    return reference, on_delete(action)


def refers_dotted(to: Column) -> Trait:
    """A reference to `users.id`."""
    if to.table is None or to.name is None:
        raise Rejected
    return refers_column(to.table, to.name)


def on_delete(action: Action) -> Trait:
    """What happens when the row that is referred to goes."""
    return Trait("on_delete", action)


def limited(count: int) -> Trait:
    """At most so many characters."""
    if not isinstance(count, int) or count < 1:
        raise Rejected
    return Trait("length", count)


def scaled(count: int) -> Trait:
    """So many decimals."""
    return Trait("scale", count)


def precise(precision: int, scale: int | None = None) -> Traits:
    """A precision, and perhaps a scale."""
    return (Trait("precision", precision), *([] if scale is None else [Trait("scale", scale)]))


def one_of(values: tuple[str, ...]) -> Trait:
    """A list of values, the only ones; one value would leave no choice."""
    if len(set(values)) < 2:  # noqa: PLR2004 - see above
        raise Rejected
    return Trait("values", values)


def one_of_open(values: tuple[str, ...]) -> Trait:
    """A list of values that no bracket ends."""
    return replace(one_of(values), shared=True)


def one_of_words(values: tuple[str, ...]) -> Trait:
    """A list of values in brackets, where numbers would be measures."""
    if all(value.isdigit() for value in values):
        raise Rejected
    return one_of(values)


def checked(of: Tail) -> Trait:
    """A comparison that holds for every row; lists of values and NULL are more than that."""
    if of[0] in {"IN", "IS NULL", "IS NOT NULL"}:
        raise Rejected
    return Trait("check", of)


def checked_tail(operator: str, right: Formula) -> Trait:
    """A comparison that holds for every row."""
    return checked((operator, right))


def checked_between(low: Formula, high: Formula) -> Trait:
    """A range in which every row is."""
    return checked(between(low, high))


def checked_range(low: int, high: int) -> Trait:
    """A range in which every row is: "1 to 5"."""
    return checked_between(number(low), number(high))


def checked_by(text: str) -> Trait:
    """A condition in SQL that holds for every row."""
    return Trait("check_sql", text)


def native_values(values: tuple[str, ...]) -> Traits:
    """A list of values, the only ones, as a type of PostgreSQL's."""
    return one_of(values), Trait("native", value=True)


def one_trait(trait: Trait) -> Traits:
    """A trait by itself."""
    return (trait,)


def typed_traits(kind: Sized) -> Traits:
    """A type by itself."""
    return (Trait("type", kind),)


def first_type(kind: Sized, _instead_of: Sized) -> Trait:
    """A type, and the one that it replaces."""
    return typed(kind)


def typed_instead(kind: Sized, _instead_of: Sized) -> Traits:
    """A type by itself, and the one that it replaces."""
    return typed_traits(kind)


def typed_limited(kind: Sized, trait: Said) -> Traits:
    """A type and its measure."""
    return flat([Trait("type", kind), trait])


def length_trait(count: int) -> Traits:
    """A length by itself."""
    return (limited(count),)


def values_trait(values: tuple[str, ...]) -> Traits:
    """Values by themselves."""
    return (one_of(values),)


def check_trait(of: Tail) -> Traits:
    """A comparison by itself."""
    return (checked(of),)


def keyed(kind: Sized) -> Trait:
    """A type of the primary key."""
    return Trait("key_type", kind)


def keyed_by(names: tuple[Spoken, ...]) -> Trait:
    """Columns of the primary key."""
    return Trait("keyed_by", names)


def unique_part(names: tuple[Spoken, ...]) -> Trait:
    """Columns of a new table that are unique together."""
    return Trait("unique_on", names)


# ------------------------------------------------------------------------------------------------- types and values


def plain_kind(kind: Kind) -> Sized:
    """A type as it is."""
    return Sized(kind.type, kind.firm, kind.plural)


def sized_kind(kind: Kind, size: int, scale: int | None = None) -> Sized:
    """A type with its length, or with its precision and scale."""
    exact = kind.type == NamedType("decimal")
    if exact or scale is not None:
        return Sized(kind.type, precision=size, scale=scale)
    return Sized(kind.type, length=size)


def list_kind(kind: Sized | Kind) -> Sized:
    """A list of a type."""
    return Sized(ArrayType(NamedType(WITHIN[kind.type]) if isinstance(kind.type, Meaning) else kind.type))


def values_list(*values: str) -> tuple[str, ...]:
    """Values of text."""
    return values


def word_value(word: Spoken) -> str:
    """A word as a value."""
    return word.text


def number_value(of: Decimal | int) -> str:
    """A number as one of several values."""
    return str(of)


def value(of: Value) -> Value:
    """A value."""
    return of


def literal(of: Value) -> Value:
    """A number, or a text in quotes."""
    return of


def sql_value(text: str) -> Sql:
    """SQL as a value."""
    return Sql(text)


def word(spoken: Spoken) -> str:
    """A word that stands for text."""
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
