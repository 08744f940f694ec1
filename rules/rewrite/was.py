"""What the reversal of a command has to be told, written where it is said: what was modified, removed or dropped."""

from rules.ecto.commands import Index, ModifyColumn, RemoveColumn
from rules.elixir.printer import one_line
from rules.rewrite.definition import definition, index_call
from rules.rewrite.edit import Edit
from rules.rewrite.elixir import CannotWriteError, call, items, keywords, pair
from rules.rewrite.inverse import before_modify
from rules.rewrite.place import add_option, put_text
from rules.schema.model import Table
from rules.source import SourceFile, Span
from rules.sql.names import stored


def from_edits(source: SourceFile, table: Table, change: ModifyColumn) -> tuple[Edit, ...]:
    """Return the edits that say in `from:` what a column was, with every option that the modify changes."""
    kind, options = before_modify(table, change)
    plain = not options and not change.options.entries
    was = kind if plain else pair(kind, keywords(options) if options else items([]))
    if change.from_option is None:
        return add_option(source, change.place, "from", was)
    if change.from_option.value_span is None or change.place.shared:
        raise CannotWriteError("`from:` stands elsewhere")
    return put_text(source, change.from_option.value_span, one_line(was))


def removal_edits(source: SourceFile, table: Table, change: RemoveColumn) -> tuple[Edit, ...]:
    """Return the edits that say behind a removed column what it was."""
    if change.place.shared or change.place.piped is not None or stored(change.column) not in table.columns:
        raise CannotWriteError("what the column was is not known, or does not stand there")
    kind, options = definition(table, table.columns[stored(change.column)])
    said = one_line(call("add", kind, options=options)).removeprefix("add(").removesuffix(")")
    name, *rest = change.place.call.args
    if not rest:
        return put_text(source, Span(name.end, name.end), f", {said}")
    return put_text(source, Span(rest[0].start, rest[-1].end), said)


def index_edits(source: SourceFile, index: Index, table: Table) -> tuple[Edit, ...]:
    """Return the edit that writes an index with all that it was made with."""
    known = table.indexes.get(stored(index.name))
    if known is None or index.place.shared or index.place.piped is not None:
        raise CannotWriteError("what the index was is not known")
    written = index_call(index.table, known, concurrently=index.concurrently)
    return put_text(source, index.place.span, one_line(written))
