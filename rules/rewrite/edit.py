"""Changes to a text as data: what to replace, how much to trust it, what to deploy afterwards."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from rules.source import SourceFile, Span


class Safety(Enum):
    """How much a rewrite asks of the person who takes it."""

    SAFE = "safe"  # same meaning without the hazard: proven
    REVIEW = "review"  # probably meant; a person must say so


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace what *span* covers by *text*; an empty span inserts."""

    span: Span
    text: str

    def collides(self, other: "Edit") -> bool:
        """Tell whether only one of two edits can be made; statements taken away share the blank line between them."""
        shared = min(self.span.end, other.span.end) - max(self.span.start, other.span.start)
        return self.span.overlaps(other.span) and not (shared == 1 and self.text == other.text == "")


@dataclass(frozen=True, slots=True)
class NewMigration:
    """A migration file to deploy after this one; *name* is snake_case, without version and extension."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One way to have the migration without the hazard."""

    title: str
    safety: Safety
    edits: tuple[Edit, ...]
    follow_ups: tuple[NewMigration, ...] = ()  # migrations to deploy afterwards, in order

    def __post_init__(self) -> None:
        object.__setattr__(self, "edits", tuple(sorted(self.edits)))
        for before, after in pairwise(self.edits):
            if before.span.overlaps(after.span):
                raise ValueError(f"edits overlap: {before.span} and {after.span}")


def apply(edits: Iterable[Edit], source: SourceFile) -> SourceFile:
    """Return *source* with *edits* made and every other byte left alone; ValueError when they overlap.

    Of the blank lines around statements that are taken away side by side, no more stay than around one.
    """
    text, position, last = "", 0, Edit(Span(0, 0), "")
    for edit in sorted(edits):
        if edit.span.start < last.span.end and edit.collides(last):
            raise ValueError(f"edits overlap at {edit.span}")
        text += source.text[position : edit.span.start] + edit.text
        position, last = max(position, edit.span.end), edit
        if edit.text == "" and text.endswith(("\n\n", " do\n")):
            position += source.text.startswith("\n", position)
            is_last = source.text[position:].lstrip(" ").startswith("end\n")
            text = text[:-1] if is_last and text.endswith("\n\n") else text
    return SourceFile(source.path, text + source.text[position:])
