"""Words into everything that they may be: the vocabulary, types, names, values."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from rules.sentences.chart import Edge
from rules.sentences.grammar import Grammar
from rules.sentences.lexicon import Lexicon
from rules.sentences.said import Column, Spoken
from rules.sentences.types import PHRASES
from rules.sentences.words import Word

LONGEST_NAME: Final = 3  # words
LONGEST_PHRASE: Final = 7  # words
PAIR: Final = 2
TABLE_ELSEWHERE: Final = 3  # what the name of a table costs where something else is named
HEADS: Final = frozenset({"date", "place", "country", "number", "proof", "terms", "day", "unit", "year", "time"})
ADVERBS: Final = frozenset({"always", "also", "now", "still", "just", "simply", "ever"})  # even within a phrase
STAMPED: Final = frozenset({"at", "by"})  # end names such as "expires at"
PLAIN: Final = frozenset({"word", "number"})
UNITS: Final = "zero one two three four five six seven eight nine ten eleven twelve"
NUMBERS: Final = {word: number for number, word in enumerate(UNITS.split())} | {"hundred": 100, "thousand": 1000}
# Words that stand in a name only where it is quoted, or where something has that name.
HARD: Final = frozenset(
    """
    a an the to on in into onto from for of with without and or that which who where when if is are be been am
    i we you they it its them this these those not no must should shall may might can cannot could would
    by as at than then also please all every each any both but has have having had do does did
    don't doesn't can't mustn't shouldn't
    per via using add create drop remove delete rename
    column columns field fields attribute attributes table tables index indexes constraint constraints values
    """.split()  # noqa: SIM905 - a hundred words read better without their quotes
)
VERBS: Final = frozenset(  # begin no name of several words
    """
    make change set allow disallow ensure enforce enable limit restrict store keep fill backfill update index link
    connect require prevent forbid let give put insert introduce get need want convert turn alter modify copy install
    unique check field column table
    """.split()  # noqa: SIM905 - as above
)


class Lattice:
    """Everything that the words of one sentence may be."""

    def __init__(self, grammar: Grammar, lexicon: Lexicon) -> None:
        self._grammar = grammar
        self._lexicon = lexicon

    def edges(self, words: list[Word]) -> list[list[Edge]]:
        """Return the edges that leave each position; words that say nothing are gone over at no cost."""
        found: list[list[Edge]] = []
        passed = self._passed(words)
        for position in range(len(words)):
            here = [*self._vocabulary(words, position), *self._names(words, position), *_values(words, position)]
            beyond = [
                Edge(one.terminal, end, one.value, one.cost)
                for one in here
                for end in passed[one.end]
                if one.terminal not in self._grammar.ignored
            ]
            found.append(beyond)
        for end in passed[0]:
            found[0] += found[end] if end and end < len(words) else []
        return found

    def _passed(self, words: list[Word]) -> list[list[int]]:
        """Return for each position those that are reached from it over words that say nothing, itself included."""
        passed: list[list[int]] = [[len(words)]]
        for position in range(len(words) - 1, -1, -1):
            ends = {edge.end for edge in self._vocabulary(words, position) if edge.terminal in self._grammar.ignored}
            passed.insert(0, sorted({position}.union(*(passed[end - position - 1] for end in ends))))
        return passed

    def _vocabulary(self, words: list[Word], position: int) -> Iterator[Edge]:
        """Yield the terminals of the grammar's own words, and types."""
        for length in range(1, min(LONGEST_PHRASE, len(words) - position) + 1):
            if words[position + length - 1].is_quoted:
                break
            inside = tuple(word.key for word in words[position : position + length])
            plain = (inside[0], *(key for key in inside[1:-1] if key not in ADVERBS), *inside[1:][-1:])
            for phrase in dict.fromkeys((inside, plain)):
                for terminal in self._grammar.phrases.get(phrase, ()):
                    yield Edge(terminal, position + length)
                if phrase in PHRASES:
                    yield Edge("TYPE", position + length, PHRASES[phrase])

    def _names(self, words: list[Word], position: int) -> Iterator[Edge]:
        first = words[position]
        if first.is_quoted:
            yield Edge("SQL", position + 1, first.text)
            if first.kind == "quoted":
                yield Edge("STRING", position + 1, first.text)
            yield from self._name(Spoken(first.text, quoted=True), position + 1, 1)
        elif first.kind == "dotted":
            table, _, column = first.text.rpartition(".")
            yield Edge("DOTTED", position + 1, Column(Spoken(column), Spoken(table)))
            yield Edge("NAME", position + 1, Spoken(first.text), 2)
        elif first.kind == "word":
            yield from self._plain_names(words, position)

    def _plain_names(self, words: list[Word], position: int) -> Iterator[Edge]:
        for end in range(position + 1, min(position + LONGEST_NAME, len(words)) + 1):
            inside = words[position:end]
            name = Spoken("".join(("-" if word.glued else " ") + word.text for word in inside)[1:])
            stamp = len(inside) > 1 and inside[-1].key in STAMPED
            if inside[-1].key == "of" and len(inside) == PAIR and inside[0].key in HEADS:
                continue
            if not (stamp or self._is_known(name) or (inside[-1].kind in PLAIN and inside[-1].key not in HARD)):
                break
            if len(inside) > 1 and inside[0].key in VERBS and not self._is_known(name):
                break
            if len(inside) > 1 and any("_" in word.text for word in inside):
                break
            keywords = sum(map(self._is_keyword, inside)) + sum(map(self._says_nothing, inside))
            of = len(inside) > 1 and inside[1].key == "of"
            yield from self._name(name, end, PAIR if of else 1 + len(inside) + 2 * keywords + stamp)
            if stamp:
                break

    def _is_keyword(self, word: Word) -> bool:
        return (word.key,) in self._grammar.phrases or (word.key,) in PHRASES

    def _says_nothing(self, word: Word) -> bool:
        return not self._grammar.ignored.isdisjoint(self._grammar.phrases.get((word.key,), ()))

    def _is_known(self, name: Spoken) -> bool:
        return self._lexicon.is_table(name.identifier) or self._lexicon.field_cost(name.identifier) == 0

    def _name(self, name: Spoken, end: int, cost: int) -> Iterator[Edge]:
        """Yield what a name may be: one that is there costs less than a new one."""
        field = self._lexicon.field_cost(name.identifier)
        if self._lexicon.is_table(name.identifier):
            yield Edge("TABLE", end, name)
        if field is not None:
            yield Edge("FIELD", end, name, field)
        known = 1 if field is not None else TABLE_ELSEWHERE
        yield Edge("NAME", end, name, known if self._is_known(name) else cost)


def _values(words: list[Word], position: int) -> Iterator[Edge]:
    word = words[position]
    if word.kind == "number":
        yield Edge("NUMBER", position + 1, _number(word.text))
    elif word.key in NUMBERS:
        yield Edge("NUMBER", position + 1, NUMBERS[word.key], 1)
    elif word.text == "-" and position + 1 < len(words) and words[position + 1].kind == "number":
        yield Edge("NUMBER", position + 2, -_number(words[position + 1].text))
    if word.kind == "operator":
        yield Edge("OPERATOR", position + 1, word.text)


def _number(text: str) -> Any:
    plain = text.replace(",", "")
    return Decimal(plain) if "." in plain else int(plain)
