"""The tree as Elixir's own AST, in canonical JSON: what `Code.string_to_quoted` of Elixir 1.14 gives for the source.

| Elixir         | JSON                                                            |
|----------------|-----------------------------------------------------------------|
| integer, float | `12`, `{"f":"3ff8000000000000"}` (the bits of the float)        |
| atom           | `{"a":"name"}`                                                  |
| binary         | `"text"`, or `{"b":"<base64>"}` if it is not UTF-8              |
| list           | `[…]`; a charlist is the list of its code points                |
| `{left, right}`| `{"t":[left,right]}`                                            |
| three-tuple    | `{"n":[form,metadata,arguments]}`; no arguments: `{"a":"nil"}`  |

The metadata are `[line,column]` in the plain mode. In the full mode they are an object with everything that
`token_metadata` adds, and each literal stands in a `__block__` with metadata of its own, as `literal_encoder` makes it.
Most of that is not in the tree: the text at the place of a node tells it.
"""

import base64
import json
import re
import struct
from collections.abc import Iterator
from typing import Final, TypeAlias

from rules.elixir.columns import Columns
from rules.elixir.syntax import (
    Atom,
    Call,
    CaptureIndex,
    Charlist,
    Error,
    Fragment,
    Keyword,
    List,
    Modifiers,
    Name,
    Number,
    Pair,
    String,
    Syntax,
    Token,
    Tuple,
    Variable,
)
from rules.source import SourceFile

Metadata: TypeAlias = list[tuple[str, str]]  # keys and JSON, in Elixir's order; keys may come twice
_BARE: Final = (Name, Fragment, Modifiers, CaptureIndex)  # literals that no literal_encoder sees
_GAP: Final = re.compile(r"(?:[ \t]++|\\?\r?\n|#[^\n]*+)*+")
_BREAKABLE: Final = frozenset({"BINARY", "WHEN", "PIPE", "ARROW"})


def encode(tree: Syntax, source: SourceFile, *, full: bool) -> str:
    """Return *tree* of *source* as canonical JSON, in the full or the plain mode."""
    columns = Columns(tree, source)
    return (_Full(source, columns) if full else _Plain(source, columns)).term(tree)


class _Plain:
    """Writes nodes with line and column."""

    def __init__(self, source: SourceFile, columns: Columns) -> None:
        self.text = source.text
        self.columns = columns

    def term(self, node: Syntax, terminator: int | None = None) -> str:
        """Write *node*; *terminator* is where the search for what ends the expression begins, if something does."""
        if isinstance(node, Call):
            return self._call(node, terminator)
        if isinstance(node, Variable):
            return f'{{"n":[{_atom(node.name)},{self._meta(self._place(_start(node)), terminator)},{{"a":"nil"}}]}}'
        if isinstance(node, Error):
            raise TypeError("a tree with errors has no AST")
        return self._literal(node, terminator)

    def _literal(self, node: Syntax, terminator: int | None) -> str:  # noqa: ARG002  # the full mode wants it
        return self._value(node)

    def _value(self, node: Syntax) -> str:
        if isinstance(node, Pair):
            return f'{{"t":[{self.term(node.left)},{self.term(node.right)}]}}'
        if isinstance(node, List):
            return f"[{','.join(self._row(node.items))}]"
        return _leaf(node)

    def _row(self, items: tuple[Syntax, ...]) -> Iterator[str]:
        """Write a row of items; of clauses, all but the last are followed by another."""
        last = len(items) - 1
        for index, item in enumerate(items):
            if isinstance(item, Call) and item.form == "->":
                yield self._clause(item, followed=index < last)
            else:
                yield self.term(item)

    def _clause(self, clause: Call, *, followed: bool) -> str:
        heads, body = clause.args
        first = body.args[0] if _is_bare_block(body) else body  # type: ignore[union-attr]  # a block is a call
        ends_itself = isinstance(first, List) and not first.brackets
        many = body is not first and len(body.args) > 1  # type: ignore[union-attr]  # as above
        terminator = first.end if ends_itself and (followed or many) else None
        written = self._statements(body, followed=followed)
        meta = self._meta(self._of_call(clause), terminator)
        return f'{{"n":[{{"a":"->"}},{meta},[{self.term(heads)},{written}]]}}'

    def _statements(self, node: Syntax, *, followed: bool) -> str:
        """Write a body, which may be a block of statements; each that another follows says where it ends."""
        if not _is_bare_block(node):
            return self.term(node, node.end if followed else None)
        assert isinstance(node, Call)  # noqa: S101  # blocks are calls
        last = len(node.args) - 1
        args = [self.term(one, one.end if index < last or followed else None) for index, one in enumerate(node.args)]
        return f'{{"n":[{{"a":"__block__"}},{self._meta(self._of_call(node), None)},[{",".join(args)}]]}}'

    def _call(self, node: Call, terminator: int | None) -> str:
        if node.form == "__block__":
            return self._block(node, terminator)
        form = _atom(node.form) if isinstance(node.form, str) else self.term(node.form)
        args = ",".join(self._row(node.args))
        return f'{{"n":[{form},{self._meta(self._of_call(node), terminator)},[{args}]]}}'

    def _block(self, node: Call, terminator: int | None) -> str:
        last = len(node.args) - 1
        args = [self.term(one, one.end if index < last else None) for index, one in enumerate(node.args)]
        return f'{{"n":[{{"a":"__block__"}},{self._meta(self._of_call(node), terminator)},[{",".join(args)}]]}}'

    def _of_call(self, node: Call) -> Metadata:
        own = [] if node.name_token is None else self._place(node.name_token.start)
        return own + self._parens(node) if node.form == "__block__" else own

    def _parens(self, node: Syntax) -> Metadata:
        """Return the metadata that parentheses add to what is a `__block__` already."""
        places = [*node.inner[1:], (node.start, node.end)] if node.inner else []
        made: Metadata = []
        for start, end in places:
            made += [("closing", self._object(self._place(end - 1))), *self._place(start)]
        return made

    def _place(self, offset: int) -> Metadata:
        line, column = self.columns.place(offset)
        return [("line", str(line)), ("column", str(column))]

    def _object(self, metadata: Metadata) -> str:
        return "{" + ",".join(f'"{key}":{value}' for key, value in sorted(metadata)) + "}"

    def _meta(self, metadata: Metadata, terminator: int | None) -> str:  # noqa: ARG002  # the full mode wants it
        found = dict(reversed(metadata))
        return f"[{found['line']},{found['column']}]" if found else "[]"


class _Full(_Plain):
    """Writes nodes with all metadata, and literals in blocks."""

    def _literal(self, node: Syntax, terminator: int | None) -> str:
        value = self._value(node)
        if isinstance(node, _BARE) or (isinstance(node, Pair) and not isinstance(node, Tuple)):
            return value
        if isinstance(node, List) and not node.brackets:
            return value
        metadata = self._of_literal(node) + self._place(_start(node)) + self._parens(node)
        return f'{{"n":[{{"a":"__block__"}},{self._meta(metadata, terminator)},[{value}]]}}'

    def _of_literal(self, node: Syntax) -> Metadata:
        start, end = _extent(node)
        if isinstance(node, Number):
            return [("token", _text(self.text[start:end]))]
        if isinstance(node, Keyword):
            return [("format", _atom("keyword"))]
        if isinstance(node, Atom):
            return [("delimiter", '"\\""')] if self.text[start + 1 : start + 2] in ('"', "'") else []
        if isinstance(node, String | Charlist):
            return self._delimiter(start, end)
        return [*self._line_breaks_after(start + 1), ("closing", self._object(self._place(end - 1)))]

    def _of_call(self, node: Call) -> Metadata:
        token = node.name_token
        if token is None:
            return self._parens(node)
        metadata = self._of_do(node) + self._of_brackets(node)
        if isinstance(node.form, Call) and node.form.opening_token is not None and node.form.form != ".":
            return metadata + self._of_call(node.form)  # name(…)(…)
        metadata += self._of_mark(node, token) + self._place(token.start)
        return metadata + self._parens(node) if node.form == "__block__" else metadata

    def _of_do(self, node: Call) -> Metadata:
        if node.do_token is None or node.end_token is None:
            return []
        do, end = self._place(node.do_token.start), self._place(node.end_token.start)
        return [("do", self._object(do)), ("end", self._object(end))]

    def _of_brackets(self, node: Call) -> Metadata:
        if node.closing_token is None:
            return []
        closing = ("closing", self._object(self._place(node.closing_token.start)))
        if node.form == "fn":
            return [*self._line_breaks_after_fn(node), closing]
        if node.opening_token is None or node.form == "__block__":
            return [closing]
        return [*self._line_breaks_after(node.opening_token.end), closing]

    def _of_mark(self, node: Call, token: Token) -> Metadata:
        """Return what the name, the operator or the quote of a call tells."""
        if token.kind in _BREAKABLE:
            after = [] if token.text == "=" else self._line_breaks_after(token.end)  # Elixir forgets those after `=`
            return after or self._line_breaks_before(token.start)
        if token.kind in ("QUOTE", "SIGIL"):
            return self._of_quote(node, token)
        if node.form == "__aliases__":
            return [("last", self._object(self._place(node.args[-1].start)))]
        if token.kind == "OP_IDENTIFIER" and isinstance(node.form, str) and len(node.args) == 1:
            return [("ambiguous_op", "null")]
        if isinstance(node.form, Call) and not node.args and node.opening_token is None and token.kind != "DOT":
            return [("no_parens", "true")]
        return []

    def _of_quote(self, node: Call, token: Token) -> Metadata:
        if node.form == ".":
            return []
        if token.text in ("atom", "keyword") and token.kind == "QUOTE":
            return [("format", _atom("keyword")) if token.text == "keyword" else ("delimiter", '"\\""')]
        if token.kind == "QUOTE":
            return self._delimiter(token.start, token.end)
        opening = token.start + 1 + len(token.text)
        closing = token.end
        while self.text[closing - 1].isalnum():
            closing -= 1
        metadata = self._delimiter(opening, closing)
        return metadata[:1] if node.form != "<<>>" else metadata[1:]

    def _delimiter(self, start: int, end: int) -> Metadata:
        """Return the delimiter of a quoted text, and the indentation of a heredoc."""
        quote = self.text[start]
        if quote not in "\"'" or not self.text.startswith(quote * 3, start) or end - start < 6:  # noqa: PLR2004  # quotes
            return [("delimiter", _text(quote))]
        indentation = self.columns.place(end - 3)[1] - 1
        return [("delimiter", _text(quote * 3)), ("indentation", str(indentation))]

    def _line_breaks_after_fn(self, node: Call) -> Metadata:
        assert node.name_token is not None  # noqa: S101  # `fn` has its word
        following = self._next_token(node.name_token.end)
        if self.text[following] == ";":
            following = self._next_token(following + 1)
        return [] if self.text.startswith("->", following) else self._line_breaks_before(following)

    def _line_breaks_after(self, offset: int) -> Metadata:
        following = self._next_token(offset)
        if self.text.startswith(("..", "//"), following) and not self.text.startswith("...", following):
            return []  # these take the line breaks before them away
        return self._line_breaks_before(following, offset)

    def _line_breaks_before(self, offset: int, start: int = 0) -> Metadata:
        """Count the line breaks right before *offset*; those before a comment do not count."""
        begin = offset
        while begin > start and self.text[begin - 1] in " \t\r\n":
            begin -= 1
        count = self.text.count("\n", begin, offset)
        if count and begin > start and self.text[begin - 1] == "\\":  # the first of them is escaped
            count -= 1
        return [("newlines", str(count))] if count else []

    def _next_token(self, offset: int) -> int:
        found = _GAP.match(self.text, offset)
        return found.end() if found else offset

    def _meta(self, metadata: Metadata, terminator: int | None) -> str:
        if terminator is not None:
            metadata = [("end_of_expression", self._end_of_expression(terminator)), *metadata]
        values: dict[str, list[str]] = {}
        for key, value in metadata:
            values.setdefault(key, []).append(value)
        fields = (
            f'"{key}":{found[0] if len(found) == 1 else "[" + ",".join(found) + "]"}'
            for key, found in sorted(values.items())
        )
        return "{" + ",".join(fields) + "}"

    def _end_of_expression(self, offset: int) -> str:
        """Describe the line break or semicolon that ends the expression before *offset*."""
        found = _TO_TERMINATOR.match(self.text, offset)
        place = found.end() if found else offset
        following = self._next_token(place + (self.text[place] == ";"))
        if self.text[place] == ";":
            count = self.text.count("\n", place, following)
        else:
            count = int(dict(self._line_breaks_before(following, place)).get("newlines", "0"))
        return self._object([("newlines", str(count)), *self._place(place)])


_TO_TERMINATOR: Final = re.compile(
    r"(?:[ \t]++|\\\r?\n)*+"
)  # to a comment, too: there Elixir says that the line breaks


def _is_bare_block(node: Syntax) -> bool:
    """Tell whether *node* is a block that only stands for the statements in it."""
    return isinstance(node, Call) and node.form == "__block__" and node.name_token is None and bool(node.args)


def _extent(node: Syntax) -> tuple[int, int]:
    return node.inner[0] if node.inner else (node.start, node.end)


def _start(node: Syntax) -> int:
    return node.inner[0][0] if node.inner else node.start


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _atom(name: str) -> str:
    return f'{{"a":{_text(name)}}}'


def _leaf(node: Syntax) -> str:
    if isinstance(node, Atom):
        return _atom(node.name)
    if isinstance(node, Number):
        return str(node.value) if isinstance(node.value, int) else f'{{"f":"{struct.pack(">d", node.value).hex()}"}}'
    if isinstance(node, String):
        value = node.value
        return _text(value) if isinstance(value, str) else f'{{"b":"{base64.b64encode(value).decode()}"}}'
    assert isinstance(node, Charlist)  # noqa: S101  # the other leaves are above
    return f"[{','.join(str(ord(char)) for char in node.value)}]"
