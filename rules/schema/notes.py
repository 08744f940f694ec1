"""What a replay remarks beside the schema that it yields: clashes, doubts, losses, and what rows would make fail."""

from dataclasses import dataclass
from enum import Enum

from rules.sql.names import Name


class Remark(Enum):
    """What sort of thing a note says."""

    CLASH = "clash"  # PostgreSQL raises, as far as we know the schema
    DOUBT = "doubt"  # something happens that the schema does not model, or may not happen
    VAGUE = "vague"  # an attribute changes that the schema does not model
    LOSS = "loss"  # rows or their values are gone
    REWRITE = "rewrite"  # rows are changed in place
    ROWS = "rows"  # raises when the table holds rows, or certain rows


class Clash(Enum):
    """Why PostgreSQL raises."""

    MISSING = "missing"  # what is named is not there
    TAKEN = "taken"  # what is made is there already
    IN_USE = "in use"  # something depends on what is dropped
    CAST = "cast"  # a type does not become the other by itself
    SEVERAL = "several"  # statements in one string
    SYNTAX = "syntax"  # it is no SQL that PostgreSQL knows


@dataclass(frozen=True, slots=True)
class Note:
    """One remark, as a sentence without its full stop."""

    remark: Remark
    text: str
    table: Name | None = None
    clash: Clash | None = None  # of a CLASH


@dataclass(frozen=True, slots=True)
class Assumption:
    """Something that must have been there before, of which no migration told."""

    table: Name
    column: str | None = None
    index: str | None = None
    constraint: str | None = None
