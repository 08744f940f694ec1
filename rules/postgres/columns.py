"""How Ecto's PostgreSQL adapter writes columns: in CREATE TABLE, and as changes of ALTER TABLE."""

from typing import Final

from rules.ecto import versions
from rules.ecto.adapter import column_type, default_value, reference_type
from rules.ecto.commands import AddColumn, ColumnChange, ModifyColumn, RemoveColumn, Unread
from rules.ecto.errors import argument_error, no_clause
from rules.ecto.inspect import inspect, to_string
from rules.ecto.options import Options
from rules.ecto.types import ColumnType, Reference
from rules.ecto.versions import Version
from rules.sql.names import Name

ADAPTER: Final = "Ecto.Adapters.Postgres.Connection"
ON_DELETE: Final = {
    "nilify_all": " ON DELETE SET NULL",
    "nilify": " ON DELETE SET NULL",
    "default_all": " ON DELETE SET DEFAULT",
    "default": " ON DELETE SET DEFAULT",
    "delete_all": " ON DELETE CASCADE",
    "restrict": " ON DELETE RESTRICT",
}
ON_UPDATE: Final = {
    "nilify_all": " ON UPDATE SET NULL",
    "update_all": " ON UPDATE CASCADE",
    "restrict": " ON UPDATE RESTRICT",
}
STRICT_QUOTES: Final[Version] = (3, 11, 1)  # the message about quotes in names grew with the releases
LITERAL_QUOTES: Final[Version] = (3, 8, 3)


def quote(name: str, version: Version = versions.LATEST, kind: str = "field") -> str:
    """Return *name* as a quoted identifier; raises as the adapter does for a quote within."""
    if '"' not in name:
        return f'"{name}"'
    if version >= STRICT_QUOTES:
        raise argument_error(f'bad literal/field/index/table name {inspect(name)} (" is not permitted)')
    if version >= LITERAL_QUOTES and kind == "field":
        raise argument_error(f'bad literal/field/table name {inspect(name)} (" is not permitted)')
    raise argument_error(f"bad {kind} name {inspect(name)}")


def quote_table(name: Name, version: Version = versions.LATEST) -> str:
    """Return the name of a table or index with its prefix."""
    if name.prefix is None:
        return quote(name.name, version, "table")
    return f"{quote(name.prefix, version, 'table')}.{quote(name.name, version, 'table')}"


def definition(column: ColumnChange, version: Version) -> str:
    """Return a column of CREATE TABLE, with its foreign key."""
    if not isinstance(column, AddColumn) or column.if_not_exists:
        raise no_clause(f"{ADAPTER}.column_definition/2")
    return _added(column, version, "")


def change(column: ColumnChange, version: Version) -> str:
    """Return an action of ALTER TABLE."""
    match column:
        case AddColumn(if_not_exists=if_not_exists):
            return f"ADD COLUMN {'IF NOT EXISTS ' if if_not_exists else ''}{_added(column, version, 'ADD ')}"
        case ModifyColumn():
            return _modified(column, version)
        case RemoveColumn(if_exists=if_exists):
            exists = "IF EXISTS " if if_exists else ""
            dropped = ""
            if isinstance(column.type, Reference):
                dropped = f"DROP CONSTRAINT {exists}{quote(column.type.constraint, version)}, "
            return f"{dropped}DROP COLUMN {exists}{quote(column.column, version)}"
        case Unread():
            raise ValueError(f"what could not be read has no SQL: {column.reason}")


def primary_key(columns: tuple[ColumnChange, ...], version: Version) -> str:
    """Return `PRIMARY KEY (...)` over the columns that ask for it, or nothing."""
    keys = [
        quote(column.column, version)
        for column in columns
        if not isinstance(column, Unread) and column.primary_key and _counts_as_key(column, version)
    ]
    separator = "," if version >= versions.FOREIGN_KEY_BESIDE_COLUMN else ", "
    return f"PRIMARY KEY ({separator.join(keys)})" if keys else ""


def _counts_as_key(column: AddColumn | ModifyColumn | RemoveColumn, version: Version) -> bool:
    if not isinstance(column, RemoveColumn):
        return True
    return version < versions.REMOVED_KEY_ADDS_NONE and column.type is not None and not column.if_exists


def _added(column: AddColumn, version: Version, verb: str) -> str:
    name = quote(column.column, version)
    if not isinstance(column.type, Reference):
        kind = column_type(column.type, column.options, version)
        return f"{name} {kind}{_column_options(column.type, column.options, version)}"
    kind = reference_type(column.type.type, column.options, version)
    written = f"{name} {kind}{_column_options(column.type.type, column.options, version)}"
    if version < versions.FOREIGN_KEY_BESIDE_COLUMN:
        return f"{written} CONSTRAINT {quote(column.type.constraint, version)} {_references(column.type, version)}"
    return f"{written}, {verb}{_foreign_key(column.type, column.column, version)}"


def _modified(column: ModifyColumn, version: Version) -> str:
    name = quote(column.column, version)
    parts = [_dropped_reference(column, version), f"ALTER COLUMN {name} TYPE "]
    referred: ColumnType = column.type
    if isinstance(column.type, Reference):
        referred = column.type.type
        parts.append(reference_type(referred, column.options, version))
        parts.append(f", ADD {_foreign_key(column.type, column.column, version)}")
    else:
        parts.append(column_type(referred, column.options, version))
    null = column.options.get("null")
    if isinstance(null, bool):
        parts.append(f", ALTER COLUMN {name} {'DROP' if null else 'SET'} NOT NULL")
    if "default" in column.options:
        parts.append(f", ALTER COLUMN {name} SET{_default(referred, column.options, version)}")
    parts.append(_collation(column.options, version))
    return "".join(parts)


def _dropped_reference(column: ModifyColumn, version: Version) -> str:
    was = column.was
    if was is None or not isinstance(was.type, Reference):
        return ""
    if was.options is not None and version < versions.FROM_REFERENCE_WITH_OPTIONS:
        return ""
    return f"DROP CONSTRAINT {quote(was.type.constraint, version)}, "


def _column_options(type_: ColumnType, options: Options, version: Version) -> str:
    null = options.get("null")
    nullable = "" if not isinstance(null, bool) else " NULL" if null else " NOT NULL"
    return _default(type_, options, version) + nullable + _collation(options, version)


def _default(type_: ColumnType, options: Options, version: Version) -> str:
    option = options.option("default")
    if option is None:
        return ""
    return f" DEFAULT {'NULL' if option.value is None else default_value(option.value, type_, version)}"


def _collation(options: Options, version: Version) -> str:
    option = options.option("collation")
    if option is None or version < versions.COLLATION:
        return ""
    return f' COLLATE "{to_string(option.value)}"'


def _foreign_key(reference: Reference, column: str, version: Version) -> str:
    own = ",".join(quote(name, version) for name in (column, *(pair[0] for pair in reference.also)))
    return f"CONSTRAINT {quote(reference.constraint, version)} FOREIGN KEY ({own}) {_references(reference, version)}"


def _references(reference: Reference, version: Version) -> str:
    their = ",".join(quote(name, version) for name in (reference.column, *(pair[1] for pair in reference.also)))
    columns = ",".join(quote(name, version) for name in reference.on_delete_columns)
    return "".join(
        (
            f"REFERENCES {quote_table(reference.target, version)}({their})",
            f" MATCH {reference.match.upper()}" if reference.match else "",
            ON_DELETE.get(reference.on_delete, ""),
            f" ({columns})" if columns else "",
            ON_UPDATE.get(reference.on_update, ""),
            "" if reference.validate else " NOT VALID",
        )
    )
