"""What an application's code says of tables: its schemas, its queries without one, its SQL, its changesets' names.

Files are read when a table is asked about, and only those whose text names it; the same text is read once.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from rules.ecto.constraints import ExpectedName, expected_names
from rules.ecto.schemas import SchemaModule, schema_modules
from rules.elixir.parser import read as parse
from rules.elixir.syntax import Atom, Call, List, Pair, String, Syntax, Variable, children, walk
from rules.source import SourceFile, Span
from rules.sql.names import Name, stored

LARGEST: Final = 200_000  # characters of a module; generated ones say nothing of queries
REMEMBERED: Final = 2_000
WORD: Final = re.compile(r"\w+")
NAMED: Final = re.compile(r'"(\w+)"|\b(?:FROM|JOIN|INTO|UPDATE)\s+"?(?:\w+"?\.)?"?(\w+)', re.IGNORECASE)
VERB: Final = re.compile(r"\b(?:SELECT|INSERT|UPDATE|DELETE)\b", re.IGNORECASE)
PROSE: Final = frozenset({"moduledoc", "doc", "typedoc", "shortdoc", "deprecated"})
WRITERS: Final = frozenset({"insert_all", "update_all", "delete_all", "all", "one", "aggregate", "exists?", "stream"})
SEARCHED: Final = frozenset({None, "public"})  # prefixes under which a table is found without naming one


@dataclass(frozen=True, slots=True)
class Query:
    """A query that names a table and no schema: `from u in "users"`, or SQL in a string."""

    tables: frozenset[str]
    columns: frozenset[str]  # that it names, of whichever of the tables
    sql: str | None
    span: Span

    def names(self, table: str, column: str | None) -> bool:
        """Tell whether it uses the table, and a column of that name."""
        if self.sql is not None:
            return _reads(self.sql, table) and (column is None or _names(self.sql, column))
        return table in self.tables and (column is None or column in self.columns)


@dataclass(frozen=True, slots=True)
class Facts:
    """What one file says of tables."""

    schemas: tuple[SchemaModule, ...] = ()
    queries: tuple[Query, ...] = ()
    expected: tuple[ExpectedName, ...] = ()


@dataclass(frozen=True, slots=True)
class Use:
    """A place where code uses a table or one of its columns."""

    file: SourceFile
    span: Span
    by: str  # a schema's module, or `a query`

    def __str__(self) -> str:
        return f"`{self.by}`" if self.by[0].isupper() else f"{self.by} in `{self.file.path.rpartition('/')[2]}`"

    @property
    def place(self) -> str:
        """The path and the line."""
        return f"{self.file.path}:{self.file.line_at(self.span.start)}"


@dataclass(frozen=True)
class Code:
    """The modules of an application at one commit."""

    files: tuple[SourceFile, ...] = field(default=(), repr=False)

    def __bool__(self) -> bool:
        return bool(self.files)

    def schemas(self, table: Name) -> Iterator[tuple[SchemaModule, SourceFile]]:
        """Yield the schema modules of *table*."""
        for file in self._naming(f'"{table.name}"'):
            for one in facts(file).schemas:
                if one.table == table.name and (one.prefix == table.prefix or {one.prefix, table.prefix} <= SEARCHED):
                    yield one, file

    def expected(self, table: Name) -> Iterator[tuple[ExpectedName, SourceFile]]:
        """Yield the constraints of *table* that changesets name."""
        for file in self._naming(f'"{table.name}"'):
            yield from ((one, file) for one in facts(file).expected if one.table == table.name)

    def use(self, table: Name, column: str | None = None) -> Use | None:
        """Return the first place where code reads or writes *table*, or the column of it."""
        return next(self._uses(table, column), None)

    def _uses(self, table: Name, column: str | None) -> Iterator[Use]:
        for schema, file in self.schemas(table):
            if column is None:
                yield Use(file, schema.span, schema.module)
            found = schema.fields.get(column or "")
            if found is not None and found.queried:
                yield Use(file, found.span, schema.module)
        for file in self._naming(table.name):
            if column is not None and column not in file.text:
                continue
            for query in facts(file).queries:
                if query.names(table.name, column):
                    yield Use(file, query.span, "a query")

    def _naming(self, text: str) -> Iterator[SourceFile]:
        yield from (file for file in self.files if text in file.text)


NO_CODE: Final = Code()


def words(texts: Iterable[str]) -> frozenset[str]:
    """Return the words in the text of migrations: whatever tables they are about, they name."""
    return frozenset(word for text in texts for word in WORD.findall(text))


def naming(files: Iterable[SourceFile], words: Collection[str]) -> tuple[SourceFile, ...]:
    """Return those of *files* that name a table which may be one of *words*, in a string or in SQL."""
    return tuple(file for file in files if not _named(file).isdisjoint(words))


@lru_cache(maxsize=REMEMBERED)
def _named(file: SourceFile) -> frozenset[str]:
    return frozenset(name for match in NAMED.findall(file.text) for name in match if name)


@lru_cache(maxsize=REMEMBERED)
def facts(file: SourceFile) -> Facts:
    """Read what a file says of tables; one that is no Elixir says nothing."""
    if len(file.text) > LARGEST:
        return Facts()
    tree = parse(file).tree
    schemas, expected = [], list[ExpectedName]()
    for schema, module in schema_modules(tree):
        schemas.append(schema)
        expected += expected_names(module, schema)
    return Facts(tuple(schemas), (*_queries(tree), *_sql(tree)), tuple(expected))


def _queries(tree: Syntax) -> Iterator[Query]:
    for node in walk(tree):
        if not isinstance(node, Call):
            continue
        name = _function(node)
        if name in {"from", "join"}:
            yield from _from(node)
        elif name in WRITERS:
            tables = frozenset(filter(None, (_text(argument) for argument in node.args[:2])))
            if tables:
                yield Query(tables, frozenset(_keys(node)), None, node.span)


def _from(node: Call) -> Iterator[Query]:
    """Yield what `from u in "users", ...` reads: the fields of the variables that stand for tables."""
    bound: dict[str, str] = {}
    for inner in walk(node):
        if isinstance(inner, Call) and inner.form == "in" and isinstance(inner.args[0], Variable):
            table = _text(inner.args[1])
            if table is not None:
                bound[inner.args[0].name] = table
    for variable, table in bound.items():
        columns = frozenset(filter(None, (_field_of(inner, variable) for inner in walk(node))))
        yield Query(
            frozenset({table}), frozenset({*columns, *(_atoms(node) if len(bound) == 1 else ())}), None, node.span
        )


def _field_of(node: Syntax, variable: str) -> str | None:
    """Return the field in `u.name`."""
    form = node.form if isinstance(node, Call) else None
    if isinstance(form, Call) and form.form == "." and isinstance(form.args[0], Variable):
        owner, name = form.args
        if isinstance(owner, Variable) and owner.name == variable and isinstance(name, Atom):
            return name.name
    return None


def _atoms(node: Call) -> Iterator[str]:
    """Yield the atoms in the lists of a query, such as those of `select: [:id, :name]`."""
    for inner in walk(node):
        if isinstance(inner, List) and inner.brackets:
            yield from (item.name for item in inner.items if isinstance(item, Atom))


def _keys(node: Call) -> Iterator[str]:
    """Yield the keys of the rows that a call writes."""
    for inner in walk(node):
        if isinstance(inner, Pair) and isinstance(inner.left, Atom):
            yield inner.left.name


def _sql(tree: Syntax) -> Iterator[Query]:
    for node in _code(tree):
        if isinstance(node, String) and isinstance(node.value, str) and VERB.search(node.value):
            yield Query(frozenset(), frozenset(), node.value, node.span)


def _function(node: Call) -> str:
    form = node.form
    last = form.args[-1] if isinstance(form, Call) and form.form == "." else form
    return last if isinstance(last, str) else str(getattr(last, "name", ""))


def _text(node: Syntax) -> str | None:
    """Return the table that a string names, or `{"table", Schema}`."""
    inner = getattr(node, "left", node)
    return inner.value if isinstance(inner, String) and isinstance(inner.value, str) else None


def _code(tree: Syntax) -> Iterator[Syntax]:
    """Yield what is code, not what is told about it."""
    stack = [tree]
    while stack:
        node = stack.pop()
        is_told = isinstance(node, Call) and node.form == "@" and getattr(node.args[0], "form", None) in PROSE
        if not is_told:
            yield node
            stack.extend(reversed(children(node)))


def _reads(sql: str, table: str) -> bool:
    """Tell whether *table* stands where SQL names tables."""
    named = (
        rf'\b(?:FROM|JOIN|INTO|UPDATE|TRUNCATE)\s+(?:ONLY\s+)?(?:"?\w+"?\.)?"?{re.escape(stored(table))}"?(?![\w$-])'
    )
    return re.search(named, sql, re.IGNORECASE) is not None


def _names(sql: str, word: str) -> bool:
    return re.search(rf"(?<![\w$-]){re.escape(stored(word))}(?![\w$-])", sql) is not None
