"""The shape of a row of operands and operators, by Elixir's table of precedence.

https://hexdocs.pm/elixir/operators.html; the numbers are those at the head of Elixir's elixir_parser.yrl.
"""

from typing import Final, TypeAlias

from rules.elixir.errors import Rejected
from rules.elixir.messages import STRAY_STEP
from rules.elixir.syntax import Call, Syntax, Token, Variable

FlatRow: TypeAlias = list[Syntax | Token]

_LEFT: Final = {
    40: (r"\\", "<-"),
    110: ("||", "|||", "or"),
    130: ("&&", "&&&", "and"),
    140: ("==", "!=", "=~", "===", "!=="),
    150: ("<", ">", "<=", ">="),
    160: ("|>", "<<<", ">>>", "<<~", "~>>", "<~", "~>", "<~>", "<|>"),
    170: ("in", "not in"),
    180: ("^^^",),
    210: ("+", "-"),
    220: ("*", "/"),
    230: ("**",),
}
_RIGHT: Final = {
    50: ("when",),
    60: ("::",),
    70: ("|",),
    100: ("=",),
    190: ("//",),
    200: ("++", "--", "+++", "---", "<>", ".."),
}
# The strength with which an operator holds what stands to its left, and to its right.
BINARY: Final = {operator: (strength, strength) for strength, operators in _LEFT.items() for operator in operators} | {
    operator: (strength + 1, strength) for strength, operators in _RIGHT.items() for operator in operators
}
PREFIX: Final = {"&": 90, "!": 300, "^": 300, "not": 300, "~~~": 300, "+": 300, "-": 300, "//": 300, "@": 320}
_SWALLOWS: Final = (
    0  # the strength of a prefix before a do-block: it takes whatever follows, as in `-if a do b end + c`
)


def resolve(row: FlatRow) -> Syntax:
    """Give *row*, which is prefixes and operands with operators between them, its shape."""
    operands: list[Syntax] = []
    pending: list[tuple[int, Token, bool]] = []  # operators that wait for their right side: strength, mark, prefix
    for item in row:
        if not isinstance(item, Token):
            operands.append(_prefixes_before_do(item, pending) if ends_with_do(item) else item)
        elif item.kind in ("PREFIX", "AT"):
            pending.append((PREFIX[item.text], item, True))
        else:
            left, right = BINARY[item.text]
            while pending and pending[-1][0] >= left:
                _apply(pending.pop(), operands)
            pending.append((right, item, False))
    while pending:
        _apply(pending.pop(), operands)
    return operands[0]


def ends_with_do(node: Syntax) -> bool:
    """Tell whether *node* is a call with a do-block that no parentheses enclose, or `@` before one."""
    while isinstance(node, Call) and node.form == "@" and not node.inner:
        node = node.args[0]
    return isinstance(node, Call) and node.do_token is not None and not node.inner


def holds_weaker_than(row: FlatRow, strength: int) -> bool:
    """Tell whether a binary operator of *row* binds no stronger than *strength*."""
    marks = (item.text for item in row if isinstance(item, Token) and item.kind not in ("PREFIX", "AT"))
    return any(BINARY[text][1] <= strength for text in marks)


def _prefixes_before_do(node: Syntax, pending: list[tuple[int, Token, bool]]) -> Syntax:
    """Loosen the prefixes before a call with a do-block, `@` among them, and return the call."""
    for index in range(len(pending) - 1, -1, -1):
        _, mark, prefix = pending[index]
        if not prefix:
            break
        pending[index] = (_SWALLOWS, mark, True)
    while isinstance(node, Call) and node.form == "@" and node.name_token is not None:
        pending.append((_SWALLOWS, node.name_token, True))
        node = node.args[0]
    return node


def _apply(operator: tuple[int, Token, bool], operands: list[Syntax]) -> None:
    _, mark, prefix = operator
    right = operands.pop()
    operands.append(unary(mark, right) if prefix else binary(operands.pop(), mark, right))


def unary(mark: Token, operand: Syntax) -> Syntax:
    """Apply a prefix operator; `//x` is `/` applied to the name `/` and x, as `&//2` needs it."""
    if mark.text != "//":
        return Call(mark.start, operand.end, mark.text, (operand,), mark)
    name = Variable(mark.start, mark.start + 1, "/")
    return Call(mark.start, operand.end, "/", (name, operand), Token("PREFIX", mark.start + 1, mark.end, "/"))


def binary(left: Syntax, mark: Token, right: Syntax) -> Syntax:
    """Apply a binary operator; `a..b//c` is one call of three, `a not in b` and `not a in b` are `not(a in b)`."""
    operator = mark.text
    if operator == "//":
        if not (isinstance(left, Call) and left.form == ".." and len(left.args) == 2):  # noqa: PLR2004  # first..last
            raise Rejected(STRAY_STEP, mark.start)
        return Call(left.start, right.end, "..//", (*left.args, right), left.name_token)
    if operator == "not in":
        return _negated(left.start, "not", left, mark, right)
    if operator == "in" and isinstance(left, Call) and left.form in ("not", "!") and len(left.args) == 1:
        return _negated(left.start, left.form, left.args[0], mark, right)
    return Call(left.start, right.end, operator, (left, right), mark)


def _negated(start: int, negation: str, left: Syntax, mark: Token, right: Syntax) -> Call:
    """Build `not(left in right)`; line breaks around such an `in` do not count."""
    unbroken = Token("UNBROKEN", mark.start, mark.end, mark.text)
    inside = Call(left.start, right.end, "in", (left, right), unbroken)
    return Call(start, right.end, negation, (inside,), unbroken)
