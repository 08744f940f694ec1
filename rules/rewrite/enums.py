"""A value of an enum, added only if it is not there."""

import re
from typing import Final

from rules.ecto.commands import Sql
from rules.rewrite.edit import Edit
from rules.rewrite.elixir import CannotWriteError
from rules.source import SourceFile, Span

ADD_VALUE: Final = re.compile(r"\bADD\s+VALUE\b(?P<guard>\s+IF\b)?", re.IGNORECASE)


def added_once(source: SourceFile, sql: Sql) -> tuple[Edit, ...]:
    """Return the edits after which *sql*, which adds one value, may run again; none where it may already."""
    found = list(ADD_VALUE.finditer(source[sql.span]))
    if len(found) != 1:
        raise CannotWriteError("what to edit is not plain")
    at = sql.span.start + found[0].end()
    return () if found[0]["guard"] else (Edit(Span(at, at), " IF NOT EXISTS"),)
