"""The types and defaults that PostgreSQL's catalogue has of a column, from what Ecto sends."""

from typing import Final

from rules.ecto.adapter import default_value, sized_type
from rules.ecto.errors import RaisedError
from rules.ecto.options import Options
from rules.ecto.types import ColumnType, NamedType, Reference
from rules.ecto.values import Value
from rules.schema.model import UNSURE, Unsure
from rules.sql.types import SERIALS, catalogue_name

BOOLEANS: Final = {
    **dict.fromkeys(("'t'", "'true'", "'y'", "'yes'", "'on'", "'1'"), "true"),
    **dict.fromkeys(("'f'", "'false'", "'n'", "'no'", "'off'", "'0'"), "false"),
}


def type_name(kind: ColumnType, options: Options) -> str | Unsure:
    """Return the type that a column of *kind* gets; UNSURE where Ecto would refuse it."""
    try:
        name = sized_type(_own(kind), options)
    except RaisedError:
        return UNSURE
    return catalogue_name(SERIALS.get(name, name))


def is_serial(kind: ColumnType) -> bool:
    """Tell whether PostgreSQL makes a sequence and a default for a column of *kind*."""
    return isinstance(kind, NamedType) and kind.name in SERIALS


def default_sql(value: Value, kind: ColumnType, name: str | Unsure) -> str | Unsure | None:
    """Return the default as SQL; None where the catalogue keeps none, UNSURE where nobody knows or Ecto refuses."""
    if value is None:
        return null_default(name)
    try:
        return as_kept(default_value(value, _own(kind)), name)
    except (RaisedError, ValueError):
        return UNSURE


def as_kept(sql: str, name: str | Unsure) -> str:
    """Return a default as the catalogue keeps it of a column of type *name*: a truth value is no text."""
    return BOOLEANS.get(sql.lower(), sql) if name == "boolean" else sql


def null_default(name: str | Unsure) -> str | None:
    """Return what `DEFAULT NULL` leaves in the catalogue for a column of type *name*."""
    # A type with a modifier is coerced by a function, which hides the NULL from PostgreSQL's shortcut.
    return "NULL" if isinstance(name, str) and "(" in name else None


def _own(kind: ColumnType) -> ColumnType:
    return kind.type if isinstance(kind, Reference) else kind
