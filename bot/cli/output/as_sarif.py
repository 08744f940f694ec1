"""A report as SARIF 2.1.0, which code scanning takes: rules with their pages, results with their fixes.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from importlib.metadata import version
from typing import Any, Final
from urllib.parse import quote

from bot.cli.local.repository import Selection
from bot.cli.printable import as_document
from rules.catalog import rules
from rules.documentation import flush
from rules.finding import Finding, Report, Severity
from rules.rewrite.edit import Edit, Rewrite
from rules.rule import Rule
from rules.source import SourceFile, Span

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS: Final = {Severity.OUTAGE: "error", Severity.RISK: "warning", Severity.ADVICE: "note"}
ROOT: Final = "%SRCROOT%"  # whoever reads the report knows where the repository lies


def as_sarif(report: Report, selection: Selection) -> str:
    """Return the report as one document with a final line break."""
    sources = selection.change.sources
    told = [rule for rule in rules() if rule.name in {finding.rule for finding in report.findings}]
    places = {rule.name: place for place, rule in enumerate(told)}
    driver = {"name": "ecto-fix", "version": version("ecto-fix"), "rules": [_rule(rule) for rule in told]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": _unread(selection)}],
        "results": [_result(finding, sources[finding.path], places[finding.rule]) for finding in report.findings],
    }
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return as_document(document)


def _rule(rule: Rule) -> dict[str, Any]:
    page = rule.page
    text = f"{page.summary}\n\n{page.prose}"
    sections = "\n\n".join(f"## {section.title}\n\n{flush(section.text)}" for section in page.sections)
    return {
        "id": rule.name,
        "shortDescription": {"text": page.summary},
        "fullDescription": {"text": page.prose},
        "help": {"text": text, "markdown": f"{text}\n\n{sections}"},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
    }


def _unread(selection: Selection) -> list[dict[str, Any]]:
    return [
        {
            "level": "warning",
            "message": {"text": file.sentence},
            "locations": [{"physicalLocation": {"artifactLocation": _artifact(file.path)}}],
        }
        for file in selection.refused
    ]


def _result(finding: Finding, source: SourceFile, place: int) -> dict[str, Any]:
    location = {"artifactLocation": _artifact(finding.path), "region": _region(finding.span, source)}
    said = {
        "ruleId": finding.rule,
        "ruleIndex": place,
        "level": LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": [{"physicalLocation": location}],
    }
    if finding.rewrite is not None and finding.rewrite.edits and not finding.rewrite.follow_ups:
        said["fixes"] = [_fix(finding.rewrite, source)]
    return said


def _fix(rewrite: Rewrite, source: SourceFile) -> dict[str, Any]:
    replacements = [_replacement(edit, source) for edit in rewrite.edits]
    change = {"artifactLocation": _artifact(source.path), "replacements": replacements}
    return {"description": {"text": rewrite.title}, "artifactChanges": [change]}


def _replacement(edit: Edit, source: SourceFile) -> dict[str, Any]:
    return {"deletedRegion": _region(edit.span, source), "insertedContent": {"text": edit.text}}


def _artifact(path: str) -> dict[str, str]:
    return {"uri": quote(path), "uriBaseId": ROOT}


def _region(span: Span, source: SourceFile) -> dict[str, int]:
    """Return where *span* begins, and the place behind its end; lines and columns from 1."""
    return {
        "startLine": source.line_at(span.start),
        "startColumn": source.column_at(span.start),
        "endLine": source.line_at(span.end),
        "endColumn": source.column_at(span.end),
    }
