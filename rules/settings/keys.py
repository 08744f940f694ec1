"""The keys of `.github/ecto-fix.yml`: what each is for, how it is read, and its JSON Schema for editors."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Any, Final

import yaml

from rules.deployment import Deploys
from rules.finding import Severity
from rules.settings import Rehearsal
from rules.settings.nodes import Wrong, entries, items, name, one_of, whole_number, word

OLDEST_POSTGRES: Final = 10
NEWEST_POSTGRES: Final = 18
NEWEST_VERSION: Final = 10**18
ON: Final = frozenset({"on", "true"})
OFF: Final = frozenset({"off", "false"})
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Key:
    """One key: *read* returns fields of Settings, given the node and the names of all rules; *schema* its shape."""

    about: str
    read: Callable[[yaml.Node, Collection[str]], Mapping[str, Any]]
    schema: Callable[[Collection[str]], Json]


def _words(node: yaml.Node) -> frozenset[str]:
    return frozenset(name(item) for item in items(node))


def _paths(node: yaml.Node) -> tuple[str, ...]:
    found = []
    for item in items(node):
        path = name(item).strip("/")
        if ".." in path.split("/") or not path:
            raise Wrong(item, "a path is a folder of this repository, without `..`")
        found.append(path)
    return tuple(found)


def _rules(node: yaml.Node, rules: Collection[str]) -> Mapping[str, Any]:
    said = {rule: (word(value), value) for rule, value in entries(node, rules, "rule")}
    graded = {rule: None if text in OFF else _severity(value) for rule, (text, value) in said.items() if text not in ON}
    requested = frozenset(rule for rule, (text, _) in said.items() if text in ON)
    return {"severities": MappingProxyType(graded), "requested": requested}


def _severity(node: yaml.Node) -> Severity:
    try:
        return Severity(word(node))
    except ValueError:
        raise Wrong(node, f"expected {', '.join(one.value for one in Severity)}; for a rule also on or off") from None


def _gate(node: yaml.Node) -> frozenset[Severity]:
    return frozenset(_severity(item) for item in items(node))


SEVERITIES: Final = [one.value for one in Severity]
# YAML reads on, off, true and false as truth values; editors check them as such.
GRADES: Final = {"enum": [*SEVERITIES, "on", "off", True, False]}
WORDS: Final = {"type": "array", "items": {"type": "string"}}


def _simple(field: str, read: Callable[[yaml.Node], Any], about: str, schema: Json) -> Key:
    return Key(about, lambda node, _rules: {field: read(node)}, lambda _rules: schema)


def _number(least: int, most: int) -> tuple[Callable[[yaml.Node], int], Json]:
    return lambda node: whole_number(node, least, most), {"type": "integer", "minimum": least, "maximum": most}


def _choice(words: type[Enum]) -> tuple[Callable[[yaml.Node], Enum], Json]:
    spoken = [one.value for one in words]
    # YAML's `off` is false.
    return lambda node: one_of(words, node), {"enum": [*spoken, *([False] if "off" in spoken else [])]}


def _keys() -> dict[str, Key]:
    postgres, version = _number(OLDEST_POSTGRES, NEWEST_POSTGRES), _number(0, NEWEST_VERSION)
    deploys, rehearsal = _choice(Deploys), _choice(Rehearsal)
    simple = {
        "paths": (_paths, "Folders of migrations to review; all that Ecto would find, if left out.", WORDS),
        "gate": (_gate, "Severities that fail the check.", {"type": "array", "items": {"enum": SEVERITIES}}),
        "postgres": (postgres[0], "PostgreSQL's major version in production.", postgres[1]),
        "start_after": (version[0], "Migrations up to this version are history: nothing is said of them.", version[1]),
        "small_tables": (_words, "Tables whose locks nobody will notice.", WORDS),
        "hot_tables": (_words, "Tables on which no lock may be waited for without a limit.", WORDS),
        "tenant_column": (name, "The column by which tables tell tenants apart.", {"type": "string"}),
        "deploys": (deploys[0], "When the deployment runs migrations.", deploys[1]),
        "rehearsal": (rehearsal[0], "Whose pull requests are rehearsed on a PostgreSQL.", rehearsal[1]),
    }
    keys = {field: _simple(field, read, about, schema) for field, (read, about, schema) in simple.items()}
    about = "A rule by its name: on, off, or how grave it is here."
    graded = Key(about, _rules, lambda rules: {"type": "object", "properties": dict.fromkeys(sorted(rules), GRADES)})
    return {"rules": graded, **keys}


KEYS: Final[Mapping[str, Key]] = MappingProxyType(_keys())


def schema(rules: Collection[str]) -> dict[str, Any]:
    """Return the JSON Schema of the file, for editors that complete and check it; *rules* are the names of all."""
    properties = {field: {"description": key.about, **key.schema(rules)} for field, key in KEYS.items()}
    properties["rules"]["additionalProperties"] = False
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "ecto-fix",
        "description": "How ecto-fix reviews the Ecto migrations of this repository: .github/ecto-fix.yml",
        "type": ["object", "null"],
        "properties": properties,
        "additionalProperties": False,
    }
