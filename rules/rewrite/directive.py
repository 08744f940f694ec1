"""Comments for us, written into a migration: what is allowed, and that it is one-way, each with its reason."""

import re
from typing import Final

from rules.rewrite.edit import Edit
from rules.source import SourceFile, Span

USE: Final = re.compile(r"^(?P<indent>[ \t]*)use[ (]+Ecto\.Migration\b[^\n]*$", re.MULTILINE)


def allowing(rule: str, at: Span, source: SourceFile, reason: str) -> Edit:
    """Return the edit that allows *rule* on the line where *at* begins."""
    start = source.line_start(source.line_at(at.start))
    line = source.line_text(source.line_at(at.start))
    indent = line[: len(line) - len(line.lstrip())]
    return Edit(Span(start, start), f"{indent}# ecto-fix: allow {rule} — {reason}\n")


def declaring_one_way(source: SourceFile, reason: str) -> Edit:
    """Return the edit that declares the migration one-way, below its `use`, else at the top of the file."""
    use = USE.search(source.text)
    if use is None:
        return Edit(Span(0, 0), f"# ecto-fix: one-way — {reason}\n")
    return Edit(Span(use.end(), use.end()), f"\n\n{use['indent']}# ecto-fix: one-way — {reason}")
