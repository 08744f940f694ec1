"""What the grammar's words about new columns come to: names with their traits."""

from dataclasses import dataclass, replace
from itertools import pairwise

from rules.ecto.types import ArrayType, NamedType
from rules.sentences.grammar import Rejected
from rules.sentences.names import singular
from rules.sentences.said import Spoken
from rules.sentences.traits import KEYS, Said, Sized, Target, Trait, Traits, flat


@dataclass(frozen=True, slots=True)
class NewColumn:
    """A column to be made; one that only refers takes its name from where it refers to."""

    name: Spoken | None
    traits: tuple[Trait, ...] = ()


def column(*parts: NewColumn | Said) -> NewColumn:
    """Read a noun with its adjectives before it and its details behind."""
    noun = next(part for part in parts if isinstance(part, NewColumn))
    traits = flat([noun.traits, *(part for part in parts if not isinstance(part, NewColumn))])
    fields = [trait.field for trait in traits if trait.field != "check"]
    if len(set(fields)) < len(fields) or not _can_refer(traits):
        raise Rejected
    return replace(noun, traits=traits)


def column_made(*parts: NewColumn | Said) -> tuple[NewColumn, ...]:
    """Read one new column, which is called so: "a phone column"."""
    return (column(*parts),)


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
    """Read a trait that all columns of a new table have."""
    return Trait("all", trait)


def _goes_on(column: NewColumn) -> bool:
    """Tell whether a column ends with a list of values, of which what follows would be one more."""
    return any(trait.shared and trait.field == "values" for trait in column.traits[-1:])


def noun(name: Spoken) -> NewColumn:
    """Read a name."""
    return NewColumn(name)


def described_noun(_description: object, name: Spoken) -> NewColumn:
    """Read a name after words that say what it is for."""
    return NewColumn(name)


def native_noun(name: Spoken) -> NewColumn:
    """Read a name of an enum of PostgreSQL's own."""
    return NewColumn(name, (Trait("native", value=True),))


def flag(name: Spoken) -> NewColumn:
    """Read a boolean."""
    return NewColumn(name, (Trait("type", Sized(NamedType("boolean"))),))


def listed(name: Spoken) -> NewColumn:
    """Read a list of what the name says."""
    return NewColumn(name, (Trait("type", Sized(ArrayType(NamedType("string")))),))


def noun_typed(name: Spoken, kind: Sized) -> NewColumn:
    """Read a name with a type that cannot be part of it."""
    return NewColumn(name, (Trait("type", kind),))


def typed_after(name: Spoken, kind: Sized) -> NewColumn:
    """Read a name with a type behind it: "bio text", but not "phone number"."""
    if not kind.firm and "_" not in name.text:
        raise Rejected
    return NewColumn(name, (Trait("type", kind, shared=kind.plural),))


def typed_before(kind: Sized, name: Spoken) -> NewColumn:
    """Read a name with its type before it: "boolean active"."""
    if not kind.firm and "_" not in name.text:
        raise Rejected
    return noun_typed(name, kind)


def noun_typed_and(name: Spoken, kind: Sized, trait: Trait) -> NewColumn:
    """`name:string:unique`, as generators have it."""
    return NewColumn(name, (Trait("type", kind), trait))


def noun_inner(name: Spoken, traits: Traits) -> NewColumn:
    """Read a name with its traits in brackets."""
    return NewColumn(name, traits)


def reference_to(table: Spoken) -> NewColumn:
    """Read a column that refers to a table, and is named after it, as in `user:references`."""
    return NewColumn(None, (Trait("references", Target(table)),))


def reference_bare(table: Spoken) -> NewColumn:
    """Read a column that is called as the rows of a table are: one that refers to it, perhaps."""
    if table.quoted or singular(table.identifier) != table.identifier:
        raise Rejected
    return reference_to(table)


def reference_named(name: Spoken, table: Spoken) -> NewColumn:
    """Read a column that refers to a table, and has a name of its own."""
    return NewColumn(name, (Trait("references", Target(table)),))
