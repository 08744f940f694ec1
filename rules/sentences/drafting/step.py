"""A step of a careful deployment: what becomes a migration of its own, unless it goes along with its neighbour."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from posixpath import commonprefix

from rules.elixir.syntax import Syntax
from rules.rewrite.batches import Batches


class CannotDraftError(Exception):
    """What is asked for cannot be done safely, or not at all; the message is a sentence in Markdown that says why."""


class AlreadyDoneError(CannotDraftError):
    """What is asked for is so already."""


class Stage(IntEnum):
    """When a step comes, among those of intents that are carried out side by side."""

    SCHEMA = 0  # takes an instant: tables, columns, constraints that read no row
    INDEX = 1  # built while others go on
    ROWS = 2  # written in batches
    VALIDATE = 3  # old rows are looked through, while others go on
    DEMAND = 4  # new rows have to have a value
    REQUIRE = 5  # all have to


@dataclass(frozen=True, slots=True)
class Step:
    """What one migration does; without *down* Ecto takes it back, or what was there before tells how."""

    name: str  # of the file
    does: str  # to complete "This migration …"
    up: tuple[Syntax, ...] = ()
    down: tuple[Syntax, ...] | None = None
    stage: Stage = Stage.SCHEMA
    batches: Batches | None = None  # instead of *up* and *down*
    allows: tuple[tuple[str, str], ...] = ()  # rules that have to speak of what was asked for, each with why it stays
    one_way: str | None = None  # why there is no way back
    notes: tuple[str, ...] = ()
    later: bool = False  # code has to be released first that keeps to it
    alone: bool = False  # is a migration of its own whatever comes next

    @property
    def is_apart(self) -> bool:
        """Tell whether it cannot run inside of a transaction, or must not."""
        return self.stage is Stage.INDEX or self.batches is not None

    def goes_along(self, other: "Step") -> bool:
        """Tell whether *other* may follow in the same transaction without keeping anybody waiting for long."""
        kept_apart = any(one.is_apart or one.alone or one.one_way or one.allows for one in (self, other))
        return not kept_apart and self.stage is other.stage and (self.down is None) == (other.down is None)


def together(steps: Sequence[Step]) -> Step:
    """Return *steps* in one; the way down begins with the last."""
    first, downs = steps[0], [step.down for step in reversed(steps) if step.down is not None]
    return replace(
        first,
        name=_name([step.name for step in steps]),
        does=_said([step.does for step in steps]),
        up=tuple(one for step in steps for one in step.up),
        down=tuple(one for down in downs for one in down) if downs else None,
        notes=tuple(dict.fromkeys(note for step in steps for note in step.notes)),
    )


def joined(words: Iterable[str], shown: int = 3) -> str:
    """Return the words of a file's name: `a`, `a_and_b`, `a_b_and_c`, `a_and_3_more`."""
    *first, last = words
    if len(first) >= shown:
        return f"{first[0]}_and_{len(first)}_more"
    return f"{'_'.join(first)}_and_{last}" if first else last


def listing(phrases: Iterable[str]) -> str:
    """Return phrases for a sentence: `a`, `a and b`, `a, b and c`."""
    *first, last = phrases
    return f"{', '.join(first)} and {last}" if first else last


def _name(names: Sequence[str]) -> str:
    """Return the name of a file that stands for several: `add_x_to_3_tables`, where they differ in the table alone."""
    first = names[0]
    begun = next((first[: first.rindex(word) + len(word)] for word in ("_to_", "_from_", "_on_") if word in first), "")
    alike = len(names) > 1 and begun and all(name.startswith(begun) for name in names)
    return f"{begun}{len(names)}_tables" if alike else joined(names, shown=2)


def _said(phrases: Sequence[str]) -> str:
    """Return what several files do in one phrase, with what all begin with said once."""
    begun = commonprefix(phrases).rpartition("`")[0] if len(phrases) > 1 else ""
    if begun.count("`") % 2:  # a name that only begins alike
        begun = begun.rpartition("`")[0]
    return begun + listing(phrase[len(begun) :] for phrase in phrases)
