"""An Earley parser over words that may be several things at once: all cheapest derivations, within bounds.

Words stand between positions; an edge leads from one position to a later one and says what the words between them may
be. Every derivation has a cost, and each thing that stands between two positions keeps its few cheapest values, so that
two readings of one sentence come out side by side, and a hostile one takes no longer than a long one.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Final, TypeAlias

from rules.sentences.grammar import START, Grammar, Rejected

MAX_ITEMS: Final = 250_000  # of one sentence: a table of sixty columns has half of them
MAX_VALUES: Final = 8  # of one thing between two positions

Item: TypeAlias = tuple[int, int]  # a rule as far as it was read, and where it began
Valued: TypeAlias = tuple[int, Any]  # cost and value
Child: TypeAlias = "Edge | tuple[str, int]"  # a word; or a symbol and where it began


class TooMuch(Exception):  # named for what happened
    """A sentence has more ways to be read than anybody would look at."""


@dataclass(frozen=True, slots=True, eq=False)
class Edge:
    """What the words from here to the position *end* may be."""

    terminal: str
    end: int
    value: Any = None
    cost: int = 0


@dataclass(slots=True)
class Column:
    """Everything that was found to end, and to be waited for, at one position."""

    items: dict[Item, list[tuple[int, Child]]] = field(default_factory=dict)  # with where their last part begins
    waiting: dict[str, list[Item]] = field(default_factory=lambda: defaultdict(list))
    done: dict[tuple[str, int], list[Item]] = field(default_factory=lambda: defaultdict(list))


class Chart:
    """One sentence, being read."""

    def __init__(self, grammar: Grammar, edges: Sequence[Sequence[Edge]]) -> None:
        self.grammar = grammar
        self.edges = edges
        self.columns = [Column() for _ in range(len(edges) + 1)]
        self.count = 0
        self._items: dict[tuple[int, Item], list[Valued]] = {}
        self._values: dict[tuple[str, int, int], list[Valued]] = {}

    def parse(self) -> list[Valued]:
        """Return the costs and values of the cheapest derivations, cheapest first; none where there is none."""
        for position in range(len(self.columns)):
            self._fill(position)
        end = len(self.edges)
        for symbol, start, stop in self._needed(end):
            self._symbol(symbol, start, stop)
        return self._symbol(START, 0, end)

    @property
    def reached(self) -> int:
        """The last position that anything read so far leads to."""
        return max(position for position, column in enumerate(self.columns) if column.items or not position)

    def _fill(self, position: int) -> None:
        grammar, column = self.grammar, self.columns[position]
        here: dict[str, list[Edge]] = defaultdict(list)
        for edge in self.edges[position] if position < len(self.edges) else ():
            here[edge.terminal].append(edge)
        predicted: set[str] = set()
        agenda = list(column.items)
        if not position:
            agenda += self._predict(START, 0, here, predicted)
        while agenda:
            item = agenda.pop()
            dotted, start = item
            symbol = grammar.after[dotted]
            if symbol is None:
                agenda += self._complete(item, position)
            elif symbol in grammar.rules_of:
                column.waiting[symbol].append(item)
                if symbol not in predicted:
                    agenda += self._predict(symbol, position, here, predicted)
            else:
                for edge in here.get(symbol, ()):
                    self._add((dotted + 1, start), edge.end, (position, edge))

    def _predict(self, symbol: str, position: int, here: Mapping[str, Any], predicted: set[str]) -> Iterator[Item]:
        predicted.add(symbol)
        items = self.columns[position].items
        terminals = here.keys()
        for dotted, first in self.grammar.rules_of[symbol]:
            if not first.isdisjoint(terminals):
                items[dotted, position] = []
                yield dotted, position

    def _complete(self, item: Item, position: int) -> Iterator[Item]:
        dotted, start = item
        symbol = self.grammar.origin[dotted]
        done = self.columns[position].done[symbol, start]
        done.append(item)
        if len(done) == 1:
            for before, began in self.columns[start].waiting.get(symbol, ()):
                if self._add((before + 1, began), position, (start, (symbol, start))):
                    yield before + 1, began

    def _add(self, item: Item, position: int, link: tuple[int, Child]) -> bool:
        links = self.columns[position].items.get(item)
        if links is not None:
            links.append(link)
            return False
        self.columns[position].items[item] = [link]
        self.count += 1
        if self.count > MAX_ITEMS:
            raise TooMuch
        return True

    def _needed(self, end: int) -> list[tuple[str, int, int]]:
        """Return what the derivations are made of, by where it ends, so that building it never recurs deep."""
        found = {(START, 0, end)}
        agenda = [(START, 0, end)]
        seen: set[tuple[int, Item]] = set()
        while agenda:
            symbol, start, stop = agenda.pop()
            items = [(stop, item) for item in self.columns[stop].done.get((symbol, start), ())]
            while items:
                position, item = items.pop()
                if (position, item) in seen:
                    continue
                seen.add((position, item))
                for before, child in self.columns[position].items[item]:
                    items.append((before, (item[0] - 1, item[1])))
                    if isinstance(child, tuple) and (*child, position) not in found:
                        found.add((*child, position))
                        agenda.append((*child, position))
        return sorted(found, key=lambda one: (one[2], -one[1]))

    def _symbol(self, symbol: str, start: int, end: int) -> list[Valued]:
        known = self._values.get((symbol, start, end))
        if known is not None:
            return known
        best: dict[Any, int] = {}
        for item in self.columns[end].done.get((symbol, start), ()):
            rule = self.grammar.rule_at[item[0]]
            for cost, parts in self._item(item, end):
                try:
                    value = rule.value(parts)
                except Rejected:
                    continue
                total = cost + rule.cost
                best[value] = min(best.get(value, total), total)
        values = sorted(((cost, value) for value, cost in best.items()), key=lambda one: one[0])[:MAX_VALUES]
        self._values[symbol, start, end] = values
        return values

    def _item(self, item: Item, position: int) -> list[Valued]:
        """Return the cheapest ways to have read *item* so far: their costs, and the values of its parts."""
        known = self._items.get((position, item))
        if known is not None:
            return known
        dotted, start = item
        found: list[Valued] = [] if self.columns[position].items[item] else [(0, ())]
        for before, child in self.columns[position].items[item]:
            lasts = [(child.cost, child.value)] if isinstance(child, Edge) else self._symbol(*child, position)
            firsts = self._item((dotted - 1, start), before)
            found += [(one + two, (*parts, last)) for (one, parts), (two, last) in product(firsts, lasts)]
        found.sort(key=lambda one: one[0])
        self._items[position, item] = found[:MAX_VALUES]
        return self._items[position, item]
