"""A view that is in the way of a change, dropped before it and made again behind it."""

from rules.ecto.commands import AlterTable
from rules.elixir.printer import habit_of, lines
from rules.rewrite.edit import Edit
from rules.rewrite.elixir import CannotWriteError, call, text
from rules.rewrite.names import name_sql
from rules.schema.model import Thing
from rules.source import SourceFile, Span


def without_view(
    source: SourceFile, alter: AlterTable, view: Thing, *, reverses: bool, again: bool
) -> tuple[Edit, ...]:
    """Return the edits that drop *view* before *alter*, and make it *again* behind; each with what *reverses* it."""
    start = source.line_start(source.line_at(alter.span.start))
    if not isinstance(view.definition, str) or alter.place.shared or source.text[start : alter.span.start].strip():
        raise CannotWriteError("what the view was is not known, or the command shares its line")
    drop, make = f"DROP {view.kind.value.upper()} {name_sql(view.name)}", view.definition
    column = alter.span.start - start

    def written(there: str, back: str) -> str:
        statement = call("execute", text(there), *([text(back)] if reverses else []))
        return "\n".join(lines([statement], column, habit_of(source)))

    before = Edit(Span(start, start), f"{written(drop, make)}\n\n")
    behind = Edit(Span(alter.span.end, alter.span.end), f"\n\n{written(make, drop)}")
    return (before, behind) if again else (before,)
