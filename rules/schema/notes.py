"""What a replay remarks beside the schema that it yields: clashes, doubts, losses, and what rows would make fail."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from rules.schema.model import Column, Constraint, Index, ThingKey
from rules.sql.names import Name


class Remark(Enum):
    """What sort of thing a note says."""

    CLASH = "clash"  # PostgreSQL raises, as far as we know the schema
    DOUBT = "doubt"  # something happens that the schema does not model, or may not happen
    VAGUE = "vague"  # an attribute changes that the schema does not model
    LOSS = "loss"  # rows or their values are gone
    REWRITE = "rewrite"  # rows are changed in place
    EMPTIED = "emptied"  # all rows of a table that stays are gone
    ROWS = "rows"  # raises when the table holds rows, or certain rows


class Clash(Enum):
    """Why PostgreSQL raises."""

    MISSING = "missing"  # what is named is not there
    TAKEN = "taken"  # what is made is there already
    IN_USE = "in use"  # something depends on what is dropped
    SEEN = "seen"  # a view shows, or a policy names, what is dropped
    CAST = "cast"  # a type does not become the other by itself
    SEVERAL = "several"  # statements in one string
    SYNTAX = "syntax"  # it is no SQL that PostgreSQL knows
    PARTITIONED = "partitioned"  # CONCURRENTLY cannot work on all partitions of a table
    REFUSED = "refused"  # PostgreSQL never does this


@dataclass(frozen=True, slots=True)
class Restriction:
    """What rows may refuse, when only those that came after the migration can."""

    part: Column | Index | Constraint
    refused: str  # the rows or values, by the time of a rollback

    def held_in(self, parts: Iterable[Column | Index | Constraint]) -> bool:
        """Tell whether one of *parts* refuses the same."""
        if not isinstance(self.part, Column):
            return any(part.name == self.part.name for part in parts if not isinstance(part, Column))
        same = (
            one for one in parts if isinstance(one, Column) and (one.name, one.type) == (self.part.name, self.part.type)
        )
        return any(self.part.null is not False or one.null is False for one in same)


@dataclass(frozen=True, slots=True)
class Note:
    """One remark, as a sentence without its full stop."""

    remark: Remark
    text: str
    table: Name | None = None
    clash: Clash | None = None  # of a CLASH
    restriction: Restriction | None = None  # of ROWS


@dataclass(frozen=True, slots=True)
class Assumption:
    """Something that must have been there before, of which no migration told."""

    table: Name | None
    column: str | None = None
    index: str | None = None
    constraint: str | None = None
    thing: ThingKey | None = None
