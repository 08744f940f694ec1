"""The tree of an Elixir source: one node for each node of Elixir's own AST, always with its place in the text.

Calls are the three-tuples of Elixir: operators, containers, blocks, clauses and sigils are calls whose form is a
string, just as `Code.string_to_quoted` has them. Keyword lists and do-blocks are a trailing list of pairs.

Nodes are read-only by convention: plain classes, because a frozen dataclass takes three times as long to make.

Two nodes are equal only if they are the same node; `same` compares what they say.
"""

from collections.abc import Iterator
from typing import ClassVar, TypeAlias

from rules.source import Span


class Token:
    """A word or mark of the source: its kind is a terminal of the grammar."""

    __slots__ = ("end", "kind", "start", "text")

    def __init__(self, kind: str, start: int, end: int, text: str) -> None:
        self.kind = kind
        self.start = start
        self.end = end
        self.text = text

    @property
    def span(self) -> Span:
        """The place of the token in the source."""
        return Span(self.start, self.end)


class Node:
    """A piece of syntax at a place: offsets in characters, half open, enclosing parentheses included."""

    __slots__ = ("end", "inner", "start")

    kind: ClassVar[str] = "LITERAL"  # the terminal that a node is when the tokenizer made it

    start: int
    end: int
    inner: tuple[tuple[int, int], ...]  # its places within the parentheses around it, innermost first

    @property
    def span(self) -> Span:
        """The place of the node in the source."""
        return Span(self.start, self.end)


class Atom(Node):
    """`:name`, `true`, `false`, `nil`, or the key of a block such as `do`."""

    __slots__ = ("name",)

    keyword: ClassVar[bool] = False

    def __init__(self, start: int, end: int, name: str) -> None:
        self.start = start
        self.end = end
        self.inner = ()
        self.name = name


class Keyword(Atom):
    """The key of `key: value`; its place includes the colon."""

    __slots__ = ()

    keyword: ClassVar[bool] = True
    kind: ClassVar[str] = "KEYWORD"


class Name(Atom):
    """An atom that is no expression of its own: a segment of an alias, a name after a dot."""

    __slots__ = ()


class Number(Node):
    """An integer, a float, or a character such as `?a`."""

    __slots__ = ("value",)

    def __init__(self, start: int, end: int, value: float) -> None:
        self.start = start
        self.end = end
        self.inner = ()
        self.value = value


class CaptureIndex(Number):
    """The number in `&1`."""

    __slots__ = ()


class String(Node):
    """A binary without interpolation, its escapes resolved; bytes if they are no valid UTF-8."""

    __slots__ = ("value",)

    def __init__(self, start: int, end: int, value: str | bytes) -> None:
        self.start = start
        self.end = end
        self.inner = ()
        self.value = value


class Fragment(String):
    """The text between two interpolations, or all the text of a sigil."""

    __slots__ = ()


class Charlist(Node):
    """`'text'`, or the modifiers of a sigil."""

    __slots__ = ("value",)

    def __init__(self, start: int, end: int, value: str) -> None:
        self.start = start
        self.end = end
        self.inner = ()
        self.value = value


class Modifiers(Charlist):
    """The letters after the closing delimiter of a sigil."""

    __slots__ = ()


class List(Node):
    """A list; without brackets it is the keywords of a call, or its do-blocks."""

    __slots__ = ("brackets", "items")

    def __init__(self, start: int, end: int, items: "tuple[Syntax, ...]", *, brackets: bool) -> None:
        self.start = start
        self.end = end
        self.inner = ()
        self.items = items
        self.brackets = brackets


class Pair(Node):
    """`{left, right}`, `key: value`, `key => value`, or `do` with its body."""

    __slots__ = ("left", "right")

    def __init__(self, start: int, end: int, left: "Syntax", right: "Syntax") -> None:
        self.start = start
        self.end = end
        self.inner = ()
        self.left = left
        self.right = right


class Tuple(Pair):
    """A literal tuple of two: `{left, right}`."""

    __slots__ = ()


class Association(Pair):
    """`key => value` in a map."""

    __slots__ = ()


class Variable(Node):
    """A name that stands alone: a variable, or a call without arguments and parentheses."""

    __slots__ = ("name",)

    def __init__(self, start: int, end: int, name: str) -> None:
        self.start = start
        self.end = end
        self.inner = ()
        self.name = name


class Call(Node):
    """A form applied to arguments; the form is a name or operator, or for `a.b(c)` the call of `.`."""

    __slots__ = ("args", "closing_token", "do_token", "end_token", "form", "name_token", "opening_token")

    def __init__(
        self, start: int, end: int, form: "str | Syntax", args: "tuple[Syntax, ...]", name_token: Token | None
    ) -> None:
        self.start = start
        self.end = end
        self.inner = ()
        self.form = form
        self.args = args
        self.name_token = name_token  # where Elixir says that the call is
        self.opening_token: Token | None = None
        self.closing_token: Token | None = None
        self.do_token: Token | None = None
        self.end_token: Token | None = None

    @property
    def name(self) -> Span | None:
        """The place of the function's name, of the operator, or of what opens a container; a bare block has none."""
        return _place(self.name_token)

    @property
    def opening(self) -> Span | None:
        """The place of the opening parenthesis or bracket."""
        return _place(self.opening_token)

    @property
    def closing(self) -> Span | None:
        """The place of the closing parenthesis or bracket."""
        return _place(self.closing_token)

    @property
    def do(self) -> Span | None:
        """The place of `do`."""
        return _place(self.do_token)

    @property
    def end_(self) -> Span | None:
        """The place of the `end` that closes `do`."""
        return _place(self.end_token)


def _place(token: Token | None) -> Span | None:
    return None if token is None else token.span


class Error(Node):
    """A statement that could not be read."""

    __slots__ = ("message",)

    kind: ClassVar[str] = "ERROR"

    def __init__(self, start: int, end: int, message: str) -> None:
        self.start = start
        self.end = end
        self.inner = ()
        self.message = message


Literal: TypeAlias = Node  # as the tokenizer makes them
Syntax: TypeAlias = Atom | Number | String | Charlist | List | Pair | Variable | Call | Error


class Comment:
    """A comment, from its `#` to the end of the line."""

    __slots__ = ("end", "start", "text")

    def __init__(self, start: int, end: int, text: str) -> None:
        self.start = start
        self.end = end
        self.text = text

    @property
    def span(self) -> Span:
        """The place of the comment in the source."""
        return Span(self.start, self.end)


def children(node: Syntax) -> tuple[Syntax, ...]:
    """Return the parts of *node* in the order of Elixir's AST; the form of a call first, if it is syntax."""
    if isinstance(node, Call):
        return node.args if isinstance(node.form, str) else (node.form, *node.args)
    if isinstance(node, List):
        return node.items
    if isinstance(node, Pair):
        return (node.left, node.right)
    return ()


def walk(node: Syntax) -> Iterator[Syntax]:
    """Yield *node* and everything in it, outer nodes first, in the order of Elixir's AST."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(children(current)))


def same(left: Syntax, right: Syntax) -> bool:
    """Tell whether two nodes say the same, wherever they stand."""
    pairs = [(left, right)]
    while pairs:
        one, other = pairs.pop()
        if _says(one) != _says(other):
            return False
        pairs.extend(zip(children(one), children(other), strict=True))
    return True


def _says(node: Syntax) -> tuple[object, ...]:
    """Return what *node* says without its parts."""
    parts = len(children(node))
    if isinstance(node, Atom | Variable):
        return (type(node), node.name, parts)
    if isinstance(node, Number | String | Charlist):
        return (type(node), type(node.value), node.value, parts)
    if isinstance(node, Call):
        return (Call, node.form if isinstance(node.form, str) else None, parts)
    return (type(node), parts)
