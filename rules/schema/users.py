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


def columns_counting_on(tables: Iterable[Table], table: Table) -> list[tuple[Name, str]]:
    """Return the columns of other tables that are of a table's own type, or are numbered by its sequences."""
    numbers = {next_value(one.sequence) for one in table.columns.values() if one.sequence is not None}
    others = (other for other in tables if other.name != table.name)
    return [
        (other.name, column.name)
        for other in others
        for column in other.columns.values()
        if column.type == str(table.name) or (column.default in numbers and column.sequence is None)
    ]


def has_default_of(column: Column, thing: Thing) -> bool:
    """Tell whether only the default of *column* needs *thing*."""
    return not _is_of(column, thing) and isinstance(column.default, str) and _named_in(column.default, thing)


def _parts(table: Table, thing: Thing) -> Iterator[Part]:
    yield from table.columns.values()
    if thing.kind in CALLED | TYPES | {Kind.EXTENSION}:
        yield from table.indexes.values()
        yield from table.constraints.values()


def _needs(part: Part, thing: Thing) -> bool:
    match part:
        case Column(default=default, generated=generated):
            named = (isinstance(sql, str) and _named_in(sql, thing) for sql in (default, generated))
            return _is_of(part, thing) or any(named)
        case Index(columns=columns):
            parts = () if columns is UNSURE else columns
            return any(_named_in(sql, thing) for sql in (*parts, part.where or ""))
        case Check(expression=sql) | Exclusion(using=sql):
            return _named_in(sql, thing)
        case _:
            return False


def _is_of(column: Column, thing: Thing) -> bool:
    """Tell whether a column has a type or a collation, or a type that an extension brought."""
    kind = column.type if isinstance(column.type, str) else ""
    match thing.kind:
        case Kind.TYPE | Kind.DOMAIN:
            return kind.removesuffix("[]") == str(thing.name)
        case Kind.COLLATION:
            return column.collation == str(thing.name)
        case Kind.EXTENSION:
            return any(extension == thing.name.name for _, extension in extensions.of_type(kind))
        case _:
            return False


def _named_in(sql: str, thing: Thing) -> bool:
    """Tell whether an expression calls a function, casts to a type, or has words of a sequence or an extension."""
    name = re.escape(thing.name.name)
    match thing.kind:
        case Kind.SEQUENCE:
            return sql == next_value(thing.name) or f"'{thing.name}'" in sql
        case Kind.EXTENSION:
            return any(extension == thing.name.name for _, extension in extensions.in_text(sql))
        case Kind.FUNCTION:
            found = re.search(rf"(?<![\w$]){name}\"?\s*\(", LITERAL.sub("''", sql))
        case Kind.TYPE | Kind.DOMAIN:
            found = re.search(rf"(?:::|\bas)\s*(?:\w+\.)?\"?{name}(?![\w$])", LITERAL.sub("''", sql), re.IGNORECASE)
        case _:
            return False
    return found is not None
