"""What a review found, as JSON has it: for the page where people look at it afterwards."""

from itertools import islice
from typing import Any, Final

from rules.finding import FileReport, Finding, Report
from rules.postgres.chart import Cell, chart
from rules.postgres.observation import Showing
from rules.source import SourceFile
from workers.review.fetch import Material

MOST_FILES: Final = 100
MOST_FINDINGS: Final = 200  # of a file
MOST_STATEMENTS: Final = 200  # of a direction
LONGEST: Final = 1000  # characters of a statement
Json = dict[str, Any]


def told(report: Report, material: Material) -> Json:
    """Return what a page shows of *report*: files, verdicts, findings and rehearsals, and what was gone by."""
    return {
        "origin": material.origin,
        "complaints": [complaint.message for complaint in material.complaints],
        "postgres": material.settings.postgres,
        "files": [_file(file, material.sources.get(file.path)) for file in report.files[:MOST_FILES]],
        "left_out": max(0, len(report.files) - MOST_FILES),
    }


def _file(file: FileReport, source: SourceFile | None) -> Json:
    return {
        "path": file.path,
        "verdict": file.verdict.value,
        "reason": file.reason,
        "differences": [difference.text for difference in file.differences],
        "loses": list(file.loses),
        "claim": {"verdict": file.claim.verdict.value, "reason": file.claim.reason} if file.claim else None,
        "findings": [_finding(finding, source) for finding in file.findings[:MOST_FINDINGS]],
        "withdrawn": [{**_finding(one.finding, source), "seen": one.seen} for one in file.withdrawn],
        "rehearsal": _rehearsal(file),
    }


def _finding(finding: Finding, source: SourceFile | None) -> Json:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "line": source.line_at(finding.span.start) if source else None,
        "message": finding.message,
        "effects": [str(effect) for effect in finding.effects],
        "rewrite": finding.rewrite.title if finding.rewrite else None,
        "observed": finding.observed,
    }


def _rehearsal(file: FileReport) -> Json | None:
    seen = file.observation
    if seen is None:
        return None
    ways = {"up": seen.up, "down": seen.down}
    return {
        "outcome": seen.outcome.value,
        "sentence": seen.sentence,
        "differences": [difference.text for difference in seen.differences],
        "skipped": list(seen.skipped),
        "ways": {name: _chart(showing) for name, showing in ways.items() if showing.statements},
    }


def _chart(showing: Showing) -> Json:
    """Return the lock chart as `locks.html` draws it."""
    ran = tuple(islice(showing.statements, MOST_STATEMENTS))
    drawn = chart(ran, in_transaction=any(one.kept for one in ran))
    rows = [
        {
            "statement": {
                "sql": row.statement.sql[:LONGEST],
                "milliseconds": row.statement.milliseconds,
                "refusal": str(row.statement.refusal) if row.statement.refusal else "",
            },
            "cells": list(map(_cell, row.cells)),
        }
        for row in drawn.rows
    ]
    return {"tables": list(drawn.tables), "rows": rows}


def _cell(cell: Cell | None) -> Json | None:
    if cell is None:
        return None
    blocks = {"name": cell.blocks.name, "value": cell.blocks.value}
    return {"lock": str(cell.lock), "kept": cell.kept, "reads": cell.reads, "rewrites": cell.rewrites, "blocks": blocks}
