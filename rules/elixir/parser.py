"""Elixir source to tree: tokens, automaton, and how to go on where a statement cannot be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from rules.elixir import blocks, calls, containers
from rules.elixir.automaton import END, Automaton, Item, State, link
from rules.elixir.errors import Broken, ElixirSyntaxError, Refused, Rejected, error_at
from rules.elixir.limits import MAX_CHARACTERS, MAX_DEPTH, MAX_ERRORS, too_broken, too_deep
from rules.elixir.quotes import Interpolated
from rules.elixir.recovery import broken_statement
from rules.elixir.syntax import Comment, Error, Syntax, Token, children
from rules.elixir.tokenizer import Tokenizer
from rules.source import SourceFile


@dataclass(frozen=True, slots=True)
class Parsed:
    """A source as far as it could be read."""

    tree: Syntax
    errors: tuple[ElixirSyntaxError, ...]
    comments: tuple[Comment, ...]


def parse(source: SourceFile) -> Syntax:
    """Return the tree of *source*; raise ElixirSyntaxError where Elixir would."""
    try:
        _check_size(source.text)
        return _checked(_tree(Tokenizer(source.text).run()))
    except Rejected as rejected:
        raise error_at(source, rejected.offset, rejected.message) from None


def read(source: SourceFile) -> Parsed:
    """Return the tree of *source* with an Error node for each statement that cannot be read, and what is wrong.

    A source that is too large or too deep is one Error.
    """
    errors: list[Rejected] = []
    tokenizer = Tokenizer(source.text, errors)
    try:
        _check_size(source.text)
        tree = _checked(_tree_with_errors(tokenizer.run(), errors))
    except Refused as refused:
        errors.append(refused)
        tree = Error(0, len(source.text), refused.message)
    found = tuple(error_at(source, one.offset, one.message) for one in errors)
    return Parsed(tree, found, tuple(tokenizer.comments))


def interpolated(token: Interpolated) -> Syntax:
    """Parse what stands in the interpolations of a literal."""
    return token.build(_tree)


def _tree(tokens: Sequence[Item]) -> Syntax:
    automaton = Automaton(_start())
    automaton.run([*tokens, _end(tokens)])
    tree: Syntax = automaton.values[0]
    return tree


def _tree_with_errors(tokens: Sequence[Item], errors: list[Rejected]) -> Syntax:
    """Put an Error in the place of each broken statement; what the tokenizer found broken is known already."""
    rest = [*tokens, _end(tokens)]
    automaton = Automaton(_start())
    index = 0
    while len(errors) <= MAX_ERRORS:
        try:
            automaton.run(rest, index)
        except Broken as broken:
            index, stop = broken_statement(rest, broken.index)
            if stop == len(rest):
                raise Refused(broken.message, broken.offset) from None
            statement = rest[index:stop]
            if not any(isinstance(token, Error) for token in statement):
                errors.append(broken)
            automaton.back_to(rest[index - 1] if index else None)
            rest[index:stop] = [Error(statement[0].start, statement[-1].end, broken.message)]
        else:
            tree: Syntax = automaton.values[0]
            return tree
    raise too_broken(errors[-1].offset)


def _end(tokens: Sequence[Item]) -> Token:
    """Make the token of the end, which Elixir says is where the last token is."""
    place = tokens[-1].start if tokens else 0
    return Token(END, place, place, "")


def _check_size(text: str) -> None:
    if len(text) > MAX_CHARACTERS:
        raise Refused(f"the source has more than {MAX_CHARACTERS:,} characters", 0)


def _checked(tree: Syntax) -> Syntax:
    """Refuse a tree that is too deep for those who walk it; this walk goes by levels."""
    level = [tree]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in children(node)]
        if not level:
            return tree
    raise too_deep(level[0].start)


@cache
def _start() -> State:
    return link({**vars(blocks), **vars(calls), **vars(containers), "interpolated": interpolated})
