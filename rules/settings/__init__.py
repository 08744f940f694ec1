"""What a repository may configure in `.github/ecto-fix.yml`, and what is wrong with what it wrote."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, fields
from enum import Enum
from importlib import import_module
from types import MappingProxyType
from typing import Any

from rules.deployment import Deploys
from rules.finding import Severity


class Rehearsal(Enum):
    """Whose pull requests are rehearsed, where the worker has walls for it."""

    OFF = "off"
    OWN_BRANCHES = "own-branches"
    ALWAYS = "always"  # those of forks, too


@dataclass(frozen=True, slots=True, order=True)
class Complaint:
    """What is wrong with a configuration, and on which line, counted from 1."""

    line: int
    message: str


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
    hot_tables: frozenset[str] = frozenset()  # tables on which no lock may be waited for without a limit
    tenant_column: str | None = None  # learnt from the history where it is not said
    deploys: Deploys = Deploys.MIGRATE_FIRST
    rehearsal: Rehearsal = Rehearsal.OWN_BRANCHES

    def severity_of(self, rule: str, default: Severity) -> Severity | None:
        """Return how grave *rule* is here; None when it is off."""
        return self.severities.get(rule, default)

    def asks_for(self, rule: str) -> bool:
        """Tell whether *rule* is named, and not to turn it off."""
        return rule in self.requested or self.severities.get(rule) is not None


def from_yaml(text: str, rules: Collection[str]) -> Settings | tuple[Complaint, ...]:
    """Read a configuration that may name *rules*; every fault is told, each with its line."""
    read = import_module("rules.settings.reader").read  # most repositories have none, and yaml takes 10 ms to import
    found: Settings | tuple[Complaint, ...] = read(text, rules)
    return found


def said(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield what differs from the defaults, key by key, as the file would say it."""
    default = Settings()
    for one in fields(Settings):
        value = getattr(settings, one.name)
        if one.name == "severities":
            yield from ((rule, _written(severity)) for rule, severity in sorted(value.items()))
        elif one.name == "requested":
            yield from ((rule, "on") for rule in sorted(value))
        elif value != getattr(default, one.name):
            yield one.name, _written(value)


def _written(value: Any) -> str:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, frozenset | tuple):
        return f"[{', '.join(sorted(map(_written, value)))}]"
    return "off" if value is None else str(value)
