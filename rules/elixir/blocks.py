"""What files, blocks, clauses and anonymous functions become; the names of the functions are those in grammar.lark."""

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from rules.elixir.calls import DoBlock, gather_keywords
from rules.elixir.errors import Rejected
from rules.elixir.messages import FUNCTION_WITHOUT_CLAUSE, LATE_CLAUSE
from rules.elixir.operators import ends_with_do
from rules.elixir.syntax import Atom, Call, Error, List, Pair, Syntax, Token

Part: TypeAlias = Token | list[Syntax]


class Section(NamedTuple):
    """`else`, `rescue`, `catch` or `after`, and what follows it."""

    token: Token
    body: list[Syntax]


# ── Rows of expressions ──


def next_expression(expressions: list[Syntax], _separator: Token, expression: Syntax) -> list[Syntax]:
    """Add to a row of expressions or clauses."""
    expressions.append(expression)
    return expressions


def empty_program(separator: Token | None = None) -> Call:
    """Read a file without code."""
    return Call(0, 0, "__block__", (), separator)


def program(*parts: Part) -> Syntax:
    """Read a file."""
    return _block(_row(parts))


def _row(parts: tuple[Part, ...]) -> list[Syntax]:
    """Return the expressions among the marks around them."""
    for part in parts:
        if isinstance(part, list):
            return part
    return []


def _block(expressions: Sequence[Syntax]) -> Syntax:
    """Join *expressions* to one; a single one stands for itself, but for what a macro may splice or `in` may turn."""
    if len(expressions) == 1 and not _is_kept_apart(expressions[0]):
        return expressions[0]
    return Call(expressions[0].start, expressions[-1].end, "__block__", tuple(expressions), None)


def _is_kept_apart(node: Syntax) -> bool:
    return isinstance(node, Call) and node.form in ("not", "!", "unquote_splicing") and len(node.args) == 1


# ── Parentheses ──


def empty_group(opening: Token, closing: Token) -> Call:
    """Read `()`."""
    return Call(opening.start, closing.end, "__block__", (), None)


def group(*parts: Part) -> Syntax:
    """Read `(…)`: the expression itself with a wider place, or a block, or clauses."""
    closing, last = parts[-1], parts[-2]
    assert isinstance(closing, Token)  # noqa: S101  # the grammar says so; the check is for mypy
    if isinstance(last, Token) and last.text == "\n;":
        raise Rejected("syntax error before: ')'", closing.start)
    opening = parts[0]
    assert isinstance(opening, Token)  # noqa: S101  # as above
    expressions = _row(parts)
    if len(expressions) == 1 and not _is_kept_apart(expressions[0]) and not _is_clause(expressions[0]):
        return _widened(expressions[0], opening, closing)
    if any(map(_is_clause, expressions)):
        clauses = _body(expressions, opening.end)
        clauses.start, clauses.end = opening.start, closing.end
        return clauses
    made = Call(opening.start, closing.end, "__block__", tuple(expressions), opening)
    made.opening_token, made.closing_token = opening, closing
    return made


def _widened(node: Syntax, opening: Token, closing: Token) -> Syntax:
    node.inner = (*node.inner, (node.start, node.end))
    node.start, node.end = opening.start, closing.end
    return node


# ── Do-blocks and anonymous functions ──


def empty_body() -> list[Syntax]:
    """Read nothing between two words of a block."""
    return []


def body(expressions: list[Syntax]) -> list[Syntax]:
    """Read what stands between two words of a block."""
    return expressions


def section(token: Token, expressions: list[Syntax]) -> Section:
    """Read `else`, `rescue`, `catch` or `after`."""
    return Section(token, expressions)


def next_section(sections: list[Section], another: Section) -> list[Section]:
    """Add a section."""
    sections.append(another)
    return sections


def do_block(do: Token, expressions: list[Syntax], *rest: Token | list[Section]) -> DoBlock:
    """Read `do … end` with its sections."""
    end = rest[-1]
    assert isinstance(end, Token)  # noqa: S101  # the grammar says so; the check is for mypy
    sections = rest[0] if isinstance(rest[0], list) else []
    return DoBlock(do, tuple(_keyed(*one) for one in (Section(do, expressions), *sections)), end)


def _keyed(token: Token, expressions: list[Syntax]) -> Pair:
    value = _body(expressions, token.end)
    return Pair(token.start, value.end, Atom(token.start, token.end, token.text), value)


def function(fn: Token, clauses: list[Syntax], end: Token) -> Call:
    """Read `fn … end`."""
    if not any(map(_is_clause, clauses)):
        raise Rejected(FUNCTION_WITHOUT_CLAUSE, fn.start)
    made = Call(fn.start, end.end, "fn", tuple(_clauses(clauses)), fn)
    made.closing_token = end
    return made


# ── Clauses ──


def clause(arrow: Token, result: Syntax | None = None) -> Call:
    """Read `-> result`."""
    return _clause(arrow.start, (), arrow, result)


def clause_of_one(head: Syntax, arrow: Token, result: Syntax | None = None) -> Call:
    """Read `head -> result`, where the head may be `()`, or `() when guard`."""
    if ends_with_do(head):
        raise Rejected("syntax error before: '->'", arrow.start)
    args: tuple[Syntax, ...] = (_unspliced(head),)
    if _is_empty_group(head):
        args = ()
    elif isinstance(head, Call) and head.form == "when" and not head.inner and _is_empty_group(head.args[0]):
        args = (Call(head.start, head.end, "when", head.args[1:], _guard(head.name_token)),)
    return _clause(head.start, args, arrow, result)


def clause_of_several(heads: list[Syntax], arrow: Token, result: Syntax | None = None) -> Call:
    """Read `one, two -> result`; a guard after the last takes them all."""
    args = gather_keywords(heads)
    last = args[-1]
    if isinstance(last, Call) and last.form == "when" and len(last.args) == 2:  # noqa: PLR2004  # `when` with both sides
        args = (Call(args[0].start, last.end, "when", (*args[:-1], *last.args), last.name_token),)
    return _clause(args[0].start, args, arrow, result)


def clause_of_parens(
    opening: Token, heads: list[Syntax], _closing: Token, arrow: Token, result: Syntax | None = None
) -> Call:
    """Read `(one, two) -> result`."""
    return _clause(opening.start, gather_keywords(heads), arrow, result)


def clause_of_guarded_parens(opening: Token, heads: list[Syntax], _closing: Token, *rest: Syntax | Token) -> Call:
    """Read `(one, two) when guard -> result`."""
    when, guard, arrow, *result = rest
    assert isinstance(when, Token)  # noqa: S101  # the grammar says so; the checks are for mypy
    assert isinstance(arrow, Token)  # noqa: S101  # as above
    assert not isinstance(guard, Token)  # noqa: S101  # as above
    args = (*gather_keywords(heads), guard)
    head = Call(opening.start, guard.end, "when", args, _guard(when))
    return _clause(opening.start, (head,), arrow, *result)  # type: ignore[arg-type]  # one expression, or none


def first_pair(key: Syntax, value: Syntax) -> list[Syntax]:
    """Begin the heads of a clause with a keyword."""
    return [Pair(key.start, value.end, key, value)]


def first_two(one: Syntax, _comma: Token, two: Syntax) -> list[Syntax]:
    """Begin the heads of a clause."""
    return [one, two]


def _clause(start: int, args: tuple[Syntax, ...], arrow: Token, result: Syntax | None = None) -> Call:
    heads = List(start, arrow.start, args, brackets=False)
    if args:
        heads.end = args[-1].end
    value = Atom(arrow.start, arrow.end, "nil") if result is None else result
    return Call(start, max(arrow.end, value.end), "->", (heads, value), arrow)


def _unspliced(head: Syntax) -> Syntax:
    """Return `unquote_splicing(…)` out of the block that parentheses around it made."""
    if isinstance(head, Call) and head.form == "__block__" and len(head.args) == 1:
        inside = head.args[0]
        if isinstance(inside, Call) and inside.form == "unquote_splicing":
            return inside
    return head


def _is_empty_group(node: Syntax) -> bool:
    return isinstance(node, Call) and node.form == "__block__" and node.name_token is None and not node.inner


def _guard(when: Token | None) -> Token:
    """Mark a `when` to which the line breaks around it do not count."""
    assert when is not None  # noqa: S101  # operators have a mark
    return Token("UNBROKEN", when.start, when.end, when.text)


def _is_clause(node: Syntax) -> bool:
    return isinstance(node, Call) and node.form == "->"


def _body(expressions: list[Syntax], place: int) -> Syntax:
    """Make a block of expressions, or a list of clauses."""
    if not expressions:
        return Call(place, place, "__block__", (), None)
    if any(map(_is_clause, expressions)):
        clauses = _clauses(expressions)
        return List(clauses[0].start, clauses[-1].end, tuple(clauses), brackets=False)
    return _block(expressions)


def _clauses(expressions: list[Syntax]) -> list[Syntax]:
    """Give each clause the expressions up to the next one."""
    arrows = [index for index, node in enumerate(expressions) if _is_clause(node)]
    clauses = expressions[: arrows[0]]
    if not all(isinstance(node, Error) for node in clauses):
        raise Rejected(LATE_CLAUSE, _arrow(expressions[arrows[0]]).start)
    for index, following in zip(arrows, [*arrows[1:], len(expressions)], strict=True):
        made = expressions[index]
        assert isinstance(made, Call)  # noqa: S101  # clauses are calls of `->`
        result = _block([made.args[1], *expressions[index + 1 : following]])
        made.args = (made.args[0], result)
        made.end = max(made.end, result.end)
        clauses.append(made)
    return clauses


def _arrow(made: Syntax) -> Token:
    assert isinstance(made, Call)  # noqa: S101  # clauses are calls of `->`
    assert made.name_token is not None  # noqa: S101  # which have a mark
    return made.name_token
