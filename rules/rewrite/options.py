"""An option taken out of a call."""

from rules.ecto.commands import AddColumn, ModifyColumn
from rules.elixir.syntax import List
from rules.rewrite.edit import Edit
from rules.rewrite.elixir import CannotWriteError
from rules.source import SourceFile, Span


def without_option(source: SourceFile, column: AddColumn | ModifyColumn, key: str) -> Edit:
    """Return the edit that takes `key: value` out of the options of a column."""
    option, options = column.options.option(key), column.place.call.args[-1]
    if option is None or option.span is None or not isinstance(options, List) or column.place.shared:
        raise CannotWriteError(f"`{key}:` does not stand there")
    earlier = [item.end for item in options.items if item.end < option.span.start]
    start = max(earlier, default=column.place.call.args[-2].end)
    if source.text[start : option.span.start].strip(", \n"):
        raise CannotWriteError(f"something stands before `{key}:`")
    return Edit(Span(start, option.span.end), "")
