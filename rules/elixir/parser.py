"""Elixir source to tree: tokens, automaton, and what goes wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from rules.elixir import blocks, calls, containers
from rules.elixir.automaton import END, Automaton, Item, State, Unexpected, link
from rules.elixir.errors import ElixirSyntaxError, Rejected, error_at
from rules.elixir.limits import MAX_CHARACTERS
from rules.elixir.quotes import Interpolated
from rules.elixir.syntax import Comment, Error, Syntax, Token
from rules.elixir.tokenizer import Tokenizer
from rules.source import SourceFile


def parse(source: SourceFile) -> Syntax:
    """Return the tree of *source*; raise ElixirSyntaxError where Elixir would."""
    try:
        if len(source.text) > MAX_CHARACTERS:
            raise Rejected(f"the source has more than {MAX_CHARACTERS:,} characters", 0)
        return _tree(Tokenizer(source.text).run(), len(source.text))
    except Rejected as rejected:
        raise error_at(source, rejected.offset, rejected.message) from None


def _tree(tokens: Sequence[Item], end: int) -> Syntax:
    """Return the tree of *tokens*, which end at the offset *end*."""
    automaton = Automaton(_start())
    try:
        automaton.run([*tokens, Token(END, end, end, "")])
    except Unexpected as unexpected:
        raise Rejected(f"syntax error before: {_words(unexpected.token)}", unexpected.token.start) from None
    tree: Syntax = automaton.values[0]
    return tree


def _words(token: Item) -> str:
    return token.text if isinstance(token, Token) else token.kind


def interpolated(token: Interpolated) -> Syntax:
    """Parse what stands in the interpolations of a literal."""
    return token.build(_tree)


@cache
def _start() -> State:
    return link({**vars(blocks), **vars(calls), **vars(containers), "interpolated": interpolated})


@dataclass(frozen=True, slots=True)
class Parsed:
    """A source as far as it could be read."""

    tree: Syntax
    errors: tuple[ElixirSyntaxError, ...]
    comments: tuple[Comment, ...]


def read(source: SourceFile) -> Parsed:
    """Return the tree of *source* with Error nodes for the statements that cannot be read."""
    tokenizer = Tokenizer(source.text)
    try:
        if len(source.text) > MAX_CHARACTERS:
            raise Rejected(f"the source has more than {MAX_CHARACTERS:,} characters", 0)
        tree = _tree(tokenizer.run(), len(source.text))
    except Rejected as rejected:
        error = error_at(source, rejected.offset, rejected.message)
        return Parsed(Error(0, len(source.text), error.message), (error,), tuple(tokenizer.comments))
    return Parsed(tree, (), tuple(tokenizer.comments))
