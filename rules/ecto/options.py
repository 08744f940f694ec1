"""The keyword options of a call: in their order, with their places, doubled and misspelt ones included."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from rules.ecto.values import Value
from rules.elixir.syntax import Pair
from rules.source import Span


@dataclass(frozen=True, slots=True)
class Option:
    """One `key: value`; its spans are None for what was computed, not written (configuration, reversal)."""

    key: str
    value: Value
    pair: Pair | None = field(default=None, compare=False, repr=False)

    @property
    def key_span(self) -> Span | None:
        """The key with its colon."""
        return None if self.pair is None else Span(self.pair.left.start, self.pair.left.end)

    @property
    def value_span(self) -> Span | None:
        """The value."""
        return None if self.pair is None else Span(self.pair.right.start, self.pair.right.end)

    @property
    def span(self) -> Span | None:
        """The whole option, from its key to the end of its value."""
        return None if self.pair is None else Span(self.pair.left.start, self.pair.right.end)


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

    def putting(self, key: str, value: Value) -> "Options":
        """Return these options as `Keyword.put` leaves them: every *key* gone, a new one in front."""
        return Options((Option(key, value), *self.without(key).entries))

    def unknown(self, known: frozenset[str]) -> tuple[Option, ...]:
        """Return the options that Ecto does not know, hence ignores or refuses."""
        return tuple(option for option in self.entries if option.key not in known)


NO_OPTIONS: Final = Options()
