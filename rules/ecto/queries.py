"""Ecto queries, as far as a migration's data steps need them: which table, and the SQL of the simplest."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rules.ecto.interpreter import Interpreter, Site, Word
from rules.ecto.scope import Unknown
from rules.ecto.values import Atom, Internal, Tuple, Value
from rules.elixir.syntax import Call


@dataclass(frozen=True, slots=True)
class Query(Internal):
    """A query of one table."""

    table: str

    def __str__(self) -> str:
        return f"#Ecto.Query<{self.table}>"


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
            module = interpreter.modules.get(name)
            return Query(module.is_schema) if module is not None and module.is_schema is not None else None
        case Unknown(tables=tables) if len(tables) == 1:
            return Query(next(iter(tables)))
        case _:
            return None


def statement(function: str, query: Query | None, values: list[Value]) -> str | None:
    """Return the SQL that the repo's function sends, where it is known."""
    return None


def querying(interpreter: Interpreter, site: Site) -> Value:
    """`from(x in source, ...)` and the functions that refine a query: the table is what matters here."""
    first = site.piped[0] if site.piped else _source(interpreter, site)
    query = query_of(interpreter, first)
    return query if query is not None else Unknown("a query")


def _source(interpreter: Interpreter, site: Site) -> Value:
    if not site.args:
        return None
    node = site.args[0]
    if isinstance(node, Call) and node.form == "in":
        node = node.args[1]
    return interpreter.evaluate(node, site.frame)


REFINING: Final = (
    *("distinct", "exclude", "except", "from", "group_by", "having", "intersect", "join", "limit"),
    *("lock", "offset", "or_having", "or_where", "order_by", "preload", "put_query_prefix"),
    *("reverse_order", "select", "select_merge", "subquery", "union", "union_all", "update"),
    *("where", "with_cte"),
)
QUERY_WORDS: Final[Mapping[str, Word]] = {
    **dict.fromkeys(REFINING, querying),
    "dynamic": lambda *_: Unknown("a part of a query"),
}
