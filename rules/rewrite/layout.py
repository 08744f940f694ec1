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
UNDERSCORED: Final = 100_000  # from here on the formatter groups digits
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
        if index and (_is_long(part, indent, habit) or _is_long(written[index - 1], indent, habit)):
            found.append("")
        found += part
    return [" " * indent + line if line else "" for line in found]


def _is_long(part: list[str], indent: int, habit: Habit) -> bool:
    return len(part) > 1 or indent + len(part[0]) > habit.width


def one_line(node: Syntax) -> str:
    """Return an expression on one line."""
    match node:
        case Keyword(name=name):
            return f"{name}:" if BARE_ATOM.fullmatch(name) else f"{_quoted(name)}:"
        case Atom(name=name):
            return name if name in {"nil", "true", "false"} else _atom(name)
        case Number(value=value):
            return f"{value:_}" if isinstance(value, int) and abs(value) >= UNDERSCORED else str(value)
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
    name, args, room = node.form, node.args, habit.width - indent
    if habit.parentheses or name in NOT_BARE or not args:
        if len(args) == 1 and isinstance(args[0], Call) and len(one_line(node)) > room:
            return [f"{name}(", *_moved(_fitted(args[0], room - STEP), STEP), ")"]
        return _fitted(node, room)
    flat = f"{name} {', '.join(map(one_line, args))}"
    return [flat] if len(flat) <= room else _bare(name, args, room)


def _block(node: Call, indent: int, habit: Habit) -> list[str]:
    head, done = node.args
    body = block_of(done)
    statements = list(body.args) if isinstance(body, Call) else []
    inner = lines(statements, STEP, replace(habit, width=habit.width - indent))
    opening = f"{node.form}({one_line(head)}) do" if habit.around_table else f"{node.form} {one_line(head)} do"
    return [opening, *inner, "end"]


def _bare(name: str, args: tuple[Syntax, ...], room: int) -> list[str]:
    """Break a call without parentheses: its options each on a line, or all arguments below the first."""
    last, head = args[-1], f"{name} {', '.join(map(one_line, args[:-1]))},"
    if len(args) > 1 and _is_options(last) and len(head) <= room:
        return [head, *_moved(_items(last, room - STEP), STEP)]
    margin = len(name) + 1
    first, *rest = _separated(_flattened(args), room - margin)
    return [f"{name} {first}", *_moved(rest, margin)]


def _fitted(node: Syntax, room: int) -> list[str]:
    """Lay an expression out in *room* columns; its further lines are indented from where it begins."""
    flat = one_line(node)
    if len(flat) <= room:
        return [flat]
    match node:
        case Call(form=str(name), args=args) if args:
            return _broken(name, args, room)
        case Tuple():
            return [flat]
        case Pair(left=Keyword() as key, right=value):
            return [one_line(key), *_moved(_fitted(value, room - STEP), STEP)]
        case _:
            return [flat]


def _broken(name: str, args: tuple[Syntax, ...], room: int) -> list[str]:
    """Break a call with parentheses."""
    last, head = args[-1], f"{name}({''.join(one_line(arg) + ', ' for arg in args[:-1])}"
    if isinstance(last, List) and last.brackets and len(head) < room:
        return [f"{head}[", *_moved(_items(last, room - STEP), STEP), "])"]
    if len(args) > 1 and _is_options(last) and len(head) <= room + 1:
        return [head.rstrip(), *_moved(_items(last, room - STEP), STEP), ")"]
    return [f"{name}(", *_moved(_separated(_flattened(args), room - STEP), STEP), ")"]


def _is_options(node: Syntax) -> bool:
    return isinstance(node, List) and not node.brackets


def _flattened(args: tuple[Syntax, ...]) -> tuple[Syntax, ...]:
    """Return arguments with options among them, when each gets its own line."""
    last = args[-1]
    return (*args[:-1], *last.items) if isinstance(last, List) and not last.brackets else args


def _items(node: Syntax, room: int) -> list[str]:
    return _separated(node.items, room) if isinstance(node, List) else []


def _separated(nodes: tuple[Syntax, ...], room: int) -> list[str]:
    found: list[str] = []
    for index, node in enumerate(nodes):
        comma = "," if index < len(nodes) - 1 else ""
        *before, last = _fitted(node, room - len(comma))
        found += [*before, last + comma]
    return found


def _moved(written: list[str], columns: int) -> list[str]:
    return [" " * columns + line for line in written]
