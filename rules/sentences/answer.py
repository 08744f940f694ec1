"""What a person hears back: what was understood, or what stands between them and that."""

from dataclasses import dataclass
from typing import TypeAlias

from rules.sentences.intent import Intent


@dataclass(frozen=True, slots=True)
class Understood:
    """The sentence has one meaning; *restated* says it in the plainest words, *notes* what was taken for granted."""

    intents: tuple[Intent, ...]
    restated: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """One of several meanings."""

    intents: tuple[Intent, ...]
    restated: str


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The sentence has several meanings; each *restated* has one, and can be said instead."""

    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """The sentence cannot be read: which of its words were, which not, and the nearest sentence that can."""

    understood: tuple[str, ...]
    strange: tuple[str, ...]
    nearest: str


@dataclass(frozen=True, slots=True)
class UnknownName:
    """The sentence names a table, a column, an index or a constraint that is not there."""

    kind: str  # table, column, index, constraint
    name: str
    nearest: tuple[str, ...]  # what is there, the most alike first
    table: str | None = None  # the one that has no such column, index or constraint


Answer: TypeAlias = Understood | Ambiguous | NotUnderstood | UnknownName
