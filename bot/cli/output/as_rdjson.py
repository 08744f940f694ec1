"""A report as reviewdog reads it: the diagnostics of its rdjson, with a suggestion where one file is all of it.

Source: https://github.com/reviewdog/reviewdog/tree/master/proto/rdf
"""

from typing import Any, Final

from bot.cli.local.repository import Selection
from bot.cli.printable import as_document
from rules.finding import Finding, Report, Severity
from rules.rewrite.edit import Rewrite, apply
from rules.source import SourceFile, Span

LEVELS: Final = {Severity.OUTAGE: "ERROR", Severity.RISK: "WARNING", Severity.ADVICE: "INFO"}


def as_rdjson(report: Report, selection: Selection) -> str:
    """Return the report as one document with a final line break."""
    sources = selection.change.sources
    unread = [
        {"message": file.sentence, "location": {"path": file.path}, "severity": "WARNING"} for file in selection.refused
    ]
    found = [_diagnostic(finding, sources[finding.path]) for finding in report.findings]
    document = {"source": {"name": "ecto-fix"}, "diagnostics": [*unread, *found]}
    return as_document(document)


def _diagnostic(finding: Finding, source: SourceFile) -> dict[str, Any]:
    said: dict[str, Any] = {
        "message": finding.message,
        "location": {"path": finding.path, "range": _range(finding.span, source)},
        "severity": LEVELS[finding.severity],
        "code": {"value": finding.rule},
    }
    if finding.rewrite is not None and finding.rewrite.edits and not finding.rewrite.follow_ups:
        said["suggestions"] = [_suggestion(finding.rewrite, source)]
    return said


def _suggestion(rewrite: Rewrite, source: SourceFile) -> dict[str, Any]:
    """Return one suggestion over all edits: reviewdog takes several for alternatives."""
    edits = rewrite.edits
    whole = Span(edits[0].span.start, edits[-1].span.end)
    after = apply(edits, source).text
    return {"range": _range(whole, source), "text": after[whole.start : len(after) - (len(source.text) - whole.end)]}


def _range(span: Span, source: SourceFile) -> dict[str, Any]:
    return {"start": _position(span.start, source), "end": _position(span.end, source)}


def _position(offset: int, source: SourceFile) -> dict[str, int]:
    """Return a place with its line from 1, and its column from 1 in bytes of UTF-8."""
    line = source.line_at(offset)
    before = source.text[source.line_start(line) : offset]
    return {"line": line, "column": len(before.encode()) + 1}
