"""How `mix format` would lay out the statements that rewrites write."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from rules.ecto.place import block_of
from rules.elixir.syntax import Atom, Call, Keyword, List, Number, Pair, String, Syntax, Tuple
from rules.source import SourceFile

STEP: Final = 2  # columns, as the formatter indents
WIDTH: Final = 98  # the formatter's default
BARE_ATOM: Final = re.compile(r"[a-zA-Z_][a-zA-Z0-9_@]*[?!]?")
# Ecto exports these to the formatter: it leaves them without parentheses where the author wrote none.
COMMANDS: Final = "add|add_if_not_exists|create|create_if_not_exists|drop|drop_if_exists|execute|modify|remove|rename"
WITH_PARENTHESES: Final = re.compile(rf"^\s*(?:{COMMANDS})\(", re.MULTILINE)
WITHOUT_PARENTHESES: Final = re.compile(rf"^\s*(?:{COMMANDS})\s+[:\[\"a-z~].*(?<! do)$", re.MULTILINE)
BLOCKS_WITH_PARENTHESES: Final = re.compile(r"^\s*(?:create|alter)\(table\(.*\)\) do$", re.MULTILINE)
NOT_BARE: Final = frozenset({"timestamps"})  # reads as a call even in files that leave parentheses out
ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0", "\x1b": "\\e"}


@dataclass(frozen=True, slots=True)
class Habit:
    """How a file is written: with parentheses around the arguments of commands, and how wide."""

    parentheses: bool = False
    around_table: bool = False  # in `create(table(...)) do`
    width: int = WIDTH


def habit_of(source: SourceFile) -> Habit:
    """Return the habit that most commands of *source* follow."""
    with_them = len(WITH_PARENTHESES.findall(source.text))
    mostly = with_them > len(WITHOUT_PARENTHESES.findall(source.text))
    return Habit(mostly, around_table=BLOCKS_WITH_PARENTHESES.search(source.text) is not None)


def lines(statements: Sequence[Syntax], indent: int, habit: Habit) -> list[str]:
    """Return *statements* one below the other, with a blank line around those that take several lines."""
    written = [_statement(statement, indent, habit) for statement in statements]
    found: list[str] = []
    for index, part in enumerate(written):
        if index and (len(part) > 1 or len(written[index - 1]) > 1):
            found.append("")
        found += part
    return [" " * indent + line if line else "" for line in found]


def one_line(node: Syntax) -> str:
    """Return an expression on one line."""
    match node:
        case Keyword(name=name):
            return f"{name}:" if BARE_ATOM.fullmatch(name) else f"{_quoted(name)}:"
        case Atom(name=name):
            return name if name in {"nil", "true", "false"} else _atom(name)
        case Number(value=value):
            return str(value)
        case String(value=value):
            return _quoted(value if isinstance(value, str) else value.decode())
        case _:
            return _composed(node)


def _composed(node: Syntax) -> str:
    match node:
        case Tuple(left=left, right=right):
            return f"{{{one_line(left)}, {one_line(right)}}}"
        case Pair(left=left, right=right):
            return f"{one_line(left)} {one_line(right)}"
        case List(items=items, brackets=brackets):
            inner = ", ".join(map(one_line, items))
            return f"[{inner}]" if brackets else inner
        case Call(form=str(name), args=args):
            return name if name == "%{}" else f"{name}({', '.join(map(one_line, args))})"
        case _:
            raise ValueError(f"rewrites do not write {type(node).__name__}")


def _atom(name: str) -> str:
    return f":{name}" if BARE_ATOM.fullmatch(name) else f":{_quoted(name)}"


def _quoted(text: str) -> str:
    escaped = "".join(ESCAPES.get(character, character) for character in text)
    return '"' + escaped.replace("#{", "\\#{") + '"'


def _statement(node: Syntax, indent: int, habit: Habit) -> list[str]:
    if not isinstance(node, Call) or not isinstance(node.form, str):
        return [one_line(node)]
    if node.do_token is not None:
        return _block(node, indent, habit)
    name, args = node.form, node.args
    inner = ", ".join(map(one_line, args))
    short = f"{name}({inner})" if habit.parentheses or name in NOT_BARE or not args else f"{name} {inner}"
    if indent + len(short) <= habit.width:
        return [short]
    return _broken(name, args, indent, habit)


def _block(node: Call, indent: int, habit: Habit) -> list[str]:
    head, done = node.args
    body = block_of(done)
    statements = list(body.args) if isinstance(body, Call) else []
    inner = lines(statements, STEP, replace(habit, width=habit.width - indent))
    opening = f"{node.form}({one_line(head)}) do" if habit.around_table else f"{node.form} {one_line(head)} do"
    return [opening, *inner, "end"]


def _broken(name: str, args: tuple[Syntax, ...], indent: int, habit: Habit) -> list[str]:
    """Break a call that is too long for its line."""
    opening, closing = ("(", [")"]) if habit.parentheses else (" ", [])
    last = args[-1]
    if isinstance(last, List) and not last.brackets and len(args) > 1:
        head = f"{name}{opening}{', '.join(map(one_line, args[:-1]))},"
        if indent + len(head) <= habit.width:
            return [head, *_items(last, 2), *closing]
    if len(args) == 1 and isinstance(last, Call) and isinstance(last.form, str):
        if habit.parentheses:
            return [f"{name}(", *(f"  {line}" for line in _in_parentheses(last, indent + 2, habit)), ")"]
        first, *rest = _in_parentheses(last, indent + len(name) + 1, habit)
        return [f"{name} {first}", *(" " * (len(name) + 1) + line for line in rest)]
    if habit.parentheses:
        return [f"{name}(", *_separated(args, 2), ")"]
    first, *rest = _separated(args, len(name) + 1)
    return [f"{name} {first.strip()}", *rest]


def _in_parentheses(node: Call, indent: int, habit: Habit) -> list[str]:
    whole = one_line(node)
    if indent + len(whole) <= habit.width or not node.args:
        return [whole]
    *args, last = node.args
    head = f"{node.form}({''.join(one_line(arg) + ', ' for arg in args)}"
    if isinstance(last, List) and last.brackets:
        return [f"{head}[", *_items(last, 2), "])"]
    if isinstance(last, List):
        return [head.rstrip(), *_items(last, 2), ")"]
    return [whole]


def _items(node: List, indent: int) -> list[str]:
    return _separated(node.items, indent)


def _separated(nodes: tuple[Syntax, ...], indent: int) -> list[str]:
    written = [one_line(node) for node in nodes]
    return [" " * indent + text + ("," if index < len(written) - 1 else "") for index, text in enumerate(written)]
