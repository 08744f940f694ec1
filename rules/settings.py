"""What a repository may configure in `.github/ecto-fix.yml`, and what is wrong with what it wrote."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import Enum
from types import MappingProxyType
from typing import Any, Final, TypeVar

import yaml

from rules.deployment import Deploys
from rules.finding import Severity

Word = TypeVar("Word", bound=Enum)
LARGEST: Final = 64_000  # characters: a hundred times what a thorough configuration needs
DEEPEST: Final = 8  # nested collections; ours nest twice, and composing recurses
OLDEST_POSTGRES: Final = 10
NEWEST_POSTGRES: Final = 18


class Rehearsal(Enum):
    """Whose pull requests are rehearsed, where the worker has walls for it."""

    OFF = "off"
    OWN_BRANCHES = "own-branches"
    ALWAYS = "always"  # those of forks, too


@dataclass(frozen=True, slots=True)
class Settings:
    """How a repository wants to be reviewed."""

    paths: tuple[str, ...] = ()  # folders to review; empty: wherever Ecto would find migrations
    severities: Mapping[str, Severity | None] = field(default_factory=lambda: MappingProxyType({}))  # None: off
    requested: frozenset[str] = frozenset()  # rules that are `on` as they are, for those that are off until then
    gate: frozenset[Severity] = frozenset({Severity.OUTAGE, Severity.RISK})  # what fails the check
    postgres: int = 14  # the oldest major version that is still supported, so that no promise is too early
    start_after: int = 0  # migrations up to this version were written before anyone listened
    small_tables: frozenset[str] = frozenset()  # tables whose locks nobody will notice
    deploys: Deploys = Deploys.MIGRATE_FIRST
    rehearsal: Rehearsal = Rehearsal.OWN_BRANCHES

    def severity_of(self, rule: str, default: Severity) -> Severity | None:
        """Return how grave *rule* is here; None when it is off."""
        return self.severities.get(rule, default)


@dataclass(frozen=True, slots=True, order=True)
class Complaint:
    """What is wrong with a configuration, and on which line, counted from 1."""

    line: int
    message: str


class Wrong(Exception):
    """A node that does not say what its key needs."""

    def __init__(self, where: yaml.Node | yaml.Event, message: str) -> None:
        super().__init__(message)
        self.complaint = Complaint(where.start_mark.line + 1 if where.start_mark else 1, message)


def from_yaml(text: str, rules: Collection[str]) -> Settings | tuple[Complaint, ...]:
    """Read a configuration that may name *rules*; every fault is told, each with its line."""
    if len(text) > LARGEST:
        return (Complaint(1, f"the file is longer than {LARGEST} characters"),)
    try:
        _refuse_tricks(text)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except Wrong as wrong:
        return (wrong.complaint,)
    except yaml.MarkedYAMLError as error:
        return (Complaint(error.problem_mark.line + 1 if error.problem_mark else 1, error.problem or "not YAML"),)
    except yaml.YAMLError as error:
        return (Complaint(1, f"not YAML: {str(error).splitlines()[0]}"),)
    if root is None:
        return Settings()
    read, complaints = _read(root, rules)
    return tuple(sorted(complaints)) or Settings(**read)


def _refuse_tricks(text: str) -> None:
    """Raise where an alias or deep nesting could make a small file large."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Wrong(event, "anchors and aliases are not read here: write the value out")
        if depth > DEEPEST:
            raise Wrong(event, f"nested more than {DEEPEST} deep")


def _read(root: yaml.Node, rules: Collection[str]) -> tuple[dict[str, Any], list[Complaint]]:
    readers: dict[str, Callable[[yaml.Node], Any]] = {
        "paths": _paths,
        "rules": lambda node: _rules(node, rules),
        "gate": lambda node: frozenset(_severity(item) for item in _items(node)),
        "postgres": lambda node: _whole_number(node, OLDEST_POSTGRES, NEWEST_POSTGRES),
        "start_after": lambda node: _whole_number(node, 0, 10**18),
        "small_tables": lambda node: frozenset(_text(item) for item in _items(node)),
        "deploys": lambda node: _one_of(Deploys, node),
        "rehearsal": lambda node: _one_of(Rehearsal, node),
    }
    read: dict[str, Any] = {}
    complaints: list[Complaint] = []
    try:
        for key, value in _entries(root, readers, "setting"):
            try:
                said = readers[key](value)
                read |= said if key == "rules" else {key: said}
            except Wrong as wrong:
                complaints.append(wrong.complaint)
    except Wrong as wrong:
        complaints.append(wrong.complaint)
    return read, complaints


def _entries(node: yaml.Node, known: Collection[str], kind: str) -> Iterator[tuple[str, yaml.Node]]:
    if not isinstance(node, yaml.MappingNode):
        raise Wrong(node, f"expected `name: value`, one {kind} a line")
    seen: set[str] = set()
    for key, value in node.value:
        name = _text(key)
        if name not in known:
            near = get_close_matches(name, known, 1)
            raise Wrong(key, f"there is no {kind} `{name}`" + (f"; `{near[0]}` is near" if near else ""))
        if name in seen:
            raise Wrong(key, f"`{name}` stands here twice")
        seen.add(name)
        yield name, value


def _items(node: yaml.Node) -> list[yaml.Node]:
    if not isinstance(node, yaml.SequenceNode):
        raise Wrong(node, "expected a list")
    return list(node.value)


def _text(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise Wrong(node, "expected a word")
    return str(node.value)


def _paths(node: yaml.Node) -> tuple[str, ...]:
    found = []
    for item in _items(node):
        path = _text(item).strip("/")
        if ".." in path.split("/") or not path:
            raise Wrong(item, "a path is a folder of this repository, without `..`")
        found.append(path)
    return tuple(found)


def _rules(node: yaml.Node, rules: Collection[str]) -> dict[str, Any]:
    said = {rule: (_text(value), value) for rule, value in _entries(node, rules, "rule")}
    on, off = {"on", "true"}, {"off", "false"}
    graded = {rule: None if word in off else _severity(value) for rule, (word, value) in said.items() if word not in on}
    requested = frozenset(rule for rule, (word, _) in said.items() if word in on)
    return {"severities": MappingProxyType(graded), "requested": requested}


def _severity(node: yaml.Node) -> Severity:
    try:
        return Severity(_text(node))
    except ValueError:
        raise Wrong(node, f"expected {', '.join(one.value for one in Severity)}; for a rule also on or off") from None


def _one_of(words: type[Word], node: yaml.Node) -> Word:
    try:
        return words(_text(node))
    except ValueError:
        raise Wrong(node, f"expected {', '.join(str(one.value) for one in words)}") from None


def _whole_number(node: yaml.Node, least: int, most: int) -> int:
    text = _text(node).replace("_", "")
    if not text.isascii() or not text.isdigit() or not least <= int(text[:20]) <= most:
        raise Wrong(node, f"expected a whole number from {least} to {most}")
    return int(text)
