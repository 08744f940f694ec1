"""What calls, names and operators become; the names of the functions are those in grammar.lark."""

from typing import NamedTuple

from rules.elixir.errors import Rejected
from rules.elixir.limits import MAX_DEPTH, too_deep
from rules.elixir.messages import AFTER_KEYWORDS_OF_CALL, ALIAS_AFTER_ATOM, AMBIGUOUS_ARGUMENT, AMBIGUOUS_ELEMENT
from rules.elixir.operators import BINARY, PREFIX, FlatRow, resolve
from rules.elixir.syntax import Atom, Call, List, Name, Pair, Syntax, Token, Variable


class Parens(NamedTuple):
    """Arguments with what encloses them: the parentheses of a call, or the brackets of an access."""

    opening: Token
    args: tuple[Syntax, ...]
    closing: Token


class DoBlock(NamedTuple):
    """`do … end` with its sections."""

    do: Token
    sections: tuple[Syntax, ...]
    end: Token


# ── Rows of arguments ──


def first(element: Syntax) -> list[Syntax]:
    """Begin a row."""
    return [element]


def next_element(elements: list[Syntax], comma: Token, element: Syntax) -> list[Syntax]:
    """Add to a row; keywords come last, and a call without parentheses takes no commas among others."""
    last = elements[-1]
    if type(last) is Pair:
        if type(element) is not Pair:
            raise Rejected(AFTER_KEYWORDS_OF_CALL, comma.start)
    elif len(elements) == 1:
        refuse_ambiguous(last, AMBIGUOUS_ARGUMENT)
    if type(element) is Call:
        refuse_ambiguous(element, AMBIGUOUS_ARGUMENT)
    elements.append(element)
    return elements


def pair(key: Syntax, value: Syntax) -> Pair:
    """Join `key: value`."""
    return Pair(key.start, value.end, key, value)


def element_pair(key: Syntax, value: Syntax) -> Pair:
    """Join `key: value` between brackets, where commas after a call without parentheses are ambiguous."""
    refuse_ambiguous(value, AMBIGUOUS_ELEMENT)
    return Pair(key.start, value.end, key, value)


def gather_keywords(elements: list[Syntax]) -> tuple[Syntax, ...]:
    """Return *elements* with the keywords at the end in a list of their own."""
    if type(elements[-1]) is not Pair:
        return tuple(elements)
    count = len(elements) - 1
    while count and type(elements[count - 1]) is Pair:
        count -= 1
    keywords = List(elements[count].start, elements[-1].end, tuple(elements[count:]), brackets=False)
    return (*elements[:count], keywords)


def refuse_ambiguous(node: Syntax, message: str) -> None:
    """Refuse a call without parentheses whose commas could belong to something around it."""
    offset = ambiguous_call(node)
    if offset is not None:
        raise Rejected(message, offset)


def ambiguous_call(node: Syntax) -> int | None:
    """Return where *node* ends in a call without parentheses that has several arguments, if it does."""
    call = node
    while isinstance(call, Call) and call.opening_token is None and call.do_token is None and not call.inner:
        if isinstance(call.form, str) and _is_operation(call):
            if call.form == "when" and isinstance(call.args[1], List) and not call.args[1].brackets:
                return call.start
            call = call.args[-1]
        elif call.name_token is None or call.name_token.kind not in ("IDENTIFIER", "OP_IDENTIFIER"):
            return None
        elif len(call.args) > 1:
            return call.name_token.start
        elif call.args:
            call = call.args[0]
        else:
            return None
    return None


def _is_operation(call: Call) -> bool:
    return bool(call.args) and call.name_token is not None and (call.form in BINARY or call.form in PREFIX)


# ── Names and calls ──


def name(token: Token) -> Variable:
    """Take a name that stands alone."""
    return Variable(token.start, token.end, token.text)


def call(token: Token, arguments: list[Syntax]) -> Call:
    """Call a local function without parentheses."""
    args = gather_keywords(arguments)
    return Call(token.start, args[-1].end, token.text, args, token)


def dot(subject: Syntax, mark: Token, token: Token) -> Call:
    """Name what stands after a dot."""
    return Call(subject.start, token.end, ".", (subject, Name(token.start, token.end, token.text)), mark)


def remote_name(subject: Syntax, mark: Token, token: Token) -> Call:
    """Call `subject.name` without arguments."""
    return Call(subject.start, token.end, dot(subject, mark, token), (), token)


def remote_call(subject: Syntax, mark: Token, token: Token, arguments: list[Syntax]) -> Call:
    """Call `subject.name` without parentheses."""
    args = gather_keywords(arguments)
    return Call(subject.start, args[-1].end, dot(subject, mark, token), args, token)


def parens(opening: Token, *rest: Token | list[Syntax]) -> Parens:
    """Enclose the arguments of a call; only keywords may end in a comma."""
    closing = rest[-1]
    assert isinstance(closing, Token)  # noqa: S101  # the grammar says so; the check is for mypy
    if len(rest) == 1:
        return Parens(opening, (), closing)
    elements = rest[0]
    assert isinstance(elements, list)  # noqa: S101  # as above
    if len(rest) > 2 and type(elements[-1]) is not Pair:  # noqa: PLR2004  # arguments, a comma and the parenthesis
        raise Rejected("syntax error before: ')'", closing.start)
    return Parens(opening, gather_keywords(elements), closing)


def _enclosed(form: str | Syntax, token: Token, start: int, group: Parens) -> Call:
    made = Call(start, group.closing.end, form, group.args, token)
    made.opening_token, _, made.closing_token = group
    return made


def _nested(made: Call, token: Token, second: Parens | None) -> Call:
    return made if second is None else _enclosed(made, token, made.start, second)


def local_parens_call(token: Token, group: Parens, second: Parens | None = None) -> Call:
    """Call `name(…)`, or `name(…)(…)`."""
    return _nested(_enclosed(token.text, token, token.start, group), token, second)


def remote_parens_call(subject: Syntax, mark: Token, token: Token, group: Parens, second: Parens | None = None) -> Call:
    """Call `subject.name(…)`, or `subject.name(…)(…)`."""
    return _nested(_enclosed(dot(subject, mark, token), token, subject.start, group), token, second)


def anonymous_call(subject: Syntax, mark: Token, group: Parens, second: Parens | None = None) -> Call:
    """Call `subject.(…)`, or `subject.(…)(…)`."""
    form = Call(subject.start, mark.end, ".", (subject,), mark)
    return _nested(_enclosed(form, mark, subject.start, group), mark, second)


# ── Calls with do-blocks ──


def with_do(made: Call, block: DoBlock) -> Call:
    """Give a call its do-block; `@name args do` gives it to the name."""
    receiver = made
    while receiver.form == "@" and isinstance(receiver.args[0], Call):
        receiver.end = block.end.end
        receiver = receiver.args[0]
    receiver.end = block.end.end
    receiver.args = (*receiver.args, List(block.do.start, block.end.end, block.sections, brackets=False))
    receiver.do_token, receiver.end_token = block.do, block.end
    return made


def name_with_do(token: Token, block: DoBlock) -> Call:
    """Call `name do … end`."""
    return with_do(Call(token.start, token.end, token.text, (), token), block)


def remote_name_with_do(subject: Syntax, mark: Token, token: Token, block: DoBlock) -> Call:
    """Call `subject.name do … end`."""
    return with_do(remote_name(subject, mark, token), block)


def attribute_with_do(made: Call, block: DoBlock) -> Call:
    """Give `@name do … end` or `@name(…) do … end` its do-block."""
    holder = made
    while isinstance(holder.args[0], Call) and holder.args[0].form == "@":
        holder = holder.args[0]
    target = holder.args[0]
    if isinstance(target, Variable):
        token = Token("IDENTIFIER", target.start, target.end, target.name)
        holder.args = (Call(target.start, target.end, target.name, (), token),)
    elif not isinstance(target, Call) or target.opening_token is None or target.inner:
        raise Rejected("syntax error before: do", block.do.start)
    return with_do(made, block)


# ── Module attributes ──


def attribute(at: Token, operand: Syntax) -> Call:
    """Apply `@`."""
    return Call(at.start, operand.end, "@", (operand,), at)


def attribute_name(at: Token, token: Token) -> Call:
    """Read `@name`."""
    return attribute(at, name(token))


def call_of_attribute(at: Token, token: Token, arguments: list[Syntax]) -> Call:
    """Write `@name value`."""
    return attribute(at, call(token, arguments))


# ── Access and aliases ──


def bracket(opening: Token, elements: list[Syntax], *rest: Token) -> Parens:
    """Enclose what is looked up: one expression, or keywords."""
    args = gather_keywords(elements)
    if len(args) > 1:
        raise Rejected("syntax error before: ','", elements[0].end)
    refuse_ambiguous(args[0], AMBIGUOUS_ELEMENT)
    return Parens(opening, args, rest[-1])


def access(subject: Syntax, group: Parens) -> Call:
    """Look up `subject[key]`."""
    opening, args, closing = group
    names = (Name(opening.start, opening.start, "Elixir.Access"), Name(opening.start, opening.start, "get"))
    form = Call(opening.start, closing.end, ".", names, opening)
    made = Call(subject.start, closing.end, form, (subject, *args), opening)
    made.opening_token, made.closing_token = form.opening_token, form.closing_token = opening, closing
    return made


def access_name(token: Token, group: Parens) -> Call:
    """Look up `name[key]`."""
    return access(name(token), group)


def access_remote_name(subject: Syntax, mark: Token, token: Token, group: Parens) -> Call:
    """Look up `subject.name[key]`."""
    return access(remote_name(subject, mark, token), group)


def access_attribute_name(at: Token, token: Token, group: Parens) -> Call:
    """Look up `@name[key]`."""
    return access(attribute_name(at, token), group)


def access_attribute(at: Token, operand: Syntax, group: Parens) -> Call:
    """Look up `@name(…)[key]`."""
    return access(attribute(at, operand), group)


def alias(token: Token) -> Call:
    """Take the first segment of an alias."""
    return Call(token.start, token.end, "__aliases__", (Name(token.start, token.end, token.text),), token)


def remote_alias(subject: Syntax, mark: Token, token: Token) -> Call:
    """Add a segment to an alias, or begin one with an expression."""
    segment = Name(token.start, token.end, token.text)
    if isinstance(subject, Call) and subject.form == "__aliases__":
        if len(subject.args) >= MAX_DEPTH:
            raise too_deep(token.start)
        return Call(subject.start, token.end, "__aliases__", (*subject.args, segment), subject.name_token)
    if isinstance(subject, Atom):
        raise Rejected(ALIAS_AFTER_ATOM, token.start)
    return Call(subject.start, token.end, "__aliases__", (subject, segment), mark)


# ── Operators ──


def prefixes_after_at(at: Token, prefix: Token) -> list[Token]:
    """Begin a row of prefixes with `@`."""
    return [at, prefix]


def next_prefix(prefixes: list[Token], prefix: Token) -> list[Token]:
    """Add to a row of prefixes."""
    prefixes.append(prefix)
    return prefixes


def row(*parts: Syntax | Token | list[Token]) -> FlatRow:
    """Begin a row of operands and operators."""
    return longer_row([], *parts)


def longer_row(made: FlatRow, *parts: Syntax | Token | list[Token]) -> FlatRow:
    """Add to a row of operands and operators."""
    for part in parts:
        if isinstance(part, list):
            made.extend(part)
        else:
            made.append(part)
    return made


def operation(made: FlatRow) -> Syntax:
    """Give a row its shape."""
    return resolve(made)


def when_keywords(left: Syntax | FlatRow, when: Token, keywords: list[Syntax]) -> Syntax:
    """Take keywords after `when`, as specifications have them."""
    start = left if isinstance(left, list) else [left]
    return resolve([*start, when, List(keywords[0].start, keywords[-1].end, tuple(keywords), brackets=False)])
