"""Credo's own comments, where they switch off the check that excellent_migrations brings to it.

Source: `Credo.Check.ConfigComment` of Credo 1.7; without the name of a check, all of them are meant.
"""

import re
from collections.abc import Collection, Iterator
from typing import Final

from rules.source import SourceFile, Span
from rules.suppression.allowance import Allowance, whole_file, whole_line
from rules.suppression.excellent_migrations import ALL

CHECK: Final = "ExcellentMigrations.CredoCheck.MigrationsSafety"
DIRECTIVE: Final = re.compile(
    r"#\s*credo:disable-for-(?P<reach>this-file|next-line|previous-line|lines:(?P<count>-?\d{1,6}))\s*(?P<checks>.*)"
)
PATTERN: Final = re.compile(r"/([\w.]+)/")  # of what a pattern can say only what cannot take long
REASON: Final = "switched off, for Credo"


def in_comments(source: SourceFile, comments: Collection[Span]) -> Iterator[Allowance]:
    """Yield what comments switch off."""
    for comment in comments:
        match = DIRECTIVE.match(source[comment])
        if match and _is_meant(match["checks"].strip()):
            yield Allowance(ALL, _reach(source, source.line_at(comment.start), match), REASON)


def _is_meant(checks: str) -> bool:
    pattern = PATTERN.match(checks)
    if pattern is not None:
        return re.search(pattern[1], CHECK) is not None
    return not checks or CHECK in re.split(r"[,\s]+", checks)


def _reach(source: SourceFile, line: int, match: re.Match[str]) -> Span:
    match match["reach"]:
        case "this-file":
            return whole_file(source)
        case "next-line":
            return whole_line(source, line + 1)
        case "previous-line":
            return whole_line(source, line - 1)
        case _:
            first, last = sorted((line, line + int(match["count"])))
            start, end = (min(max(one, 1), max(source.lines, 1)) for one in (first, last))
            return Span(whole_line(source, start).start, whole_line(source, end).end)
