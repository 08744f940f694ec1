"""The parts of a schema that Ecto's commands make: tables, columns, indexes, constraints."""

from dataclasses import replace
from typing import Any, Final

from rules.ecto.adapter import column_type
from rules.ecto.commands import AddColumn, Constraint, CreateTable, Index, IndexColumn, ModifyColumn, Unread
from rules.ecto.errors import RaisedError
from rules.ecto.options import NO_OPTIONS, Options
from rules.ecto.types import NamedType, Reference
from rules.schema import model
from rules.schema.model import (
    UNLOGGED,
    UNSURE,
    Check,
    Column,
    Exclusion,
    ForeignKey,
    PrimaryKey,
    Spelling,
    Table,
    Unsure,
    key,
)
from rules.schema.raw import sequence_of
from rules.schema.text import as_index_column, next_value, quoted_name, squeezed
from rules.schema.types import default_sql, is_serial, type_name
from rules.sql.effects import ColumnAdded, TableCreated
from rules.sql.names import Name, object_name, stored
from rules.sql.reader import read

IDENTITY: Final = "AS IDENTITY"
ACTIONS: Final = {
    "nothing": "NO ACTION",
    "delete_all": "CASCADE",
    "update_all": "CASCADE",
    "nilify_all": "SET NULL",
    "nilify": "SET NULL",
    "default_all": "SET DEFAULT",
    "default": "SET DEFAULT",
    "restrict": "RESTRICT",
}


def created_table(command: CreateTable) -> Table:
    """Return the table that *command* makes, primary and foreign keys included."""
    table, known = command.table, [part for part in command.columns if isinstance(part, AddColumn)]
    columns = {column.name: column for column in (column_of(part, table.name) for part in known)}
    constraints: dict[str, model.Constraint] = {}
    keys = tuple(stored(part.column) for part in known if part.primary_key)
    if keys:
        primary = PrimaryKey(object_name(table.name.name, "", "pkey"), keys)
        constraints[primary.name] = primary
    for part in known:
        if isinstance(part.type, Reference):
            foreign = replace(foreign_key_of(part.column, part.type), validated=True)  # the table is empty
            constraints[foreign.name] = foreign
    return Table(
        key(table.name),
        columns,
        {},
        constraints,
        table.comment,
        table.suffix,
        table.modifiers,
        _settings(table.suffix) | ({UNLOGGED: "on"} if (table.modifiers or "").lower() == UNLOGGED else {}),
        whole=not any(isinstance(part, Unread) for part in command.columns) and not _inherits(table.suffix),
    )


def _inherits(suffix: str | None) -> bool:
    """Tell whether SQL behind the columns brings more of them."""
    return suffix is not None and "inherits" in suffix.lower()


def column_of(part: AddColumn, table: Name) -> Column:
    """Return the column that `add` makes in *table*."""
    kind = type_name(part.type, part.options)
    sequence = sequence_of(table, part.column) if is_serial(part.type) else None
    generated = _generated(part)
    default = default_sql(part.default, part.type, kind) if "default" in part.options else None
    return Column(
        stored(part.column),
        kind,
        null=not (part.null is False or part.primary_key or sequence or _counts(generated)),
        default=next_value(sequence) if sequence else default,
        generated=generated,
        collation=_text(part.options, "collation"),
        comment=_text(part.options, "comment"),
        sequence=sequence,
        spelling=Spelling(part.type, part.options),
    )


def _counts(generated: str | Unsure | None) -> bool:
    """Tell whether a generated column is an identity, which is never NULL."""
    return isinstance(generated, str) and IDENTITY in generated


def _generated(part: AddColumn) -> str | Unsure | None:
    """Return the SQL behind GENERATED; that of an identity as statements of raw SQL have it."""
    written = _text(part.options, "generated")
    if part.type != NamedType("identity") and not (isinstance(written, str) and IDENTITY in written.upper()):
        return written
    try:
        made = read(f"ALTER TABLE t ADD COLUMN c {column_type(part.type, part.options)}")
    except RaisedError:
        return UNSURE
    added = (effect for statement in made for effect in statement.effects if isinstance(effect, ColumnAdded))
    return next((effect.column.generated for effect in added), UNSURE)


def _settings(suffix: str | None) -> dict[str, str]:
    """Return the storage parameters in the SQL behind the columns of a table."""
    made = read(f"CREATE TABLE t (c integer) {suffix}") if suffix else ()
    created = (effect for statement in made for effect in statement.effects if isinstance(effect, TableCreated))
    return {name: value for effect in created for name, value in effect.settings}


def modified(old: Column, part: ModifyColumn) -> Column:
    """Return what `modify` makes of the column *old*: what it does not mention stays."""
    kind = type_name(part.type, part.options)
    changes: dict[str, Any] = {"type": kind}
    if part.null is not None:
        changes["null"] = part.null
    if "default" in part.options:
        changes["default"] = default_sql(part.default, part.type, kind)
    if "comment" in part.options and part.options.get("comment") is not None:
        changes["comment"] = _text(part.options, "comment")
    # A type without COLLATE has its own collation; behind a default it would belong to the default's expression.
    changes["collation"] = None if "default" in part.options else _text(part.options, "collation")
    return replace(old, spelling=Spelling(part.type, _spelled(old, part)), **changes)


def _spelled(old: Column, part: ModifyColumn) -> Options:
    """Return the options with which a migration would now write the column."""
    kept = old.spelling.options if old.spelling else NO_OPTIONS
    lasting = tuple(option for option in kept if option.key in {"null", "default", "comment", "collation"})
    said = tuple(option for option in part.options if option.key != "from")
    return Options((*said, *(option for option in lasting if option.key not in part.options)))


def foreign_key_of(column: str, reference: Reference) -> ForeignKey:
    """Return the foreign key of a column that `references` another table."""
    own, theirs = tuple(pair[0] for pair in reference.also), tuple(pair[1] for pair in reference.also)
    on_delete = ACTIONS.get(reference.on_delete, reference.on_delete)
    if reference.on_delete_columns:
        on_delete += f" ({', '.join(reference.on_delete_columns)})"
    return ForeignKey(
        stored(reference.constraint),
        (stored(column), *map(stored, own)),
        key(reference.target),
        (stored(reference.column), *map(stored, theirs)),
        on_delete,
        ACTIONS.get(reference.on_update, reference.on_update),
        (reference.match or "simple").upper(),
        reference.validate,
    )


def check_of(constraint: Constraint) -> Check | Exclusion:
    """Return the constraint that `create constraint` makes."""
    name = stored(constraint.name)
    if constraint.exclude is not None:
        return Exclusion(name, squeezed(constraint.exclude), comment=constraint.comment)
    return Check(name, squeezed(constraint.check or ""), constraint.validate, constraint.comment)


def index_of(index: Index) -> model.Index:
    """Return the index that `create index` makes."""
    return model.Index(
        stored(index.name),
        tuple(map(_index_column, index.columns)),
        index.unique,
        str(index.using or "btree").lower(),
        tuple(map(_index_column, index.include)),
        squeezed(index.where) if index.where else None,
        index.nulls_distinct is not False,
        index.storage,
        index.only,
        index.comment,
    )


def _index_column(column: IndexColumn) -> str:
    sql = as_index_column(column.text) if column.is_expression else quoted_name(stored(column.text))
    direction = (column.direction or "asc").replace("_", " ").upper()
    return sql if direction == "ASC" else f"{sql} {direction}"


def _text(options: Options, name: str) -> str | Unsure | None:
    value = options.get(name)
    return value if value is None or isinstance(value, str) else UNSURE
