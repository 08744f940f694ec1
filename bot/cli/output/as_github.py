"""A report as workflow commands, which GitHub shows beside the lines of a pull request.

Source: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from collections.abc import Iterator
from typing import Final

from bot.cli.local.repository import Selection
from bot.cli.printable import printable
from rules.finding import Finding, Report, Severity
from rules.source import SourceFile

LEVELS: Final = {Severity.OUTAGE: "error", Severity.RISK: "warning", Severity.ADVICE: "notice"}
# What ends a message, and what ends a property besides.
IN_MESSAGES: Final = {"%": "%25", "\r": "%0D", "\n": "%0A"}
IN_PROPERTIES: Final = {**IN_MESSAGES, ":": "%3A", ",": "%2C"}


def as_github(report: Report, selection: Selection) -> str:
    """Return one command a line for each finding, and for each file that was not read."""
    sources = selection.change.sources
    return "".join(f"{line}\n" for line in _commands(report, selection, sources))


def _commands(report: Report, selection: Selection, sources: dict[str, SourceFile]) -> Iterator[str]:
    for refused in selection.refused:
        yield command("warning", {"file": refused.path, "title": "ecto-fix"}, refused.sentence)
    for finding in report.findings:
        yield command(LEVELS[finding.severity], _properties(finding, sources[finding.path]), finding.message)


def _properties(finding: Finding, source: SourceFile) -> dict[str, str]:
    first, last = source.lines_of(finding.span)
    return {"file": finding.path, "line": str(first), "endLine": str(last), "title": finding.rule}


def command(level: str, properties: dict[str, str], message: str) -> str:
    """Return a workflow command that says no more than it is meant to."""
    said = ",".join(f"{name}={escaped(value, IN_PROPERTIES)}" for name, value in properties.items())
    return f"::{level} {said}::{escaped(message, IN_MESSAGES)}"


def escaped(text: str, marks: dict[str, str]) -> str:
    """Return *text* with every mark written as GitHub reads it back, and nothing that a log would obey."""
    return printable(text.translate({ord(mark): written for mark, written in marks.items()}))
