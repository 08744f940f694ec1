"""An option taken out of a call."""

from rules.ecto.commands import AddColumn, ModifyColumn
from rules.elixir.syntax import Atom, Call, List, Pair
from rules.rewrite.edit import Edit
from rules.rewrite.elixir import CannotWriteError
from rules.source import SourceFile, Span


def without_option(source: SourceFile, column: AddColumn | ModifyColumn, key: str) -> Edit:
    """Return the edit that takes `key: value` out of the options of a column."""
    if column.place.shared:
        raise CannotWriteError(f"`{key}:` does not stand there")
    return without_keyword(source, column.place.call, key)


def without_keyword(source: SourceFile, call: Call, key: str) -> Edit:
    """Return the edit that takes `key: value` out of the end of a call's arguments."""
    options = call.args[-1] if call.args else None
    pairs = options.items if isinstance(options, List) else ()
    found = [one for one in pairs if isinstance(one, Pair) and isinstance(one.left, Atom) and one.left.name == key]
    if len(found) != 1:
        raise CannotWriteError(f"`{key}:` does not stand there")
    earlier = [item.end for item in pairs if item.end < found[0].start] or [item.end for item in call.args[:-1]]
    if not earlier or source.text[earlier[-1] : found[0].start].strip(", \n"):
        raise CannotWriteError(f"something stands before `{key}:`")
    return Edit(Span(earlier[-1], found[0].end), "")
