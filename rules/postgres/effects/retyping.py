"""Whether PostgreSQL writes a table anew when a column changes its type, and which indexes it then builds anew.

Source: ATColumnChangeRequiresRewrite and CheckIndexCompatible of PostgreSQL; every pair of 40 types, tried on 15.
"""

import re
from typing import Final

from rules.postgres.effects.effect import either
from rules.postgres.effects.volatility import domain_is_checked
from rules.schema.model import UNSURE, Check, Column, Index, PrimaryKey, Schema, Table, Unique
from rules.schema.text import mentions, quoted_name
from rules.sql.effects import ColumnTypeChanged

SIZE: Final = re.compile(r"\((\d+)(?:,(\d+))?\)")
STRINGS: Final = frozenset({"text", "character varying", "citext"})  # the same bytes under three names
SIZED: Final = frozenset({"character varying", "bit varying"})
TIMES: Final = frozenset(
    {
        "time without time zone",
        "time with time zone",
        "timestamp without time zone",
        "timestamp with time zone",
        "interval",
    }
)
STAMPS: Final = frozenset({"timestamp without time zone", "timestamp with time zone"})
FINEST: Final = 6  # decimal places of a second
COUNTED: Final = {"serial": "integer", "bigserial": "bigint", "smallserial": "smallint"}
SAME_BYTES: Final = frozenset({("cidr", "inet"), ("integer", "oid"), ("oid", "integer"), ("xml", "text")})
ZONES_COMPARED: Final = 12  # by its release notes: no rewrite where the session's time zone is UTC
BUILT_IN: Final = frozenset(
    {
        *STRINGS,
        *SIZED,
        *TIMES,
        *("smallint", "integer", "bigint", "numeric", "real", "double precision", "boolean", "bytea", "character"),
        *("uuid", "json", "jsonb", "date", "inet", "cidr", "macaddr", "money", "tsvector", "xml", "oid", "hstore"),
        *("int4range", "int8range", "numrange", "tsrange", "tstzrange", "daterange", "point", "polygon", "bit", "name"),
    }
)


def rewrites(change: ColumnTypeChanged, old: Column | None, schema: Schema, version: int) -> bool | None:
    """Tell whether a change of type writes the table anew; None where a type or the time zone decides it unseen."""
    if change.using is not None and not _is_plain_cast(change):
        return True
    if old is None or not isinstance(old.type, str):
        return None
    before = COUNTED.get(old.type, old.type)
    return False if before == change.type else _rewrites(before, change.type, schema, version)


def _rewrites(old: str, new: str, schema: Schema, version: int) -> bool | None:
    before, after = base(old), base(new)
    if domain_is_checked(new, schema):
        return True
    if {before, after} <= STRINGS:
        return after == "character varying" and limit(new) < limit(old)
    if before == after:
        return _resizes(before, old, new)
    if {before, after} == STAMPS:
        return None if version >= ZONES_COMPARED and not SIZE.search(new) else True
    if (before, after) in SAME_BYTES:
        return False
    known = {before.removesuffix("[]"), after.removesuffix("[]")} <= BUILT_IN
    return True if known or _is_enum(old, schema) or _is_enum(new, schema) else None


def _resizes(kind: str, old: str, new: str) -> bool | None:
    if kind in SIZED:
        return limit(new) < limit(old)
    if kind == "numeric":
        return SIZE.search(new) is not None and (_scale(old) != _scale(new) or limit(new) < limit(old))
    if kind in TIMES:
        return min(limit(new), FINEST) < min(limit(old), FINEST)
    return True


def builds_index(table: Table, change: ColumnTypeChanged, old: Column | None) -> bool | None:
    """Tell whether an index of the column is built anew though the table is not."""
    claims: list[bool | None] = [_is_rebuilt(one, change, old) for one in table.indexes.values()]
    keys = (one for one in table.constraints.values() if isinstance(one, PrimaryKey | Unique))
    if any(change.column in one.columns for one in keys):
        claims.append(_reorders(change, old))
    return either(*claims)


def rebuilt(table: Table, change: ColumnTypeChanged, old: Column | None) -> list[Index]:
    """Return the indexes that are certainly built anew."""
    return [one for one in table.indexes.values() if _is_rebuilt(one, change, old)]


def checked(table: Table, column: str) -> list[Check]:
    """Return the checks that are held against every row again."""
    checks = (one for one in table.constraints.values() if isinstance(one, Check) and one.validated)
    return [one for one in checks if mentions(one.expression, column)]


def _is_rebuilt(index: Index, change: ColumnTypeChanged, old: Column | None) -> bool | None:
    if index.columns is UNSURE:
        return None
    if not any(mentions(part, change.column) for part in (*index.columns, index.where)):
        return False
    # Only plain indexes of whole tables are ever kept.
    plain = index.where is None and all(part.startswith('"') for part in index.columns)
    in_key = any(part.startswith(quoted_name(change.column)) for part in index.columns)
    return True if not plain else _reorders(change, old) if in_key else False


def _reorders(change: ColumnTypeChanged, old: Column | None) -> bool | None:
    """Tell whether an index of the column sorts by another operator class or collation afterwards."""
    if old is None or not isinstance(old.type, str):
        return None
    before, after = base(COUNTED.get(old.type, old.type)), base(change.type)
    if {before, after} <= {"text", "character varying"}:
        return isinstance(old.collation, str) != (change.collation is not None)
    return before != after


def _is_plain_cast(change: ColumnTypeChanged) -> bool:
    using = re.sub(r'["()\s]', "", change.using or "").lower()
    column, _, cast = using.partition("::")
    return column == change.column.lower() and bool(cast)


def _is_enum(kind: str, schema: Schema) -> bool:
    return any(thing.values and thing.name.name == kind.rpartition(".")[2] for thing in schema.things.values())


def base(kind: str) -> str:
    """Return a type without its sizes."""
    return SIZE.sub("", kind)


def limit(kind: str) -> float:
    """Return the size that a type allows: characters, digits, or decimal places of a second."""
    match = SIZE.search(kind)
    return int(match[1]) if match else float("inf")


def _scale(kind: str) -> int | None:
    match = SIZE.search(kind)
    return int(match[2] or 0) if match else None
