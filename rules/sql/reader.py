"""SQL read by PostgreSQL's own parser into statements with their effects; a broken statement stands as Unknown.

libpg_query is C and recurses: on a chain of some fifty thousand operators it overruns the stack and ends the process.
What could do that is refused before it gets there.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import accumulate, islice
from typing import Any, Final

import pgparse

from rules.sql import scanner
from rules.sql.dialect import dialect_of
from rules.sql.effects import Effect, Kind, ObjectDropped, Unknown
from rules.sql.objects import OBJECTS, materialized_view, relations
from rules.sql.sessions import SESSIONS
from rules.sql.statements import Dialect, SqlStatement
from rules.sql.tables import altered, created, created_as, indexed
from rules.sql.tree import Source, Tree

MAX_CHARACTERS: Final = 500_000
MAX_COMMENTS: Final = 1_000  # that begin; libpg_query takes minutes over a hundred thousand within each other
MAX_TOKENS: Final = 20_000  # measured: a chain of 40,000 tokens passes on a stack of 8 MB, one of 200,000 does not

RELATIONS: Final = frozenset({Kind.TABLE, Kind.VIEW, Kind.MATERIALIZED_VIEW, Kind.FOREIGN_TABLE, Kind.SEQUENCE})


def _table_as(tree: Tree, source: Source) -> Iterator[Effect]:
    read = materialized_view if tree.get("objtype") == "OBJECT_MATVIEW" else created_as
    yield from read(tree, source)


EFFECTS: Final[Mapping[str, Callable[[Tree, Source], Iterator[Effect]]]] = {
    "CreateStmt": created,
    "CreateTableAsStmt": _table_as,
    "AlterTableStmt": altered,
    "IndexStmt": indexed,
    **OBJECTS,
    **SESSIONS,
}


@lru_cache(maxsize=1024)  # the rules and the schema ask again for the same text
def read(text: str) -> tuple[SqlStatement, ...]:
    """Return the statements of *text* in their order; never raises."""
    bounds = tuple(scanner.statements(text))
    refusal = _refusal(text)
    if refusal is not None:
        return tuple(_unknown(text, start, end, refusal) for start, end in bounds)
    try:
        return _parsed(text, 0)
    except pgparse.PGQueryError as error:
        if len(bounds) == 1:
            start, end = bounds[0]
            return (_unknown(text, start, end, str(error.args[0])),)
    except (RecursionError, UnicodeError):
        return tuple(_unknown(text, start, end, "SQL that is nested too deeply") for start, end in bounds)
    return tuple(_one(text, start, end) for start, end in bounds)


def read_each(text: str) -> Iterator[SqlStatement]:
    """Yield the statements of a text that may be long, each read by itself."""
    return (_one(text, start, end) for start, end in scanner.statements(text))


def _refusal(text: str) -> str | None:
    if "\0" in text:
        return "SQL with a NUL character"
    if text.count("/*") > MAX_COMMENTS:
        return "SQL with too many comments"
    if len(text) > MAX_CHARACTERS or sum(1 for _ in islice(scanner.tokens(text), MAX_TOKENS + 1)) > MAX_TOKENS:
        return "SQL that is too long"
    return None


def _one(text: str, start: int, end: int) -> SqlStatement:
    try:
        (statement,) = _parsed(text[start:end], start)
    except pgparse.PGQueryError as error:
        return _unknown(text, start, end, str(error.args[0]))
    except (RecursionError, UnicodeError, ValueError):
        return _unknown(text, start, end, "SQL that is nested too deeply")
    return statement


def _parsed(text: str, shift: int) -> tuple[SqlStatement, ...]:
    offsets = None if text.isascii() else _characters_by_byte(text)
    return tuple(_statement(raw, text, offsets, shift) for raw in pgparse.parse(text))


def _characters_by_byte(text: str) -> tuple[int, ...]:
    widths = [len(character.encode()) for character in text]
    starts = accumulate(widths, initial=0)
    by_byte = [0] * (sum(widths) + 1)
    for place, (start, width) in enumerate(zip(starts, widths, strict=False)):
        by_byte[start : start + width] = [place] * width
    by_byte[-1] = len(text)
    return tuple(by_byte)


def _statement(raw: dict[str, Any], text: str, offsets: tuple[int, ...] | None, shift: int) -> SqlStatement:
    whole = Source(text, 0, len(text), offsets)
    first = raw.get("stmt_location", 0)
    start = whole.at(first)
    end = whole.at(first + raw["stmt_len"]) if "stmt_len" in raw else len(text)
    ((node, tree),) = raw["stmt"].items()
    inner = [token for token in scanner.tokens(text[:end], start) if text[token.start : token.end] != ";"]
    if inner:
        start, end = inner[0].start, inner[-1].end
    effects = _effects(node, tree, Source(text, start, end, offsets))
    dropped = {effect.name for effect in effects if isinstance(effect, ObjectDropped) and effect.kind in RELATIONS}
    return SqlStatement(start + shift, end + shift, node, effects, relations(tree) | dropped)


def _effects(node: str, tree: Tree, source: Source) -> tuple[Effect, ...]:
    reader = EFFECTS.get(node)
    if reader is None:
        return (Unknown(f"{node}, which changes something else"),)
    try:
        return tuple(reader(tree, source))
    except (AttributeError, KeyError, LookupError, TypeError, ValueError):
        return (Unknown(f"{node} in a form that reading does not know"),)


def _unknown(text: str, start: int, end: int, reason: str) -> SqlStatement:
    dialect = dialect_of(text[start:end])
    said = reason if dialect is Dialect.UNKNOWN else f"{dialect.value}: {reason}"
    return SqlStatement(start, end, "", (Unknown(said),), frozenset(), dialect)
