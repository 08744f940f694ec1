"""Elixir as `mix format` prints it: expressions and statements, at a width and an indentation."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, assert_never

from rules.elixir.algebra import (
    Break,
    Concat,
    Doc,
    Group,
    Hard,
    Nest,
    NextBreakFits,
    concat,
    layout,
    surround,
    with_comma,
)
from rules.elixir.operators import BINARY, PREFIX
from rules.elixir.syntax import (
    Association,
    Atom,
    Call,
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
    Tuple,
    Variable,
    walk,
)
from rules.source import LINE_LENGTH, SourceFile

STEP: Final = 2  # columns, as the formatter indents
BARE_ATOM: Final = re.compile(r"[a-zA-Z_][a-zA-Z0-9_@]*[?!]?")
# Ecto exports these to the formatter: it leaves them without parentheses where the author wrote none.
COMMANDS: Final = "add|add_if_not_exists|create|create_if_not_exists|drop|drop_if_exists|execute|modify|remove|rename"
WITH_PARENTHESES: Final = re.compile(rf"^\s*(?:{COMMANDS})\(", re.MULTILINE)
WITHOUT_PARENTHESES: Final = re.compile(rf"^\s*(?:{COMMANDS})\s+[:\[\"a-z~].*(?<! do)$", re.MULTILINE)
BLOCKS_WITH_PARENTHESES: Final = re.compile(r"^\s*(?:create|alter)\(table\(.*\)\) do$", re.MULTILINE)
UNDERSCORED: Final = 100_000  # from here on the formatter groups digits
HEREDOC: Final = re.compile(r"""(?:~[A-Za-z]+)?(?:\"{3}|'{3})""")
OPENED_LINE: Final = re.compile(r"\[\n")
PLAIN: Final = frozenset([*COMMANDS.split("|"), "timestamps"])
UNBOUNDED: Final = 1_000_000  # columns: nothing breaks
COPIED: Final = frozenset({"fn", "<<>>", "__block__", "->", "&", "..//", "|>"})  # only as they are written
NOT_BARE: Final = frozenset({"timestamps"})  # reads as a call even in files that leave parentheses out
ESCAPES: Final = {"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0", "\x1b": "\\e"}


@dataclass(frozen=True, slots=True)
class Habit:
    """How a file is written: with parentheses around the arguments of commands, and how wide."""

    parentheses: bool = False
    around_table: bool = False  # in `create(table(...)) do`
    width: int = LINE_LENGTH
    text: str = ""  # of the file that the statements stand in, if they stand in one


def habit_of(source: SourceFile) -> Habit:
    """Return the habit that most commands of *source* follow."""
    with_them = len(WITH_PARENTHESES.findall(source.text))
    mostly = with_them > len(WITHOUT_PARENTHESES.findall(source.text))
    around_table = BLOCKS_WITH_PARENTHESES.search(source.text) is not None
    return Habit(mostly, around_table, source.line_length)


def lines(statements: Sequence[Syntax], indent: int, habit: Habit) -> list[str]:
    """Return *statements* one below the other, with a blank line around those that take several lines."""
    written = [_statement(statement, indent, habit) for statement in statements]
    found: list[str] = []
    for index, part in enumerate(written):
        if index and (_is_long(part, indent, habit) or _is_long(written[index - 1], indent, habit)):
            found.append("")
        found += part
    return [" " * indent + line if line else "" for line in found]


def _is_long(part: list[str], indent: int, habit: Habit) -> bool:
    return len(part) > 1 or indent + len(part[0]) > habit.width


def one_line(node: Syntax, text: str = "") -> str:
    """Return an expression on one line; *text* is the source that it stands in, if it does."""
    return layout(_Printer(text).doc(node), UNBOUNDED)


class _Printer:
    """Makes documents of nodes; what stands in *text* and has no other spelling is copied from there."""

    def __init__(self, text: str) -> None:
        self.text = text

    def doc(self, node: Syntax) -> Doc:
        """Return the document of an expression."""
        match node:
            case Atom() | Variable():
                return _name(node)
            case Number() | String() | Charlist():
                return self._literal(node)
            case Pair():
                return self._pair(node)
            case List():
                return self._list(node)
            case Call():
                return self._call(node)
            case Error():
                raise ValueError("what could not be read cannot be printed")
        assert_never(node)

    def _list(self, node: List) -> Doc:
        if not node.brackets:
            return self._separated(node.items)
        broken = self._broken_by_hand(node)
        return surround("[", self._separated(node.items, broken=broken), "]") if node.items else "[]"

    def _copied(self, node: Syntax) -> Doc:
        """Return what stands at the place of *node*; none that was made has a place."""
        copied = self.text[node.start : node.end]
        if not copied or node.inner:
            raise ValueError("the expression stands nowhere, or in parentheses")
        first, *rest = copied.split("\n")
        if not rest:
            return first
        if any(self._keeps_its_lines(part) for part in walk(node)):
            raise ValueError("a string of several lines cannot be moved")
        margin = len(rest[-1]) - len(rest[-1].lstrip())
        parts: list[Doc] = [first]
        for line in rest:
            parts += [
                Hard.LINE if line.strip() else Hard.BLANK,
                line[margin:] if line[:margin].isspace() else line.strip(),
            ]
        return Concat(tuple(parts))

    def _keeps_its_lines(self, node: Syntax) -> bool:
        """Tell whether the lines of a literal are part of what it says, to the column."""
        is_text = isinstance(node, String | Charlist | Atom) or (isinstance(node, Call) and node.form == "<<>>")
        written = self.text[node.start : node.end]
        return is_text and "\n" in written and not HEREDOC.match(written) and not isinstance(node, Fragment | Modifiers)

    def _literal(self, node: Number | String | Charlist) -> Doc:
        if self.text and node.end > node.start and not node.inner:
            copied = self._copied(node)
            is_plain = isinstance(copied, str) and copied.isdecimal() and len(copied) >= len(str(UNDERSCORED))
            return f"{int(str(copied)):_}" if is_plain else copied
        if isinstance(node, Number):
            return (
                f"{node.value:_}" if isinstance(node.value, int) and abs(node.value) >= UNDERSCORED else str(node.value)
            )
        if isinstance(node, String):
            return _quoted(node.value if isinstance(node.value, str) else node.value.decode())
        return "'" + _escaped(node.value).replace("'", "\\'") + "'"

    def _pair(self, node: Pair) -> Doc:
        left, right = self.doc(node.left), self.doc(node.right)
        match node:
            case Tuple():
                inner = concat(with_comma(left), Break(flexible=True), right)
                return Group(concat("{", Nest(inner, 1), "}"))
            case Association():
                left = Group(concat(left, " =>"))
            case _:
                pass
        if self._opens(node.right):
            return concat(left, " ", right)
        return Group(concat(left, Nest(concat(Break(), Group(right)), 2)))

    def _separated(self, nodes: Sequence[Syntax], *, broken: bool = False) -> Doc:
        parts: list[Doc] = [Hard.UNFIT] if broken else []
        for index, node in enumerate(nodes):
            if index:
                parts.append(Hard.LINE if broken else Break())
            made = self.doc(node)
            parts.append(with_comma(made) if index < len(nodes) - 1 else made)
        return Concat(tuple(parts))

    def _broken_by_hand(self, node: List | Call) -> bool:
        """Tell whether a line break follows the opening bracket, which the formatter keeps."""
        return (
            OPENED_LINE.match(self.text, node.start, node.end) is not None
            if isinstance(node, List)
            else (node.opening is not None and self.text[node.opening.end : node.opening.end + 1] == "\n")
        )

    def _call(self, node: Call) -> Doc:
        form = node.form
        if not isinstance(form, str):
            return self._remote(node, form)
        if form in COPIED or form.startswith("sigil_") or node.do is not None:
            return self._copied(node)
        if node.name is not None and node.opening is None and (form in BINARY or form in PREFIX):
            return self._operation(node, form)
        if form in {"__aliases__", ".", "%", "%{}", "{}"}:
            return self._composed(node, form)
        if node.name is not None and node.opening is None and node.args and not node.inner:
            return self.bare(form, node.args)
        return self.with_parentheses(form, node.args, broken=self._broken_by_hand(node))

    def _remote(self, node: Call, form: Syntax) -> Doc:
        """Print what is called on something: `a.b`, `a.b(c)`; an access, or a call without parentheses, is copied."""
        if node.opening is None:
            return self._copied(node) if node.args or not isinstance(form, Call) else self.doc(form)
        if self.text[node.opening.start : node.opening.end] != "(":
            return self._copied(node)
        return self.with_parentheses(_flat(self.doc(form)), node.args, broken=self._broken_by_hand(node))

    def _composed(self, node: Call, form: str) -> Doc:
        match form:
            case "__aliases__":
                return ".".join(_flat(self.doc(arg)) for arg in node.args)
            case ".":
                return concat(self._operand(node.args[0]), ".", *(self.doc(arg) for arg in node.args[1:]))
            case "%":
                return self._map(node.args[1], f"%{_flat(self.doc(node.args[0]))}")
            case "%{}":
                return self._map(node, "%")
            case _:
                return Group(concat("{", Nest(_flexible(self._separated(node.args)), 1), "}"))

    def _operation(self, node: Call, form: str) -> Doc:
        match node.args:
            case (left, right):
                operands = [*self._operands(left, form), *self._operands(right, form)]
                mark, gap = (form, Break("")) if form == ".." else (f" {form}", Break())
                return Group(_joined(operands, mark, gap, from_right=BINARY[form][0] > BINARY[form][1]))
            case (Call(form="in"),):
                return self._copied(node)
            case (operand,):
                return concat("not " if form == "not" else form, self._operand(operand))
            case _:
                return self._copied(node)

    def _operands(self, node: Syntax, form: str) -> list[Doc]:
        """Return what stands between operators of one kind, `a <> b <> c`."""
        match node:
            case Call(form=str(inner), args=(left, right), inner=()) if inner == form:
                return [*self._operands(left, form), *self._operands(right, form)]
            case _:
                return [self._operand(node)]

    def _operand(self, node: Syntax) -> Doc:
        return concat("(", self.doc(node), ")") if node.inner and isinstance(node, Call) else self.doc(node)

    def _map(self, node: Syntax, mark: str) -> Doc:
        if not isinstance(node, Call) or any(isinstance(arg, Call) for arg in node.args):
            return self._copied(node)  # an update
        items = [item for arg in node.args for item in (arg.items if isinstance(arg, List) else (arg,))]
        broken = self._broken_by_hand(node)
        return surround(mark + "{", self._separated(items, broken=broken), "}") if items else mark + "{}"

    def with_parentheses(self, name: str, args: tuple[Syntax, ...], *, broken: bool = False, extra: str = "") -> Doc:
        """Return a call with parentheses, and *extra* behind it."""
        if not args:
            return f"{name}(){extra}"
        *left, last = args
        if left and _is_options(last):
            options = concat(Hard.LINE if broken else Break(), self._items(last, broken=broken))
            end = Group(concat(Nest(options, 2, if_broken=True), Break("")), inherits=True)
            head = with_comma(self._separated(left, broken=broken))
            inner: Doc = concat(Nest(head, 2, if_broken=True), NextBreakFits(end, enabled=True))
            return self._enclosed(name, inner, extra, fits=True)
        items = _flattened(args)
        fits = self._opens(items[-1]) and not broken
        broken = broken and len(items) > 1
        row = self._row(items, broken=broken, fits=fits)
        return self._enclosed(name, concat(Nest(row, 2, if_broken=True), Break("")), extra, fits=fits)

    def _enclosed(self, name: str, inner: Doc, extra: str, *, fits: bool) -> Doc:
        made = Group(concat(Nest(concat("(", Break("")), 2, if_broken=True), inner, ")", extra))
        return concat(name, NextBreakFits(made, enabled=False) if fits else made)

    def bare(self, name: str, args: tuple[Syntax, ...], extra: str = "") -> Doc:
        """Return a call without parentheses, and *extra* behind it."""
        *left, last = args
        if left and _is_options(last):
            options = Group(concat(Break(), self._items(last)), inherits=True)
            head = with_comma(self._separated(left))
            inner = Nest(concat(head, NextBreakFits(options, enabled=True)), None, if_broken=True)
            return concat(name, NextBreakFits(Group(concat(" ", Nest(inner, 2), extra)), enabled=False))
        items = _flattened(args)
        fits = self._opens(items[-1])
        made = Group(concat(" ", Nest(self._row(items, broken=False, fits=fits), None, if_broken=True), extra))
        return concat(name, NextBreakFits(made, enabled=False) if fits else made)

    def _row(self, items: tuple[Syntax, ...], *, broken: bool, fits: bool) -> Doc:
        if not fits:
            return self._separated(items, broken=broken)
        *before, last = items
        row = [with_comma(self.doc(item)) for item in before]
        parts = [part for made in row for part in (made, Break())]
        return concat(*parts, NextBreakFits(self.doc(last), enabled=True))

    def _items(self, node: Syntax, *, broken: bool = False) -> Doc:
        return self._separated(node.items, broken=broken) if isinstance(node, List) else self.doc(node)

    def _opens(self, node: Syntax) -> bool:
        """Tell whether it is enough for the beginning of a node to fit on the line."""
        if isinstance(node, List):
            return node.brackets
        if isinstance(node, Call) and node.form in {"%", "%{}", "fn"}:
            return bool(node.args)
        return HEREDOC.match(self.text, node.start, node.end) is not None and node.end > node.start


def _joined(operands: list[Doc], mark: str, gap: Doc, *, from_right: bool) -> Doc:
    """Join what stands between operators; a row of them breaks as late as its associativity lets it."""
    if from_right:
        *before, made = operands
        for operand in reversed(before):
            made = concat(operand, Group(concat(mark, gap, Group(made))))
        return Nest(made, 2)
    first, *rest = operands
    return Nest(concat(first, *(Group(concat(mark, gap, Group(operand))) for operand in rest)), 2)


def _flat(doc: Doc) -> str:
    return layout(doc, UNBOUNDED)


def _flexible(doc: Doc) -> Doc:
    parts = doc.parts if isinstance(doc, Concat) else (doc,)
    return concat(*(Break(flexible=True) if isinstance(part, Break) else part for part in parts))


def _name(node: Atom | Variable) -> str:
    match node:
        case Keyword(name=name):
            return f"{name}:" if BARE_ATOM.fullmatch(name) else f"{_quoted(name)}:"
        case Name(name=name) | Variable(name=name):
            return name
        case Atom(name=name):
            return name if name in {"nil", "true", "false"} else _atom(name)


def _atom(name: str) -> str:
    if name.startswith("Elixir."):
        return name.removeprefix("Elixir.")
    return f":{name}" if BARE_ATOM.fullmatch(name) else f":{_quoted(name)}"


def _quoted(text: str) -> str:
    return '"' + _escaped(text).replace('"', '\\"') + '"'


def _escaped(text: str) -> str:
    return "".join(ESCAPES.get(character, character) for character in text).replace("#{", "\\#{")


def _statement(node: Syntax, indent: int, habit: Habit) -> list[str]:
    printer = _Printer(habit.text)
    if isinstance(node, Call) and isinstance(node.form, str):
        if node.do_token is not None:
            return _block(node, indent, habit)
        if node.form in PLAIN and node.args:
            bare = not (habit.parentheses or node.form in NOT_BARE)
            doc = printer.bare(node.form, node.args) if bare else printer.doc(node)
            return layout(doc, habit.width - indent).split("\n")
    return layout(printer.doc(node), habit.width - indent).split("\n")


def _block(node: Call, indent: int, habit: Habit) -> list[str]:
    head, done = node.args
    body = done.items[0].right if isinstance(done, List) and isinstance(done.items[0], Pair) else done
    statements = list(body.args) if isinstance(body, Call) and body.form == "__block__" else [body]
    inner = lines(statements, STEP, replace(habit, width=habit.width - indent))
    printer, name = _Printer(habit.text), str(node.form)
    made = (
        printer.with_parentheses(name, (head,), extra=" do")
        if habit.around_table
        else printer.bare(name, (head,), " do")
    )
    return [*layout(made, habit.width - indent).split("\n"), *inner, "end"]


def _is_options(node: Syntax) -> bool:
    return isinstance(node, List) and not node.brackets


def _flattened(args: tuple[Syntax, ...]) -> tuple[Syntax, ...]:
    """Return arguments with options among them."""
    last = args[-1]
    return (*args[:-1], *last.items) if isinstance(last, List) and not last.brackets else args
