"""Compiles sentence.lark into the tables that grammar.py loads; only building and testing the project need it.

Lark reads the grammar. The loop that parses is ours (chart.py), because a word may be several things at once, such as
a verb and the name of a column, and because importing Lark takes longer than reading a sentence.
"""

import json
import re
from typing import Any, Final

from lark import Lark
from lark.lexer import PatternStr

from rules.elixir.compilation import NoLexer

UNESCAPED: Final = re.compile(r"\\(.)")


def compile_grammar(grammar: str) -> str:
    """Return the rules and the vocabulary of *grammar* as JSON, one rule a line, the same for the same grammar."""
    lark = Lark(grammar, parser="earley", lexer=NoLexer, start="sentence", maybe_placeholders=True)
    silent = _silent(lark.rules)
    rules = sorted(
        (_rule(rule, silent) for rule in lark.rules),
        key=lambda rule: (rule["origin"], rule["symbols"], rule["build"] or ""),
    )
    phrases: dict[str, list[str]] = {}
    for terminal in sorted(lark.terminals, key=lambda one: one.name):
        for phrase in _phrases(terminal.pattern):
            phrases.setdefault(phrase, []).append(terminal.name)
    ignored = sorted(lark.ignore_tokens)
    return "".join(
        [
            '{"rules": [\n',
            ",\n".join(map(json.dumps, rules)),
            '],\n"ignored": ',
            json.dumps(ignored),
            ',\n"phrases": {\n',
            ",\n".join(f"{json.dumps(phrase)}: {json.dumps(names)}" for phrase, names in sorted(phrases.items())),
            "}}\n",
        ]
    )


def _silent(rules: list[Any]) -> set[str]:
    """Return the rules to be spliced in of which nothing is ever left: prepositions, commas, "and"."""
    silent = {rule.origin.name for rule in rules if rule.origin.name.startswith("_")}
    while True:
        speaking = {rule.origin.name for rule in rules if any(_speaks(symbol, silent) for symbol in rule.expansion)}
        if silent.isdisjoint(speaking):
            return silent
        silent -= speaking


def _speaks(symbol: Any, silent: set[str]) -> bool:
    return not (symbol.filter_out if symbol.is_term else symbol.name in silent)


def _rule(rule: Any, silent: set[str]) -> dict[str, Any]:
    """Return a rule as data; *slots* says where each value of the function comes from.

    A slot is the number of a part, -1 for what was left out, and -2 - n for part n whose values are spliced in.
    """
    slots: list[int] = []
    empties = rule.options.empty_indices or (False,) * len(rule.expansion)
    parts = iter(enumerate(rule.expansion))
    for is_empty in empties:
        if is_empty:
            slots.append(-1)
            continue
        number, symbol = next(parts)
        if _speaks(symbol, silent):
            spliced = not symbol.is_term and symbol.name.startswith("_")
            slots.append(-2 - number if spliced else number)
    return {
        "origin": rule.origin.name,
        "symbols": [symbol.name for symbol in rule.expansion],
        "slots": slots,
        "build": _build(rule, slots),
        "cost": -(rule.options.priority or 0),
    }


def _build(rule: Any, slots: list[int]) -> str | None:
    """Name the function that builds what *rule* stands for; none where it passes its one part on, or all to splice."""
    if rule.alias:
        return str(rule.alias)
    name = str(rule.origin.name)
    return None if name.startswith("_") or (rule.options.expand1 and len(slots) == 1) else name


def _phrases(pattern: Any) -> list[str]:
    """Return the strings of a terminal, which is a string, or alternatives of nothing but strings."""
    if isinstance(pattern, PatternStr):
        return [pattern.value]
    inner = pattern.value.removeprefix("(?:").removesuffix(")")
    return [UNESCAPED.sub(r"\1", phrase) for phrase in inner.split("|")]
