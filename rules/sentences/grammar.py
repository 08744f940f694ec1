"""The rules and the vocabulary of sentence.lark, loaded from the tables beside it (sentence.json)."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pkgutil import get_data
from typing import Any, Final, TypeAlias

START: Final = "sentence"

Phrases: TypeAlias = Mapping[tuple[str, ...], tuple[str, ...]]  # words to terminals


class Rejected(Exception):  # named for what happened
    """Words that a rule admits have no meaning together."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to read a symbol."""

    origin: str
    symbols: tuple[str, ...]
    slots: tuple[int, ...]
    build: Callable[..., Any] | None
    cost: int

    def value(self, parts: tuple[Any, ...]) -> Any:
        """Build what the rule stands for of the values of its parts."""
        values: list[Any] = []
        for slot in self.slots:
            if slot >= 0:
                values.append(parts[slot])
            elif slot == -1:
                values.append(None)
            else:
                values.extend(parts[-2 - slot])
        if self.build is not None:
            return self.build(*values)
        return tuple(values) if self.origin.startswith("_") else values[0]


@dataclass(slots=True)
class Grammar:
    """All rules; one as far as it was read is a number, the next number is one part further."""

    phrases: Phrases
    ignored: frozenset[str]  # terminals that may stand anywhere and say nothing
    rules_of: dict[str, list[tuple[int, frozenset[str]]]] = field(default_factory=dict)  # with what they begin with
    after: list[str | None] = field(default_factory=list)
    origin: list[str] = field(default_factory=list)
    rule_at: list[Rule] = field(default_factory=list)

    @property
    def words(self) -> frozenset[str]:
        """Every word that the vocabulary has."""
        return frozenset(word for phrase in self.phrases for word in phrase)


def load(functions: Mapping[str, Callable[..., Any]]) -> Grammar:
    """Load the tables, and give each rule its function."""
    tables = json.loads(get_data("rules.sentences", "sentence.json") or b"")
    phrases = {tuple(phrase.split(" ")): tuple(names) for phrase, names in tables["phrases"].items()}
    grammar = Grammar(phrases, frozenset(tables["ignored"]))
    rules = [
        Rule(one["origin"], tuple(one["symbols"]), tuple(one["slots"]), functions[one["build"]], one["cost"])
        if one["build"]
        else Rule(one["origin"], tuple(one["symbols"]), tuple(one["slots"]), None, one["cost"])
        for one in tables["rules"]
    ]
    firsts = _firsts(rules)
    for rule in rules:
        first = rule.symbols[0]
        begin = firsts.get(first, frozenset({first}))
        grammar.rules_of.setdefault(rule.origin, []).append((len(grammar.after), begin))
        grammar.after += [*rule.symbols, None]
        grammar.origin += [rule.origin] * (len(rule.symbols) + 1)
        grammar.rule_at += [rule] * (len(rule.symbols) + 1)
    return grammar


def _firsts(rules: list[Rule]) -> dict[str, frozenset[str]]:
    """Return the terminals that each symbol can begin with; no rule is empty."""
    firsts: dict[str, set[str]] = {rule.origin: set() for rule in rules}
    grew = True
    while grew:
        grew = False
        for rule in rules:
            of_rule = firsts.get(rule.symbols[0], {rule.symbols[0]})
            grew = grew or not of_rule <= firsts[rule.origin]
            firsts[rule.origin] |= of_rule
    return {symbol: frozenset(first) for symbol, first in firsts.items()}
