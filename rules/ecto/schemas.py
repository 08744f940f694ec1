"""Ecto's schema modules, read from their text: which columns of which table an application reads, and where."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from rules.ecto.clauses import section
from rules.elixir.syntax import Atom, Call, List, Pair, String, Syntax, Tuple, walk
from rules.source import Span

ASSOCIATIONS: Final = frozenset({"has_many", "has_one", "many_to_many"})  # their columns are those of other tables
EMBEDS: Final = frozenset({"embeds_one", "embeds_many"})
ATTRIBUTES: Final = frozenset({"primary_key", "schema_prefix", "timestamps_opts"})
Keywords = Mapping[str, Syntax]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a schema that a column stands behind."""

    name: str  # in the code
    column: str  # in the database: `source:`
    span: Span
    queried: bool = True  # not `load_in_query: false`
    has_default: bool = False  # the code gives new rows a value
    by_name: bool = True  # written out, not brought by `timestamps` or as the primary key


@dataclass(frozen=True, slots=True)
class SchemaModule:
    """`schema "table" do`, with the fields that can be read."""

    module: str
    table: str
    prefix: str | None
    span: Span
    fields: Mapping[str, Field] = field(hash=False)  # by column
    whole: bool = True  # no macro may have brought further fields
    joins: frozenset[str] = frozenset()  # tables that a `many_to_many` goes through
    plain: bool = True  # it uses Ecto.Schema itself: no module of the project sets its attributes

    def source(self, name: str) -> str:
        """Return the column behind the field *name*."""
        return next((one.column for one in self.fields.values() if one.name == name), name)


def schema_modules(tree: Syntax) -> Iterator[tuple[SchemaModule, Call]]:
    """Yield each schema of a file with the module that it stands in."""
    for module in modules(tree):
        body = section(module.args[-1], "do")
        attributes: dict[str, Syntax] = {}
        for statement in statements(body):
            if statement.form == "@" and isinstance(statement.args[0], Call):
                attributes |= _attribute(statement.args[0])
            if statement.form == "schema" and len(statement.args) > 1:
                read = _schema(module, statement, attributes, plain=any(map(_uses_ecto, statements(body))))
                if read is not None:
                    yield read, module


def modules(tree: Syntax) -> Iterator[Call]:
    """Yield every `defmodule` of a file, inner ones too."""
    for node in walk(tree):
        if isinstance(node, Call) and node.form == "defmodule" and len(node.args) > 1:
            yield node


def statements(body: Syntax | None) -> Iterator[Call]:
    """Yield the calls of a block, one after the other."""
    nodes = body.args if isinstance(body, Call) and body.form == "__block__" else (body,)
    yield from (node for node in nodes if isinstance(node, Call))


def module_name(node: Call) -> str:
    """Return the name behind `defmodule` or `use`, as it is written."""
    name = node.args[0] if node.args else None
    parts = name.args if isinstance(name, Call) and name.form == "__aliases__" else ()
    return ".".join(part.name for part in parts if isinstance(part, Atom))


def keywords_of(node: Call) -> Keywords:
    """Return the keyword list that ends a call, by its keys."""
    last = node.args[-1] if node.args else None
    return pairs_of(last)


def pairs_of(node: Syntax | None) -> Keywords:
    """Return a keyword list by its keys."""
    items = node.items if isinstance(node, List) else ()
    pairs = (item for item in items if isinstance(item, Pair) and not isinstance(item, Tuple))
    return {pair.left.name: pair.right for pair in pairs if isinstance(pair.left, Atom)}


def _attribute(node: Call) -> dict[str, Syntax]:
    known = isinstance(node.form, str) and node.form in ATTRIBUTES and len(node.args) == 1
    return {str(node.form): node.args[0]} if known else {}


def _uses_ecto(node: Call) -> bool:
    return node.form == "use" and module_name(node) == "Ecto.Schema"


def _schema(module: Call, node: Call, attributes: Keywords, *, plain: bool) -> SchemaModule | None:
    table = node.args[0]
    if not isinstance(table, String) or not isinstance(table.value, str):
        return None
    prefix = attributes.get("schema_prefix")
    reader = _Body(attributes)
    reader.read(section(node.args[-1], "do"))
    return SchemaModule(
        module_name(module),
        table.value,
        prefix.value if isinstance(prefix, String) and isinstance(prefix.value, str) else None,
        Span(node.start, table.end),
        {one.column: one for one in (*_primary_key(attributes, node), *reader.fields)},
        reader.whole,
        frozenset(reader.joins),
        plain,
    )


def _primary_key(attributes: Keywords, node: Call) -> Iterator[Field]:
    declared = attributes.get("primary_key")
    if isinstance(declared, Atom):  # false
        return
    name, column = "id", "id"
    if isinstance(declared, Call) and declared.form == "{}" and isinstance(declared.args[0], Atom):
        name = declared.args[0].name
        column = _name(pairs_of(declared.args[-1]).get("source")) or name
    yield Field(name, column, Span(node.start, node.args[0].end), has_default=True, by_name=False)


class _Body:
    """Reads what stands in a schema's block."""

    def __init__(self, attributes: Keywords) -> None:
        self._attributes = attributes
        self.fields: list[Field] = []
        self.joins: list[str] = []
        self.whole = True
        self._kinds: dict[str, Callable[[Call], None]] = {
            "field": self._field,
            "belongs_to": self._belongs_to,
            "timestamps": self._timestamps,
            **dict.fromkeys(EMBEDS, self._field),
            **dict.fromkeys(ASSOCIATIONS, self._association),
        }

    def read(self, body: Syntax | None) -> None:
        """Read each statement; what is none of Ecto's may bring anything."""
        nodes = body.args if isinstance(body, Call) and body.form == "__block__" else (body,)
        for node in nodes:
            kind = self._kinds.get(str(_form(node)))
            if kind is None:
                self.whole = self.whole and (node is None or _form(node) == "@")
            elif isinstance(node, Call):
                kind(node)
            else:
                self._stamp({}, Span(node.start, node.end) if node else Span(0, 0))

    def _field(self, node: Call) -> None:
        name, options = _name(node.args[0] if node.args else None), keywords_of(node)
        if name is None:
            self.whole = False
        elif not _is(options.get("virtual"), "true"):
            self._add(name, options, node.span, has_default="default" in options or "autogenerate" in options)

    def _belongs_to(self, node: Call) -> None:
        name, options = _name(node.args[0] if node.args else None), keywords_of(node)
        key = _name(options.get("foreign_key")) or (f"{name}_id" if name else None)
        if key is None:
            self.whole = False
        elif not _is(options.get("define_field"), "false"):
            self._add(key, options, node.span)

    def _timestamps(self, node: Call) -> None:
        self._stamp(keywords_of(node), node.span)

    def _stamp(self, options: Keywords, span: Span) -> None:
        options = {**pairs_of(self._attributes.get("timestamps_opts")), **options}
        for column in ("inserted_at", "updated_at"):
            chosen = options.get(column)
            name = column if chosen is None else _name(chosen)
            if name not in {None, "false"}:
                source = _name(options.get(f"{column}_source"))
                self.fields.append(Field(str(name), source or str(name), span, has_default=True, by_name=False))

    def _association(self, node: Call) -> None:
        through = keywords_of(node).get("join_through")
        if isinstance(through, String) and isinstance(through.value, str):
            self.joins.append(through.value)

    def _add(self, name: str, options: Keywords, span: Span, *, has_default: bool = False) -> None:
        queried = not _is(options.get("load_in_query"), "false")
        self.fields.append(Field(name, _name(options.get("source")) or name, span, queried, has_default))


def _form(node: Syntax | None) -> object:
    return node.form if isinstance(node, Call) else getattr(node, "name", None)


def _name(node: Syntax | None) -> str | None:
    return node.name if isinstance(node, Atom) else None


def _is(node: Syntax | None, name: str) -> bool:
    return isinstance(node, Atom) and node.name == name
