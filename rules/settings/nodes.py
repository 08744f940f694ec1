"""YAML read node by node, so that every mistake has its line: no aliases, no depth, no surprises of typing."""

from collections.abc import Collection, Iterator
from difflib import get_close_matches
from enum import Enum
from typing import Final, TypeVar

import yaml

from rules.settings import Complaint

Word = TypeVar("Word", bound=Enum)
DEEPEST: Final = 8  # nested collections; ours nest twice, and composing recurses


class Wrong(Exception):
    """A node that does not say what its key needs."""

    def __init__(self, where: yaml.Node | yaml.Event, message: str) -> None:
        super().__init__(message)
        self.complaint = Complaint(where.start_mark.line + 1 if where.start_mark else 1, message)


def refuse_tricks(text: str) -> None:
    """Raise Wrong where an alias or deep nesting could make a small file large, or a tag something else of it."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Wrong(event, "anchors and aliases are not read here: write the value out")
        if getattr(event, "tag", None):
            raise Wrong(event, "tags are not read here: write the value as it is")
        if depth > DEEPEST:
            raise Wrong(event, f"nested more than {DEEPEST} deep")


def entries(node: yaml.Node, known: Collection[str], kind: str) -> Iterator[tuple[str, yaml.Node]]:
    """Yield the keys of a mapping with their values; Wrong at the first that is not *known*, or stands there twice."""
    if not isinstance(node, yaml.MappingNode):
        raise Wrong(node, f"expected `name: value`, one {kind} a line")
    seen: set[str] = set()
    for key, value in node.value:
        name = word(key)
        if name not in known:
            near = get_close_matches(name, known, 1)
            raise Wrong(key, f"there is no {kind} `{name}`" + (f"; `{near[0]}` is near" if near else ""))
        if name in seen:
            raise Wrong(key, f"`{name}` stands here twice")
        seen.add(name)
        yield name, value


def items(node: yaml.Node) -> list[yaml.Node]:
    """Return the items of a list."""
    if not isinstance(node, yaml.SequenceNode):
        raise Wrong(node, "expected a list")
    return list(node.value)


def word(node: yaml.Node) -> str:
    """Return a scalar as it is written."""
    if not isinstance(node, yaml.ScalarNode):
        raise Wrong(node, "expected a word")
    return str(node.value)


def name(node: yaml.Node) -> str:
    """Return a name, which YAML must not take for a number or a truth value."""
    text = word(node)
    if node.tag != "tag:yaml.org,2002:str":
        raise Wrong(node, f"`{text}` needs quotes here: YAML does not take it for a name")
    return text


def one_of(words: type[Word], node: yaml.Node) -> Word:
    """Return the member of *words* that is named."""
    try:
        return words(word(node))
    except ValueError:
        raise Wrong(node, f"expected {', '.join(str(one.value) for one in words)}") from None


def whole_number(node: yaml.Node, least: int, most: int) -> int:
    """Return a whole number within bounds; digits may be grouped by `_`."""
    text = word(node).replace("_", "")
    if not text.isascii() or not text.isdigit() or not least <= int(text[:20]) <= most:
        raise Wrong(node, f"expected a whole number from {least} to {most}")
    return int(text)
