"""What is allowed where, whoever it was said to."""

from dataclasses import dataclass

from rules.finding import Finding
from rules.source import SourceFile, Span


@dataclass(frozen=True, slots=True)
class Allowance:
    """One comment that allows *rules* within *reach*, and why."""

    rules: tuple[str, ...]
    reach: Span
    reason: str
    comment: Span | None = None  # None for what was said to another tool

    def allows(self, finding: Finding, rule: str | None = None) -> bool:
        """Tell whether *finding* begins within reach and is of an allowed rule, or of the one named."""
        is_meant = finding.rule in self.rules if rule is None else finding.rule == rule
        return is_meant and self.reach.start <= finding.span.start < self.reach.end


def whole_file(source: SourceFile) -> Span:
    """Return the reach of what is said of a file as a whole."""
    return Span(0, len(source.text) + 1)


def whole_line(source: SourceFile, line: int) -> Span:
    """Return the reach of what is said of one line, counted from 1; an empty one where there is no such line."""
    if not 1 <= line <= source.lines:
        return Span(0, 0)
    start = source.line_start(line)
    return Span(start, start + len(source.line_text(line)) + 1)
