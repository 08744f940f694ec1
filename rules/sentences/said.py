"""What words say before anybody knows what is there: names as spoken, and what is to be made of them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, TypeAlias

CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
ACRONYM: Final = re.compile(r"[A-Z]{2,}s")  # SKUs
APART: Final = re.compile(r"[\s\-]+")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A name, or a word that stands for a value, as it was spoken."""

    text: str
    quoted: bool = False

    @property
    def identifier(self) -> str:
        """The name in snake case, as new tables and columns get it; a quoted one as it stands."""
        if self.quoted:
            return self.text
        text = self.text if ACRONYM.fullmatch(self.text) else CAMEL.sub("_", self.text)
        return APART.sub("_", text).lower()


IT: Final = Spoken("it")


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is to be there; without a name "it"."""

    name: Spoken | None
    table: "Spoken | None" = None


@dataclass(frozen=True, slots=True)
class Tables:
    """Tables by their names; *each* says that every clause is about all of them."""

    names: tuple[Spoken, ...]
    each: bool | None = None  # False: respectively


@dataclass(frozen=True, slots=True)
class Every:
    """All tables, but for some, that have a column, or have not."""

    but: tuple[Spoken, ...] = ()
    having: tuple[Spoken, ...] = ()
    lacking: tuple[Spoken, ...] = ()


class Same(Enum):
    """The type of `SAME`."""

    SAME = "it"


SAME: Final = Same.SAME  # the table that was spoken of before
Target: TypeAlias = Tables | Every | Same


def split_place(said: tuple[Any, ...]) -> tuple[Any, Target | None]:
    """Return the one thing that was *said* and, from before or behind it, the tables of which it was, if any."""
    (thing,) = (one for one in said if not isinstance(one, Target))
    return thing, next((one for one in said if isinstance(one, Target)), None)


@dataclass(frozen=True, slots=True)
class Formula:
    """SQL in which columns stand as they were spoken."""

    parts: tuple[str | Column, ...]
    loose: bool = False  # an OR, which stands in brackets where it meets an AND
    raw: bool = False  # written as SQL

    def __add__(self, other: "Formula | str") -> "Formula":
        return Formula((*self.parts, *(other.parts if isinstance(other, Formula) else (other,))))


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing to be done: *make* does it with what was said, for a table if it is *placed*."""

    make: Callable[..., Any]
    said: tuple[Any, ...]
    target: Target | None = None
    placed: bool = True


Clauses: TypeAlias = tuple[Clause, ...]
