"""What Ecto refuses before it asks the database, put right where it is plain what was meant."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from rules.ecto.migration import Failure, Migration
from rules.ecto.place import is_keywords
from rules.elixir.parser import read
from rules.elixir.printer import habit_of, lines, one_line
from rules.elixir.syntax import Atom, Call, List, Pair, String, Syntax, walk
from rules.rewrite.edit import Edit, Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError, atom, items, text
from rules.rewrite.elixir import call as execute
from rules.rewrite.place import put_text, remove_statement, stands_alone
from rules.source import SourceFile, Span

ON_DELETE: Final = {
    "cascade": "delete_all",
    "delete": "delete_all",
    "nullify": "nilify_all",
    "nilify": "nilify_all",
    "set_null": "nilify_all",
    "no_action": "nothing",
    "set_default": "default_all",
}
ON_UPDATE: Final = {"cascade": "update_all", "update": "update_all", "nullify": "nilify_all", "no_action": "nothing"}
DIGITS: Final = 10  # in all, where nobody says how many; Rails' and Django's examples have as many
CALLBACK: Final = re.compile(r"^[ \t]*(?P<def>defp?)[ \t]+change\b(?P<arguments>\([^()\n]*\))?", re.MULTILINE)
PLAIN: Final = re.compile(r"[a-z_][a-zA-Z0-9_]*[?!]?")

Mend = Callable[[SourceFile, Call], tuple[str, tuple[Edit, ...]]]


def put_right(failure: Failure, migration: Migration) -> Rewrite:
    """Return the rewrite that makes what was probably meant of the call that Ecto refuses."""
    for pattern, mend in MENDS.items():
        if failure.span is not None and re.match(pattern, failure.message):
            title, edits = mend(migration.source, call_at(migration.source, failure.span))
            return Rewrite(title, Safety.REVIEW, edits)
    raise CannotWriteError("what was meant is not plain")


def call_at(source: SourceFile, span: Span) -> Call:
    """Return the call that stands at *span*."""
    for node in walk(read(source).tree):
        if isinstance(node, Call) and node.span == span:
            return node
    raise CannotWriteError("it stands elsewhere")


def make_public(source: SourceFile) -> Rewrite:
    """Return the rewrite after which Ecto finds a `change` that is private, or takes arguments."""
    found = list(CALLBACK.finditer(source.text))
    if len(found) != 1 or not (found[0]["def"] == "defp" or found[0]["arguments"]):
        raise CannotWriteError("there is no such function")
    match = found[0]
    edits = [Edit(Span(match.start("def"), match.end("def")), "def")] if match["def"] == "defp" else []
    if match["arguments"]:
        edits.append(Edit(Span(match.start("arguments"), match.end("arguments")), ""))
    return Rewrite("Make it the `change/0` that Ecto calls", Safety.REVIEW, tuple(edits))


def option(call: Call, key: str) -> list[Pair]:
    """Return every `key: value` that ends the arguments of *call*."""
    last = call.args[-1] if call.args else None
    pairs = last.items if isinstance(last, List) and is_keywords(last) else ()
    return [one for one in pairs if isinstance(one, Pair) and isinstance(one.left, Atom) and one.left.name == key]


def _create(_: SourceFile, call: Call) -> tuple[str, tuple[Edit, ...]]:
    if call.name is None or not (isinstance(call.args[0], Call) and call.args[0].form == "constraint"):
        raise CannotWriteError("it is no constraint")
    return "Create the constraint without a condition", (Edit(call.name, "create"),)


def _action(key: str, known: Mapping[str, str]) -> Mend:
    def mend(_: SourceFile, call: Call) -> tuple[str, tuple[Edit, ...]]:
        values = [one.right for one in option(call, key) if isinstance(one.right, Atom) and one.right.name in known]
        if len(values) != 1:
            raise CannotWriteError("what was meant is not plain")
        meant = f":{known[values[0].name]}"
        return f"Write `{meant}`", (Edit(values[0].span, meant),)

    return mend


def _precision(source: SourceFile, call: Call) -> tuple[str, tuple[Edit, ...]]:
    scales = option(call, "scale")
    if len(scales) != 1:
        raise CannotWriteError("`scale:` stands elsewhere")
    at = scales[0].start
    return "Say how many digits there are in all", put_text(source, Span(at, at), f"precision: {DIGITS}, ")


def _where(source: SourceFile, call: Call) -> tuple[str, tuple[Edit, ...]]:
    first, *rest = option(call, "where")
    said = [one.right.value for one in (first, *rest) if isinstance(one.right, String)]
    conditions = [one for one in said if isinstance(one, str)]
    between = source.text[first.end : rest[-1].start] if rest else ""
    if len(conditions) != len(rest) + 1 or len(rest) != 1 or between.strip() != ",":
        raise CannotWriteError("the conditions are no strings side by side")
    joined = " AND ".join(f"({one})" if " or " in one.lower() else one for one in conditions)
    span = Span(first.right.start, rest[-1].end)
    return "Join the conditions by AND", put_text(source, span, one_line(text(joined)))


def _unique(source: SourceFile, call: Call) -> tuple[str, tuple[Edit, ...]]:
    if call.form != "index" or call.name is None:
        raise CannotWriteError("it is no plain index")
    return "Make the index unique", put_text(source, call.name, "unique_index")


def _columns(source: SourceFile, call: Call) -> tuple[str, tuple[Edit, ...]]:
    columns = call.args[1] if len(call.args) > 1 else None
    if not isinstance(columns, String | Atom):
        raise CannotWriteError("the columns are not plain")
    return "Give the columns in a list", put_text(source, columns.span, one_line(items([_as_atom(columns)])))


def _name(source: SourceFile, call: Call) -> tuple[str, tuple[Edit, ...]]:
    if not call.args or not isinstance(call.args[0], String):
        raise CannotWriteError("the name is not plain")
    return "Write the name as an atom", put_text(source, call.args[0].span, one_line(_as_atom(call.args[0])))


def _type(source: SourceFile, call: Call) -> tuple[str, tuple[Edit, ...]]:
    kind = call.args[1] if len(call.args) > 1 else None
    if not isinstance(kind, String):
        raise CannotWriteError("the type is not plain")
    return "Write the type as an atom", put_text(source, kind.span, one_line(_as_atom(kind)))


def _one_by_one(source: SourceFile, call: Call) -> tuple[str, tuple[Edit, ...]]:
    listed = call.args[0] if len(call.args) == 1 else None
    said = listed.items if isinstance(listed, List) and not is_keywords(listed) else ()
    statements = [one.value for one in said if isinstance(one, String) and isinstance(one.value, str)]
    if not statements or len(statements) != len(said) or not stands_alone(source, call.span):
        raise CannotWriteError("it is no list of statements")
    indent = source.column_at(call.start) - 1
    written = lines([execute("execute", text(one)) for one in statements], indent, habit_of(source))
    return "Execute the statements one by one", (Edit(call.span, "\n".join(written).lstrip()),)


def _as_meant(source: SourceFile, table: Call) -> tuple[str, tuple[Edit, ...]]:
    """Give a column of a new table the type that a `modify` beside it says: nothing is there to be modified."""
    parts = [one for one in walk(table) if isinstance(one, Call) and one.form in {"add", "modify"}]
    added = {one.args[0].name: one for one in parts if one.form == "add" and isinstance(one.args[0], Atom)}
    edits = list[Edit]()
    for one in parts:
        if one.form == "modify":
            name, *said = one.args
            column = added.get(name.name) if isinstance(name, Atom) else None
            if column is None or len(said) != 1 or len(column.args) < 2:  # noqa: PLR2004 the name and the type
                raise CannotWriteError("what was meant is not plain")
            edits += [Edit(column.args[1].span, source[said[0].span]), remove_statement(source, one.span)]
    return "Add the column as it is meant to be", tuple(edits)


def _without_quotes(source: SourceFile, command: Call) -> tuple[str, tuple[Edit, ...]]:
    names = [
        one for one in walk(command) if isinstance(one, String) and isinstance(one.value, str) and '"' in one.value
    ]
    if len(names) != 1:
        raise CannotWriteError("the name is not plain")
    return "Leave the quotes out", put_text(source, names[0].span, one_line(text(str(names[0].value).replace('"', ""))))


def _as_atom(name: String | Atom) -> Syntax:
    if isinstance(name, Atom):
        return atom(name.name)
    if not isinstance(name.value, str) or not PLAIN.fullmatch(name.value):
        raise CannotWriteError("it is more than a name")
    return atom(name.value)


MENDS: Final[Mapping[str, Mend]] = {
    r"no function clause matching in Ecto\.Migration\.create_if_not_exists/1": _create,
    r"no function clause matching in Ecto\.Migration\.(add|modify|remove)(_if_(not_)?exists)?/\d": _name,
    r"no function clause matching in Ecto\.Migration\.(unique_)?index/\d": _columns,
    r"unknown :on_delete value": _action("on_delete", ON_DELETE),
    r"unknown :on_update value": _action("on_update", ON_UPDATE),
    r"column \S+ is missing precision option": _precision,
    r"only one `where` keyword is supported": _where,
    r"the `nulls_distinct` option can only be used with unique indexes": _unique,
    r'invalid migration type: "': _type,
    r"PostgreSQL adapter does not support keyword lists": _one_by_one,
    r"no function clause matching in Ecto\.Adapters\.Postgres\.Connection\.column_definition/2": _as_meant,
    r"bad literal/field/index/table name": _without_quotes,
}
