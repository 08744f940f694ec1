"""Statements that stand in the wrong place, moved."""

from typing import Final

from rules.elixir.parser import read
from rules.elixir.syntax import Call, walk
from rules.rewrite.edit import Edit
from rules.rewrite.elixir import CannotWriteError
from rules.rewrite.place import indent_at, remove_statement
from rules.source import SourceFile, Span

TABLE_BLOCKS: Final = frozenset({"alter", "create", "create_if_not_exists"})


def table_block(source: SourceFile, inner: Span) -> Span:
    """Return the innermost `create table ... do` or `alter table ... do` around *inner*."""
    blocks = [
        node.span
        for node in walk(read(source).tree)
        if isinstance(node, Call) and node.form in TABLE_BLOCKS and node.do is not None and node.span.covers(inner)
    ]
    if not blocks:
        raise CannotWriteError("the block stands elsewhere")
    return max(blocks)


def idle_block(source: SourceFile, inner: Span) -> Span | None:
    """Return the `do` block around *inner* that is given to `drop`, which takes none, with the space before it."""
    for node in walk(read(source).tree):
        is_drop = isinstance(node, Call) and node.form in {"drop", "drop_if_exists"} and node.span.covers(inner)
        if is_drop and isinstance(node, Call) and node.do_token is not None:
            start = len(source.text[: node.do_token.start].rstrip())
            return Span(start, node.end)
    return None


def instead_of_block(source: SourceFile, statement: Span, block: Span) -> Edit | None:
    """Return the edit that puts a statement in the place of an `alter` that holds nothing else; None if it does."""
    inside = source.text[block.start : statement.start]
    is_alone = inside.startswith("alter") and inside.rstrip().endswith(" do")
    if not is_alone or source.text[statement.end : block.end].strip() != "end":
        return None
    margin = " " * indent_at(source, block.start)
    return Edit(block, _indented(source, statement, margin).lstrip())


def moved_behind(source: SourceFile, statement: Span, block: Span) -> tuple[Edit, Edit]:
    """Return the edits that move a statement behind the *block* in which it stands."""
    margin = " " * indent_at(source, block.start)
    written = _indented(source, statement, margin)
    return remove_statement(source, statement), Edit(Span(block.end, block.end), f"\n\n{written}")


def moved_before(source: SourceFile, statement: Span, other: Span) -> tuple[Edit, Edit]:
    """Return the edits that move a statement to the line before the one where *other* begins."""
    at = source.line_start(source.line_at(other.start))
    margin = " " * indent_at(source, other.start)
    apart = "\n" if source.line_at(other.start) != source.line_at(other.end) else ""
    written = _indented(source, statement, margin)
    return remove_statement(source, statement), Edit(Span(at, at), f"{written}\n{apart}")


def _indented(source: SourceFile, statement: Span, margin: str) -> str:
    """Return a statement as it reads with its first line at *margin*."""
    first, *rest = source[statement].split("\n")
    shift = len(margin) - indent_at(source, statement.start)
    moved = [(" " * shift + line if shift > 0 else line[-shift:]) if line.strip() else line for line in rest]
    return "\n".join([margin + first, *moved])
