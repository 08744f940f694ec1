"""A report as JSON, in the shape that `report.schema.json` publishes."""

from enum import Enum
from typing import Any

from bot.cli.local.repository import Selection
from bot.cli.printable import as_document
from rules.finding import Difference, Effect, Finding, Report
from rules.rewrite.edit import Edit, Rewrite
from rules.source import SourceFile


class Format(Enum):
    """Whom the output is for."""

    TEXT = "text"
    JSON = "json"


def as_json(report: Report, selection: Selection) -> str:
    """Return the report as one JSON document with a final line break."""
    sources = selection.change.sources
    files: list[dict[str, Any]] = [
        {
            "path": file.path,
            "version": file.version,
            "module": file.module,
            "verdict": file.verdict.value,
            "reason": file.reason,
            "differences": [difference_as_json(difference) for difference in file.differences],
            "loses": list(file.loses),
            "findings": [finding_as_json(finding, sources[file.path]) for finding in file.findings],
        }
        for file in report.files
    ]
    refused = [{"path": file.path, "reason": file.reason} for file in selection.refused]
    return as_document({"files": files, "refused": refused})


def finding_as_json(finding: Finding, source: SourceFile) -> dict[str, Any]:
    """Return *finding* with lines counted from 1; a finding on nothing ends on the line where it begins."""
    line, end_line = source.lines_of(finding.span)
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "line": line,
        "end_line": end_line,
        "message": finding.message,
        "differences": [difference_as_json(difference) for difference in finding.differences],
        "effects": [effect_as_json(effect) for effect in finding.effects],
        "rewrite": rewrite_as_json(finding.rewrite, source) if finding.rewrite else None,
    }


def difference_as_json(difference: Difference) -> dict[str, Any]:
    """Return *difference*, null where something was not there, or is gone."""
    return {"attribute": difference.attribute, "before": difference.before, "after": difference.after}


def effect_as_json(effect: Effect) -> dict[str, Any]:
    """Return *effect*, null where it is not known whether all rows are read or written anew."""
    lock, table = str(effect.lock), str(effect.on)
    return {"lock": lock, "table": table, "reads": effect.reads_table, "rewrites": effect.rewrites_table}


def rewrite_as_json(rewrite: Rewrite, source: SourceFile) -> dict[str, Any]:
    """Return *rewrite* with its edits in the order of the text."""
    return {
        "title": rewrite.title,
        "safety": rewrite.safety.value,
        "edits": [edit_as_json(edit, source) for edit in rewrite.edits],
        "follow_ups": [{"name": migration.name, "text": migration.text} for migration in rewrite.follow_ups],
    }


def edit_as_json(edit: Edit, source: SourceFile) -> dict[str, Any]:
    """Return *edit* with lines and columns counted from 1, the end exclusive; columns count characters."""
    return {
        "start": {"line": source.line_at(edit.span.start), "column": source.column_at(edit.span.start)},
        "end": {"line": source.line_at(edit.span.end), "column": source.column_at(edit.span.end)},
        "text": edit.text,
    }
