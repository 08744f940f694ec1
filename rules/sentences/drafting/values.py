"""Values of a sentence as Elixir and as SQL, held against the type of the column that gets them."""

import re
from decimal import Decimal
from typing import Final, assert_never

from rules.ecto.adapter import quoted
from rules.ecto.types import ArrayType, ColumnType, NamedType
from rules.elixir.syntax import Call, Number, Syntax
from rules.rewrite.elixir import atom, call, items, literal, text
from rules.rewrite.names import identifier
from rules.sentences.drafting.step import CannotDraftError
from rules.sentences.intent import Empty, OtherColumn, Sql, Value

WHOLE: Final = {"smallint": 2**15, "integer": 2**31, "bigint": 2**63, "id": 2**63}  # where each type of them ends
LARGEST: Final = 40  # digits of a number that somebody means
NUMBERS: Final = frozenset({*WHOLE, "decimal", "float", "numeric", "real", "double precision"})
TEXTS: Final = frozenset({"string", "text", "citext", "varchar", "char"})
TIMES: Final = ("utc_datetime", "naive_datetime", "date", "time")  # how the names of types begin that hold a time
CALLS: Final = (  # functions that everybody knows, and whether a type takes what they return
    (frozenset({"now()", "current_timestamp", "current_date"}), lambda name: name.startswith(TIMES)),
    (frozenset({"gen_random_uuid()", "uuid_generate_v4()"}), lambda name: name in {"uuid", "binary_id"}),
)
NUMBER: Final = re.compile(r"[+-]?\d{1,40}(?:\.\d{1,40})?")
DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
NOW: Final = frozenset({"now", "now()", "current_timestamp", "today", "current_date"})


def fitting(value: Value, kind: ColumnType, column: str) -> Value:
    """Return *value* as a column of *kind* takes it; CannotDraftError where it does not."""
    name = kind.name if isinstance(kind, NamedType) else ""
    match value:
        case Sql():
            fits = not any(value.text.lower() in known and not fitted(name) for known, fitted in CALLS)
        case Empty():
            return _fitting_empty(value, kind, column)
        case bool():
            fits = name == "boolean"
            value = value if fits or name not in TEXTS else str(value).lower()
        case int() | Decimal():
            fits = name in NUMBERS and _is_in(Decimal(value), name)
            value = str(value) if name in TEXTS else value
        case str():
            value, fits = _fitting_text(value, name)
    if not (fits or (name in TEXTS and isinstance(value, str))):
        said = value.text if isinstance(value, Sql) else value
        raise CannotDraftError(f"`{column}` cannot be `{said}`: it is of the type `{name or 'list'}`.")
    return int(value) if isinstance(value, Decimal) and name in WHOLE else value


def _fitting_empty(value: Empty, kind: ColumnType, column: str) -> Value:
    is_list, is_map = isinstance(kind, ArrayType), kind in {NamedType("map"), NamedType("jsonb")}
    if (value is Empty.LIST and not (is_list or is_map)) or (value is Empty.MAP and not is_map):
        raise CannotDraftError(f"`{column}` cannot be an {value.value}: it has another type.")
    return Sql("'[]'") if value is Empty.LIST and is_map else value


def _fitting_text(value: str, name: str) -> tuple[Value, bool]:
    if name == "boolean" and value.lower() in {"true", "false", "yes", "no", "on", "off"}:
        return value.lower() in {"true", "yes", "on"}, True
    if name in NUMBERS:
        number = Decimal(value) if NUMBER.fullmatch(value) else None
        return (value, False) if number is None else (number, _is_in(number, name))
    if value.lower() in NOW and name.startswith(TIMES):
        return Sql("CURRENT_DATE" if name == "date" else "now()"), True
    if name.startswith(TIMES):
        return value, DAY.match(value) is not None
    return value, name in TEXTS or name not in {"", "boolean", "map", "jsonb", "uuid", "binary_id", "binary"}


def _is_in(number: Decimal, name: str) -> bool:
    """Tell whether a type of numbers has *number*."""
    if number.adjusted() > LARGEST or name not in WHOLE:
        return number.adjusted() <= LARGEST
    return number == int(number) and -WHOLE[name] <= number < WHOLE[name]


def as_elixir(value: Value) -> Syntax:
    """Return a value as a migration's `default:` takes it."""
    match value:
        case Sql(text=sql):
            return call("fragment", text(sql))
        case Empty.NULL:
            return atom("nil")
        case Empty.LIST:
            return items(())
        case Empty.MAP:
            return Call(0, 0, "%{}", (), None)
        case Decimal():
            exact = f"{float(value)!r}" == f"{value:f}"
            return Number(0, 0, float(value)) if exact else text(f"{value:f}")
        case bool() | int() | str():
            return literal(value)
    assert_never(value)


def as_sql(value: Value | OtherColumn, kind: ColumnType | None = None) -> str:
    """Return a value as SQL, for a column of *kind*."""
    match value:
        case OtherColumn(name=name):
            return identifier(name)
        case Sql(text=sql):
            return sql
        case Empty():
            empty = "'{}'" if value is Empty.MAP or isinstance(kind, ArrayType) else "'[]'"
            return "NULL" if value is Empty.NULL else empty
        case str():
            return quoted(value)
        case bool() | int() | Decimal():
            return f"{value:f}" if isinstance(value, Decimal) else str(value).lower()
    assert_never(value)


def one_of(column: str, values: tuple[str, ...]) -> str:
    """Return the SQL that holds where *column* has one of *values*."""
    if not values or len(set(values)) != len(values):
        raise CannotDraftError(f"The values of `{column}` have to be given, each once.")
    return f"{identifier(column)} IN ({', '.join(map(quoted, values))})"
