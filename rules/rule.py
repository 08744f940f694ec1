"""What a rule is, and what it may look at: commands and the schema that they meet, never syntax."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from typing import Any, TypeVar

from rules.documentation import Page, page
from rules.ecto.commands import Command
from rules.ecto.migration import Migration
from rules.finding import Finding, Severity
from rules.rewrite.edit import Rewrite
from rules.schema.model import Schema
from rules.settings import Settings
from rules.source import Span

Subject = TypeVar("Subject")
Check = Callable[[Any, "Context"], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Broken:
    """A place at which a file is not Elixir, and what is wrong there."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Context:
    """What surrounds the thing that a rule is asked about."""

    migration: Migration
    schema: Schema  # as it is when a command's turn comes; for a whole migration, before it
    settings: Settings
    before: tuple[tuple[Command, Schema], ...] = field(default=(), repr=False)  # each command with what it meets

    @property
    def is_reversed(self) -> bool:
        """Tell whether a rollback runs these commands backwards, as Ecto does with `change`."""
        return self.migration.reverses_change and self.migration.callback("up") is None


class Rule:
    """A hazard, named by the module that knows it; checks are registered for the kinds of things that they judge."""

    def __init__(self, module: str, severity: Severity) -> None:
        self.module = module
        self.name = module.rpartition(".")[2].replace("_", "-")
        self.severity = severity
        self.checks: list[tuple[tuple[type, ...], Check]] = []

    @cached_property
    def page(self) -> Page:
        """What people read about this rule: the docstring of its module."""
        return page(import_module(self.module).__doc__ or "")

    def on(self, *kinds: type) -> Callable[[Callable[[Subject, Context], Iterator[Finding]]], Check]:
        """Register a check for commands of *kinds* on their way up, for `Migration` as a whole, or for `Broken`."""

        def register(check: Callable[[Subject, Context], Iterator[Finding]]) -> Check:
            self.checks.append((kinds, check))
            return check

        return register

    def findings(self, subject: Command | Migration | Broken, context: Context) -> Iterator[Finding]:
        """Judge *subject*; nothing is said of what this rule has no check for."""
        for kinds, check in self.checks:
            if isinstance(subject, kinds):
                yield from check(subject, context)

    def finding(self, span: Span, context: Context, message: str, rewrite: Rewrite | None = None) -> Finding:
        """Make a finding of this rule, as grave as the repository's settings say."""
        severity = context.settings.severity_of(self.name, self.severity) or self.severity
        return Finding(self.name, severity, context.migration.source.path, span, message, rewrite)
