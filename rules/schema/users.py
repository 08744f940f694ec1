"""Which parts of tables need an object that is no table: a type, a function, a sequence, an extension."""

import re
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from rules.schema import extensions
from rules.schema.dependence import CALLED, TYPES
from rules.schema.model import UNSURE, Check, Column, Constraint, Exclusion, Index, Table, Thing
from rules.schema.text import LITERAL, next_value
from rules.sql.effects import Kind
from rules.sql.names import Name

Part: TypeAlias = Column | Index | Constraint


def users_among(tables: Iterable[Table], thing: Thing) -> list[tuple[Name, Part]]:
    """Return the parts of *tables* that need *thing*, with their tables."""
    return [(table.name, part) for table in tables for part in _parts(table, thing) if _needs(part, thing)]


def has_default_of(column: Column, thing: Thing) -> bool:
    """Tell whether only the default of *column* needs *thing*."""
    is_typed = thing.kind in TYPES or (thing.kind is Kind.EXTENSION and _comes_with(column, thing))
    return isinstance(column.default, str) and not is_typed and _named_in(column.default, thing)


def _parts(table: Table, thing: Thing) -> Iterator[Part]:
    yield from table.columns.values()
    if thing.kind in CALLED | {Kind.EXTENSION}:
        yield from table.indexes.values()
        yield from table.constraints.values()


def _needs(part: Part, thing: Thing) -> bool:
    match part:
        case Column():
            if thing.kind in TYPES:
                return part.type is not UNSURE and part.type.removesuffix("[]") == str(thing.name)
            texts = (part.default, part.generated)
            return _comes_with(part, thing) or any(isinstance(sql, str) and _named_in(sql, thing) for sql in texts)
        case Index(columns=columns):
            parts = () if columns is UNSURE else columns
            return any(_named_in(sql, thing) for sql in (*parts, part.where or ""))
        case Check(expression=sql) | Exclusion(using=sql):
            return _named_in(sql, thing)
        case _:
            return False


def _comes_with(column: Column, thing: Thing) -> bool:
    """Tell whether the type of a column is one of an extension's."""
    known = extensions.of_type(column.type) if isinstance(column.type, str) else ()
    return thing.kind is Kind.EXTENSION and any(extension == thing.name.name for _, extension in known)


def _named_in(sql: str, thing: Thing) -> bool:
    """Tell whether an expression calls a function, counts by a sequence, or has words of an extension."""
    match thing.kind:
        case Kind.SEQUENCE:
            return sql == next_value(thing.name) or f"'{thing.name}'" in sql
        case Kind.EXTENSION:
            return any(extension == thing.name.name for _, extension in extensions.in_text(sql))
        case Kind.FUNCTION:
            called = rf"(?<![\w$]){re.escape(thing.name.name)}\"?\s*\("
            return re.search(called, LITERAL.sub("''", sql)) is not None
        case _:
            return False
