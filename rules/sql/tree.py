"""libpg_query's JSON, taken apart: names, strings, and the text that an expression has in the source."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from rules.sql import scanner
from rules.sql.names import Name

Tree: TypeAlias = dict[str, Any]
KEYWORDS: Final = {
    "CHECK": re.compile(r"\bCHECK\s*\(\s*", re.IGNORECASE),  # the expression ends with its parenthesis
    **{word: re.compile(rf"\b{word}\b\s*", re.IGNORECASE) for word in ("DEFAULT", "USING", "WHERE")},
}
OPERATOR: Final = re.compile(r"\s*\)\s*(?:::|[-+*/<>=|.\[])")


@dataclass(frozen=True, slots=True)
class Source:
    """The text of one statement within the whole, for the expressions that libpg_query gives by their start only."""

    text: str
    start: int
    end: int
    offsets: tuple[int, ...] | None  # characters by byte; None where every character is a byte

    def at(self, location: int) -> int:
        """Return the place in the text of a byte that libpg_query names."""
        if self.offsets is None:
            return min(location, len(self.text))
        return self.offsets[min(location, len(self.offsets) - 1)]

    def after(self, keyword: str, tree: Any, stop: int | None = None) -> str:
        """Return the text of the expression *tree*, which follows *keyword* in the statement."""
        first = self.at(first_location(tree))
        start = first
        for match in KEYWORDS[keyword].finditer(self.text, self.start, first):
            start = match.end()
        return scanner.expression(self.text, start, self.end if stop is None else stop)

    def inside(self, tree: Any) -> str:
        """Return the text of an expression that stands in a list, parentheses around its first part included."""
        start = self.at(first_location(tree))
        found = scanner.expression(self.text, start, self.end)
        while (goes_on := OPERATOR.match(self.text, start + len(found))) and goes_on.end() <= self.end:
            opening = self.text.rfind("(", self.start, start)
            if opening < 0:
                break
            start = opening
            found = scanner.expression(self.text, start, self.end)
        return found


def first_location(tree: Any) -> int:
    """Return the smallest location in *tree*, in bytes."""
    found = [
        node["location"] for node in nodes(tree) if isinstance(node.get("location"), int) and node["location"] >= 0
    ]
    return min(found, default=0)


def nodes(tree: Any) -> Iterator[Tree]:
    """Yield every object in *tree*, without recursion: a chain of operators is as deep as it is long."""
    stack = [tree]
    while stack:
        current = stack.pop()
        if isinstance(current, dict):
            yield current
            stack.extend(current.values())
        elif isinstance(current, list):
            stack.extend(current)


def text_of(tree: Any) -> str:
    """Return the string in a String node, wherever the version of libpg_query puts it."""
    if isinstance(tree, dict):
        inner = tree.get("String", tree)
        return str(inner.get("sval", inner.get("str", "")))
    return str(tree or "")


def texts(trees: Any) -> tuple[str, ...]:
    """Return the strings of a list of String nodes."""
    return tuple(text_of(tree) for tree in trees or ())


def name_of(parts: tuple[str, ...]) -> Name:
    """Return the name that dotted *parts* give; a database in front is left out."""
    return Name(parts[-2] if len(parts) > 1 else None, parts[-1] if parts else "")


def option_value(tree: Tree) -> str:
    """Return the value of a DefElem: a number, a word, a name; empty where it has none."""
    match tree.get("arg"):
        case {"Integer": number}:
            return str(number.get("ival", 0))
        case {"Float": number}:
            return str(number.get("fval", ""))
        case {"Boolean": truth}:
            return str(truth.get("boolval", False)).lower()
        case {"List": listed}:
            return ".".join(texts(listed.get("items")))
        case value:
            return text_of(value or "")


def relation(tree: Tree) -> Name:
    """Return the name in a RangeVar."""
    inner = tree.get("RangeVar", tree)
    return Name(inner.get("schemaname"), inner.get("relname", ""))


def parts_of(tree: Tree) -> tuple[str, ...]:
    """Return the dotted name of an object, in any of the shapes that DROP and COMMENT use."""
    if "List" in tree:
        return texts(tree["List"].get("items"))
    if "TypeName" in tree:
        return texts(tree["TypeName"].get("names"))
    if "ObjectWithArgs" in tree:
        return texts(tree["ObjectWithArgs"].get("objname"))
    return (text_of(tree),)
