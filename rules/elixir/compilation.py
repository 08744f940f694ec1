"""Compiles grammar.lark into the tables that tables.py loads; only building and testing the project need it.

Lark does what it is best at: it reads the grammar and computes the LALR(1) automaton. The loop over the automaton is
ours (automaton.py), because importing Lark takes 80 ms, and hashing its rules was most of the time of its own loop.
"""

import json
import logging
from collections.abc import Iterator
from typing import Any

from lark import Lark
from lark.lexer import Lexer, LexerState, Token
from lark.parsers.lalr_analysis import Shift
from lark.utils import logger


class NoLexer(Lexer):
    """Stands where Lark wants a lexer: our tokenizer is not Lark's business, and nothing is parsed with Lark."""

    def __init__(self, lexer_conf: object) -> None:
        """Take the configuration that Lark hands to every lexer."""

    def lex(self, lexer_state: LexerState, parser_state: Any) -> Iterator[Token]:
        """Refuse."""
        raise NotImplementedError("nothing is parsed with Lark")


def compile_grammar(grammar: str) -> str:
    """Return the tables of *grammar* as JSON, one state a line, the same for the same grammar."""
    lark = Lark(grammar, parser="lalr", lexer=NoLexer, start="program", keep_all_tokens=True, maybe_placeholders=False)
    table = lark.parser.parser._parse_table  # noqa: SLF001  # the pinned version of Lark has no public way to it
    rules = sorted(lark.rules, key=lambda rule: (rule.origin.name, rule.order, [s.name for s in rule.expansion]))
    number_of_rule = {id(rule): number for number, rule in enumerate(rules)}
    number_of_state = {state: number for number, state in enumerate(_reachable(table))}
    states = [
        {
            symbol: number_of_state[target] if action is Shift else -1 - number_of_rule[id(target)]
            for symbol, (action, target) in sorted(table.states[state].items())
        }
        for state in number_of_state
    ]
    end = number_of_state[table.end_states["program"]]
    states[end]["$END"] = end  # Lark stops in the state that has a program; ours shifts the end, as any token
    reductions = [[rule.origin.name, len(rule.expansion), _function(rule)] for rule in rules]
    return "".join(
        [
            '{"rules": [\n',
            ",\n".join(map(json.dumps, reductions)),
            '],\n"states": [\n',
            ",\n".join(map(json.dumps, states)),
            "]}\n",
        ]
    )


def conflicts(grammar: str) -> set[tuple[str, str]]:
    """Return what Lark resolved by shifting in *grammar*: a terminal, and the rule that was not reduced before it."""
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]  # one line, once
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        Lark(grammar, parser="lalr", lexer=NoLexer, start="program", keep_all_tokens=True, debug=True)
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
    heads = [line for line in lines if line.startswith("Shift/Reduce conflict for terminal ")]
    rules = [line for line in lines if line.startswith(" * <")]
    return {(head.split()[4].rstrip(":"), rule[4:-1]) for head, rule in zip(heads, rules, strict=True)}


def _function(rule: Any) -> str | None:
    """Name the function that builds what *rule* stands for; none where a rule only passes its one part on."""
    if rule.alias:
        return str(rule.alias)
    return None if rule.options.expand1 and len(rule.expansion) == 1 else str(rule.origin.name)


def _reachable(table: Any) -> list[int]:
    """Order the states as a walk from the start meets them, whatever their numbers in this run of Lark."""
    order = [table.start_states["program"]]
    seen = set(order)
    for state in order:
        for _, (action, target) in sorted(table.states[state].items()):
            if action is Shift and target not in seen:
                seen.add(target)
                order.append(target)
    return order
