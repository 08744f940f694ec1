"""The keyword options of a call: in their order, with their places, doubled and misspelt ones included."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from rules.ecto.values import Value
from rules.source import Span


@dataclass(frozen=True, slots=True)
class Place:
    """Where a call stands in the migration's own text, so that a rewrite can edit a part of it."""

    span: Span  # the whole call, with its `do` block
    name: Span  # the function's name
    arguments: tuple[Span, ...] = ()  # positional arguments in Ecto's order, a piped one first; no options, no block
    options_at: int | None = None  # where `, key: value` adds an option; None where no such place exists
    shared: bool = False  # in a loop or a helper: an edit here changes other commands, too


@dataclass(frozen=True, slots=True)
class Option:
    """One `key: value`; the spans are None for what was computed, not written (configuration, reversal)."""

    key: str
    value: Value
    key_span: Span | None = field(default=None, compare=False)  # with its colon
    value_span: Span | None = field(default=None, compare=False)

    @property
    def span(self) -> Span | None:
        """The whole option, from its key to the end of its value."""
        if self.key_span is None or self.value_span is None:
            return None
        return Span(self.key_span.start, self.value_span.end)


@dataclass(frozen=True, slots=True)
class Options:
    """A keyword list as Elixir reads it: the first of two equal keys wins."""

    entries: tuple[Option, ...] = ()

    def __iter__(self) -> Iterator[Option]:
        return iter(self.entries)

    def __contains__(self, key: str) -> bool:
        return any(option.key == key for option in self.entries)

    def option(self, key: str) -> Option | None:
        """Return the option that counts for *key*."""
        return next((option for option in self.entries if option.key == key), None)

    def get(self, key: str, default: Value = None) -> Value:
        """Return the value that counts for *key*, or *default* where the key is absent (not where it is nil)."""
        for option in self.entries:
            if option.key == key:
                return option.value
        return default

    def without(self, *keys: str) -> "Options":
        """Return these options without any of *keys*."""
        return Options(tuple(option for option in self.entries if option.key not in keys))

    def unknown(self, known: frozenset[str]) -> tuple[Option, ...]:
        """Return the options that Ecto does not know, hence ignores or refuses."""
        return tuple(option for option in self.entries if option.key not in known)


NO_OPTIONS: Final = Options()
