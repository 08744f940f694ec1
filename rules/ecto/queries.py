"""Ecto queries, as far as the data steps of migrations need them: which table, and the SQL of the simple ones.

What is not simple (joins, functions, fragments) leaves a query without SQL; its table is known all the same.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from rules.ecto.errors import RaisedError
from rules.ecto.inspect import to_string
from rules.ecto.interpreter import Interpreter, Site, Word
from rules.ecto.scope import Frame, Unknown
from rules.ecto.structs import keywords
from rules.ecto.values import Atom, Internal, Map, Tuple, Value
from rules.elixir.syntax import Atom as AtomNode
from rules.elixir.syntax import Call, List, Number, Pair, String, Syntax, Variable

OPERATORS: Final = {"==": "=", "!=": "!=", "<": "<", ">": ">", "<=": "<=", ">=": ">=", "and": "AND", "or": "OR"}
OF_ONE: Final = {"is_nil": "({} IS NULL)", "not": "(NOT {})"}


@dataclass(frozen=True, slots=True)
class Query(Internal):
    """A query of one table; *known* is False as soon as a part of it has no SQL here."""

    table: str
    where: tuple[str, ...] = ()
    assignments: tuple[str, ...] = ()
    selected: tuple[str, ...] = ()
    parameters: int = 0
    known: bool = True

    def __str__(self) -> str:
        return f"#Ecto.Query<{self.table}>"

    @property
    def alias(self) -> str:
        """The name that Ecto gives the table within the statement."""
        return f"{self.table[:1].lower() if self.table[:1].isalpha() else 't'}0"

    @property
    def source(self) -> str:
        """The table with its alias."""
        return f'"{self.table}" AS {self.alias}'


class NotSimpleError(Exception):
    """A part of a query that has no SQL here."""


def query_of(interpreter: Interpreter, value: Value) -> Query | None:
    """Return the query that a repo makes of a table's name, a schema or a query."""
    match value:
        case Query():
            return value
        case str():
            return Query(value)
        case Tuple((str() as table, Atom())):
            return Query(table)
        case Atom(name):
            return _of_schema(interpreter, name)
        case Unknown(tables=tables) if len(tables) == 1:
            return Query(next(iter(tables)), known=False)
        case _:
            return None


def _of_schema(interpreter: Interpreter, name: str) -> Query | None:
    module = interpreter.modules.get(name)
    if module is None and interpreter.project.complete and name.startswith("Elixir."):
        shown = f"{name.removeprefix('Elixir.')} of type Atom, the given module does not exist"
        raise RaisedError("Protocol.UndefinedError", f"protocol Ecto.Queryable not implemented for {shown}")
    return Query(module.is_schema) if module is not None and module.is_schema is not None else None


def statement(function: str, query: Query | None, values: list[Value]) -> str | None:
    """Return the SQL that the repo's function sends, where it is known."""
    written = STATEMENTS.get(function)
    return None if written is None or query is None or not query.known else written(query, values)


def _where(query: Query) -> list[str]:
    return ["WHERE", " AND ".join(query.where)] if query.where else []


def _deleted(query: Query, _: list[Value]) -> str | None:
    returning = ["RETURNING", ", ".join(query.selected)] if query.selected else []
    return " ".join(["DELETE FROM", query.source, *_where(query), *returning])


def _counted(query: Query, values: list[Value]) -> str | None:
    counts = values[1:] == [Atom("count")]
    return " ".join(["SELECT count(*) FROM", query.source, *_where(query)]) if counts else None


def _read(query: Query, _: list[Value]) -> str | None:
    if not query.selected:
        return None
    return " ".join(["SELECT", ", ".join(query.selected), "FROM", query.source, *_where(query)])


def _updated(query: Query, values: list[Value]) -> str | None:
    assigned = [option.key for option in keywords(keywords(values[1] if len(values) > 1 else ()).get("set"))]
    if query.parameters:  # the parameters of the update come first and would shift those of the WHERE
        return None
    sets = [*query.assignments, *(f'"{column}" = ${place}' for place, column in enumerate(assigned, 1))]
    return " ".join(["UPDATE", query.source, "SET", ", ".join(sets), *_where(query)]) if sets else None


def _inserted(query: Query, values: list[Value]) -> str | None:
    rows = values[1] if len(values) > 1 else None
    if not isinstance(rows, tuple) or not rows:
        return None
    entries = [_row(row) for row in rows]
    columns = sorted({column for row in entries for column in row})
    parameters = iter(range(1, len(entries) * len(columns) + 1))
    written = [[f"${next(parameters)}" if column in row else "DEFAULT" for column in columns] for row in entries]
    names = ",".join(f'"{column}"' for column in columns)
    tuples = ",".join(f"({','.join(row)})" for row in written)
    return " ".join(["INSERT INTO", f'"{query.table}"', f"({names})", "VALUES", tuples]) if names else None


STATEMENTS: Final[Mapping[str, Callable[[Query, list[Value]], str | None]]] = {
    "insert_all": _inserted,
    "update_all": _updated,
    "delete_all": _deleted,
    "aggregate": _counted,
    "all": _read,
}


def _row(row: Value) -> frozenset[str]:
    if isinstance(row, Map):
        return frozenset(to_string(key) for key, _ in row.entries)
    return frozenset(option.key for option in keywords(row))


def querying(interpreter: Interpreter, site: Site) -> Value:
    """`from(x in source, ...)` and the functions that refine a query."""
    first = site.piped[0] if site.piped else _source(interpreter, site)
    query = query_of(interpreter, first)
    if query is None:
        return Unknown("a query")
    if site.piped or not site.args or not isinstance(site.args[0], Call) or site.args[0].form != "in":
        return replace(query, known=False)
    options = site.args[1] if len(site.args) > 1 else None
    pairs = [item for item in options.items if isinstance(item, Pair)] if isinstance(options, List) else []
    renderer = _Renderer(interpreter, site.frame, query)
    try:
        for pair in pairs:
            renderer.clause(pair)
    except NotSimpleError:
        return replace(renderer.query, known=False)
    return renderer.query


def _source(interpreter: Interpreter, site: Site) -> Value:
    if not site.args:
        return None
    node = site.args[0]
    if isinstance(node, Call) and node.form == "in":
        node = node.args[1]
    return interpreter.evaluate(node, site.frame)


class _Renderer:
    """Renders the clauses of one `from` as Ecto's PostgreSQL adapter does."""

    def __init__(self, interpreter: Interpreter, frame: Frame, query: Query) -> None:
        self._interpreter = interpreter
        self._frame = frame
        self.query = query

    def clause(self, pair: Pair) -> None:
        """Add a clause to the query; raises NotSimpleError for one without SQL here."""
        match pair.left:
            case AtomNode(name="where"):
                self.query = replace(self.query, where=(*self.query.where, self._expression(pair.right)))
            case AtomNode(name="update"):
                self.query = replace(self.query, assignments=self._assignments(pair.right))
            case AtomNode(name="select") if isinstance(pair.right, List):
                selected = tuple(self._selected(item) for item in pair.right.items)
                self.query = replace(self.query, selected=selected)
            case _:
                raise NotSimpleError

    def _assignments(self, node: Syntax) -> tuple[str, ...]:
        changes = node.items[0] if isinstance(node, List) and len(node.items) == 1 else None
        if not isinstance(changes, Pair) or getattr(changes.left, "name", "") != "set":
            raise NotSimpleError
        items = changes.right.items if isinstance(changes.right, List) else ()
        pairs = [(item.left, item.right) for item in items if isinstance(item, Pair)]
        return tuple(f'"{getattr(key, "name", "")}" = {self._expression(value)}' for key, value in pairs)

    def _selected(self, node: Syntax) -> str:
        return f'{self.query.alias}."{node.name}"' if isinstance(node, AtomNode) else self._expression(node)

    def _expression(self, node: Syntax) -> str:
        if isinstance(node, String | Number | AtomNode):
            return _literal(self._interpreter.evaluate(node, self._frame))
        if isinstance(node, List):
            return f"({','.join(self._expression(item) for item in node.items)})"
        if isinstance(node, Call):
            return self._call(node)
        raise NotSimpleError

    def _call(self, node: Call) -> str:
        if isinstance(node.form, Call) and node.form.form == "." and isinstance(node.form.args[0], Variable):
            return f'{self.query.alias}."{getattr(node.form.args[1], "name", "")}"'
        match node.form:
            case "@":
                return _literal(self._interpreter.evaluate(node, self._frame))
            case "^":
                self.query = replace(self.query, parameters=self.query.parameters + 1)
                return f"${self.query.parameters}"
            case "is_nil" | "not" as word:
                return OF_ONE[word].format(self._expression(node.args[0]))
            case "in":
                return self._member(node)
            case str() as operator if operator in OPERATORS:
                left, right = (self._expression(part) for part in node.args)
                return f"({left} {OPERATORS[operator]} {right})"
            case _:
                raise NotSimpleError

    def _member(self, node: Call) -> str:
        one, several = node.args
        is_given = isinstance(several, Call) and several.form == "^"  # a list is one parameter
        shown = f"= ANY({self._expression(several)})" if is_given else f"IN {self._expression(several)}"
        return f"({self._expression(one)} {shown})"


def _literal(value: Value) -> str:
    match value:
        case str():
            return "'" + value.replace("'", "''") + "'"
        case bool():
            return str(value).upper()
        case int() | float():
            return to_string(value)
        case _:
            raise NotSimpleError


REFINING: Final = (
    *("distinct", "exclude", "except", "from", "group_by", "having", "intersect", "join", "limit", "lock", "offset"),
    *("or_having", "or_where", "order_by", "preload", "put_query_prefix", "reverse_order", "select", "select_merge"),
    *("subquery", "union", "union_all", "update", "where", "with_cte"),
)
QUERY_WORDS: Final[Mapping[str, Word]] = {
    **dict.fromkeys(REFINING, querying),
    "dynamic": lambda *_: Unknown("a part of a query"),
}
