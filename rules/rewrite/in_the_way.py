"""A view, a policy or a trigger that is in the way of a change, dropped before it and made again behind it."""

from rules.ecto.commands import AlterTable, Execute
from rules.elixir.printer import habit_of, lines
from rules.rewrite.edit import Edit
from rules.rewrite.elixir import CannotWriteError, call, text
from rules.rewrite.names import name_sql
from rules.schema.model import Thing
from rules.source import SourceFile, Span


def without(
    source: SourceFile, command: AlterTable | Execute, thing: Thing, *, reverses: bool, again: bool
) -> tuple[Edit, ...]:
    """Return the edits that drop *thing* before *command*, and make it *again* behind; each with what *reverses* it."""
    start = source.line_start(source.line_at(command.span.start))
    if not isinstance(thing.definition, str) or command.place.shared or source.text[start : command.span.start].strip():
        raise CannotWriteError("what it was is not known, or the command shares its line")
    on = f" ON {name_sql(thing.table)}" if thing.table is not None else ""
    drop, make = f"DROP {thing.kind.value.upper()} {name_sql(thing.name)}{on}", thing.definition
    column = command.span.start - start

    def written(there: str, back: str) -> str:
        statement = call("execute", text(there), *([text(back)] if reverses else []))
        return "\n".join(lines([statement], column, habit_of(source)))

    before = Edit(Span(start, start), f"{written(drop, make)}\n\n")
    behind = Edit(Span(command.span.end, command.span.end), f"\n\n{written(make, drop)}")
    return (before, behind) if again else (before,)
