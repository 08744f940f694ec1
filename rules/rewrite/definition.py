"""What a schema knows, written as the commands that would make it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from rules.ecto.commands import AddColumn
from rules.ecto.names import foreign_key_name, index_name
from rules.ecto.place import Place
from rules.ecto.types import NamedType, Reference
from rules.elixir.syntax import Syntax
from rules.rewrite.elixir import (
    CannotWriteError,
    atom,
    block,
    call,
    items,
    literal,
    pair,
    text,
    type_of,
    written_options,
)
from rules.rewrite.names import name_sql
from rules.rewrite.sql import constraint_sql, in_transaction
from rules.schema.made import column_of, foreign_key_of
from rules.schema.model import (
    UNSURE,
    Check,
    Column,
    Constraint,
    Exclusion,
    ForeignKey,
    Index,
    PrimaryKey,
    Table,
    Unsure,
)
from rules.schema.text import mentions
from rules.schema.types import default_sql
from rules.sql.names import Name, stored

NOWHERE: Final = Place(call("add"))
SIZED: Final = re.compile(
    r"(?P<base>[a-z ]+?)(?:\((?P<sizes>[\d,]+)\))?(?P<zone> with(?:out)? time zone)?(?P<arrays>(?:\[\])*)"
)
# How a catalogue's type is written in a migration; what is not here is written as it stands.
NAMES: Final = {
    "character varying(255)": "string",
    "character varying": "varchar",
    "character": "char",
    "bytea": "binary",
    "numeric": "decimal",
    "double precision": "float",
    "jsonb": "map",
    "timestamp(0) without time zone": "naive_datetime",
    "timestamp without time zone": "naive_datetime_usec",
    "timestamp with time zone": "timestamptz",
    "time(0) without time zone": "time",
    "time without time zone": "time_usec",
}
ON_DELETE: Final = {
    "CASCADE": "delete_all",
    "SET NULL": "nilify_all",
    "SET DEFAULT": "default_all",
    "RESTRICT": "restrict",
}
ON_UPDATE: Final = {"CASCADE": "update_all", "SET NULL": "nilify_all", "RESTRICT": "restrict"}
DIRECTION: Final = re.compile(r'^"(?P<name>[^"]+)"(?: (?P<direction>(?:ASC|DESC)(?: NULLS (?:FIRST|LAST))?))?$')
STRING: Final = re.compile(r"'((?:[^']|'')*)'")
TYPE_OPTIONS: Final = frozenset({"size", "precision", "scale", "generated", "collation"})

Written = tuple[Syntax, list[tuple[str, Syntax]]]  # a type, and the options behind it


def column_type(table: Table, column: Column, *, reference: bool = True) -> Written:
    """Return a column's type and the options that belong to it; with its foreign key when *reference*."""
    foreign = table.foreign_key(column.name) if reference else None
    spelling = column.spelling
    if spelling is not None and isinstance(spelling.type, Reference) == (foreign is not None):
        made = column_of(AddColumn(NOWHERE, column.name, spelling.type, spelling.options), table.name)
        same_key = foreign is None or (isinstance(spelling.type, Reference) and _says(spelling.type, foreign, table))
        if made.type == column.type and same_key:
            options = [pair for pair in written_options(spelling.options) if pair[0] in TYPE_OPTIONS]
            return type_of(spelling.type), options
    kind, options = _catalogue_type(column.type)
    if foreign is None:
        return kind, options
    return _references(table, foreign, kind), []


def _says(written: Reference, foreign: ForeignKey, table: Table) -> bool:
    """Tell whether a reference makes the key, where neither table nor column has another name by now."""
    usual = stored(foreign_key_name(table.name.name, foreign.columns[0]))
    made = foreign_key_of(foreign.columns[0], written)
    is_named = "name" in written.options or foreign.name == usual
    return is_named and replace(made, validated=True) == replace(foreign, validated=True)


def definition(table: Table, column: Column, *, reference: bool = True) -> Written:
    """Return a column's type with every option that makes it what it is."""
    kind, options = column_type(table, column, reference=reference)
    if column.null is UNSURE or column.default is UNSURE:
        raise CannotWriteError(f"what `{column.name}` allows and defaults to is not known")
    key = [("primary_key", literal(value=True))] if column.name in table.primary_key else []
    if column.is_serial:
        return _serial(column), [*options, *key]
    if column.null is False and column.name not in table.primary_key:
        options.append(("null", literal(value=False)))
    if column.default is not None:
        options.append(("default", default_of(column)))
    if isinstance(column.comment, str):
        options.append(("comment", text(column.comment)))
    return kind, [*options, *key]


def default_of(column: Column) -> Syntax:
    """Return a column's default as an Elixir value."""
    spelling = column.spelling
    if spelling is not None and "default" in spelling.options:
        written = spelling.options.get("default")
        if default_sql(written, spelling.type, column.type) == column.default:
            return literal(written)
    sql = column.default
    if sql is None or sql == "NULL":
        return literal(None)
    if not isinstance(sql, str):
        raise CannotWriteError(f"the default of `{column.name}` is not known")
    if match := STRING.fullmatch(sql):
        return text(match[1].replace("''", "'"))
    if sql in {"true", "false"}:
        return literal(sql == "true")
    return literal(int(sql)) if sql.isdigit() else call("fragment", text(sql))


def _serial(column: Column) -> Syntax:
    return atom({"smallint": "smallserial", "integer": "serial"}.get(str(column.type), "bigserial"))


def _catalogue_type(kind: str | Unsure) -> Written:
    if kind is UNSURE:
        raise CannotWriteError("the type is not known")
    if kind.endswith("[]"):
        inner, options = _catalogue_type(kind[:-2])
        return pair(atom("array"), inner), options
    if kind in NAMES:
        return atom(NAMES[kind]), []
    match = SIZED.fullmatch(kind)
    if match is None or not match["sizes"] or match["zone"]:
        return atom(kind), []
    sizes = [literal(int(size)) for size in match["sizes"].split(",")]
    base = "string" if match["base"] == "character varying" else NAMES.get(match["base"], match["base"])
    if match["base"] == "numeric":
        return atom(base), list(zip(("precision", "scale"), sizes, strict=False))
    return atom(base), [("size", sizes[0])]


def _references(table: Table, key: ForeignKey, kind: Syntax) -> Syntax:
    options: list[tuple[str, Syntax]] = []
    if len(key.columns) > 1 or "(" in key.on_delete:
        raise CannotWriteError(f"`{key.name}` spans several columns")
    if key.target_columns not in {(), ("id",)}:
        options.append(("column", atom(key.target_columns[0])))
    if key.name != stored(foreign_key_name(table.name.name, key.columns[0])):
        options.append(("name", atom(key.name)))
    options.append(("type", kind))
    if key.on_delete in ON_DELETE:
        options.append(("on_delete", atom(ON_DELETE[key.on_delete])))
    if key.on_update in ON_UPDATE:
        options.append(("on_update", atom(ON_UPDATE[key.on_update])))
    if key.match != "SIMPLE":
        options.append(("match", atom(key.match.lower())))
    if not key.validated:
        options.append(("validate", literal(value=False)))
    return call("references", atom(key.target.name), options=options)


def table_call(name: Name, **options: Any) -> Syntax:
    """Return `table(:name)`, with its prefix."""
    prefix = [("prefix", text(name.prefix))] if name.prefix else []
    return call("table", atom(name.name), options=[*prefix, *options.items()])


def index_call(table: Name, index: Index, *, concurrently: bool = False) -> Syntax:
    """Return `index(:table, [...], ...)` as it would have to be written to make *index* again."""
    if index.columns is UNSURE or index.sql is not None:
        raise CannotWriteError(f"the index `{index.name}` was not made by Ecto")
    columns = [_index_column(column) for column in index.columns]
    words = [match["name"] if (match := DIRECTION.match(column)) else column for column in index.columns]
    options: list[tuple[str, Syntax]] = []
    if table.prefix:
        options.append(("prefix", text(table.prefix)))
    if stored(index_name(table.name, words)) != index.name:
        options.append(("name", atom(index.name)))
    options += _index_options(index)
    if concurrently:
        options.append(("concurrently", literal(value=True)))
    return call("unique_index" if index.unique else "index", atom(table.name), items(columns), options=options)


def _index_column(column: str) -> Syntax:
    match = DIRECTION.match(column)
    if match is None:
        return text(column)
    if match["direction"] is None:
        return atom(match["name"])
    return pair_of_direction(match["direction"], match["name"])


def pair_of_direction(direction: str, name: str) -> Syntax:
    """Return `desc: :name`, a column with its direction (ecto_sql 3.13)."""
    return pair(atom(direction.lower().replace(" ", "_")), atom(name))


def _index_options(index: Index) -> Iterator[tuple[str, Syntax]]:
    if index.using != "btree":
        yield "using", text(index.using)
    if index.include:
        yield "include", items(_index_column(column) for column in index.include)
    if not index.nulls_distinct:
        yield "nulls_distinct", literal(value=False)
    if index.where is not None:
        yield "where", text(index.where)
    if index.storage is not None:
        yield "options", text(index.storage)
    if index.only:
        yield "only", literal(value=True)
    if index.comment is not None:
        yield "comment", text(index.comment)


def index_command(table: Name, index: Index) -> Syntax:
    """Return the command that makes *index* again, as Ecto's or as SQL, whichever made it."""
    if index.sql is None:
        return call("create", index_call(table, index))
    if not mentions(index.sql, table.name):
        raise CannotWriteError(f"`{index.name}` was made for a table of another name")
    return call("execute", text(in_transaction(index.sql)))


def constraint_command(table: Name, constraint: Constraint) -> Syntax:
    """Return the command that makes *constraint* again, in SQL where Ecto has none."""
    if isinstance(constraint, Check | Exclusion):
        return call("create", constraint_call(table, constraint))
    return call("execute", text(f"ALTER TABLE {name_sql(table)} ADD {constraint_sql(constraint)}"))


def constraint_dropped(table: Name, name: str) -> Syntax:
    """Return the command that drops the constraint *name*."""
    prefix = [("prefix", text(table.prefix))] if table.prefix else []
    return call("drop", call("constraint", atom(table.name), atom(name), options=prefix))


def constraint_call(table: Name, constraint: Constraint) -> Syntax:
    """Return `constraint(:table, :name, ...)` as it would have to be written to make *constraint* again."""
    options: list[tuple[str, Syntax]] = [("prefix", text(table.prefix))] if table.prefix else []
    match constraint:
        case Check(expression=sql):
            options.append(("check", text(sql)))
            if not constraint.validated:
                options.append(("validate", literal(value=False)))
        case Exclusion(using=sql):
            options.append(("exclude", text(sql)))
        case _:
            raise CannotWriteError(f"Ecto has no command that makes `{constraint.name}`")
    if constraint.comment is not None:
        options.append(("comment", text(constraint.comment)))
    return call("constraint", atom(table.name), atom(constraint.name), options=options)


def table_commands(table: Table) -> list[Syntax]:
    """Return the commands that make *table* again with everything on it; CannotWriteError where one is not known."""
    if not table.whole or table.traits:
        raise CannotWriteError(f"not everything about `{table.name}` is known")
    options: dict[str, Syntax] = {}
    if not _has_default_key(table):
        options["primary_key"] = literal(value=False)
    for option, value in (("comment", table.comment), ("options", table.suffix), ("modifiers", table.modifiers)):
        if value is not None:
            options[option] = text(value)
    columns = list(_columns(table, skip_key="primary_key" not in options))
    made = table_call(table.name, **options)
    commands: list[Syntax] = [block("create", made, columns) if columns else call("create", made)]
    commands += [index_command(table.name, index) for index in table.indexes.values()]
    return [*commands, *_table_constraints(table)]


def _columns(table: Table, *, skip_key: bool) -> Iterator[Syntax]:
    rest = [column for column in table.columns.values() if not (skip_key and column.name == "id")]
    stamps = _timestamps(table, rest)
    for column in rest:
        if stamps is None or column.name not in {"inserted_at", "updated_at"}:
            kind, options = definition(table, column)
            yield call("add", atom(column.name), kind, options=options)
    if stamps is not None:
        yield stamps


def _timestamps(table: Table, columns: list[Column]) -> Syntax | None:
    """Return `timestamps()` where the last two columns are exactly what it adds."""
    pair_ = [column for column in columns if column.name in {"inserted_at", "updated_at"}]
    if [column.name for column in columns[-2:]] != ["inserted_at", "updated_at"] or len(pair_) != 2:  # noqa: PLR2004 - a pair
        return None
    plain = all(one.default is None and one.null is False and one.comment is None for one in pair_)
    kinds = {one.spelling.type if one.spelling else None for one in pair_}
    kind = kinds.pop() if len(kinds) == 1 else None
    if not plain or not isinstance(kind, NamedType) or any(column_type(table, one)[1] for one in pair_):
        return None
    if kind.name == "naive_datetime":
        return call("timestamps")
    return call("timestamps", options=[("type", atom(kind.name))])


def _has_default_key(table: Table) -> bool:
    key = table.columns.get("id")
    return table.primary_key == ("id",) and key is not None and key.type == "bigint" and key.is_serial


def _table_constraints(table: Table) -> Iterator[Syntax]:
    shown = {key.name for column in table.columns if (key := table.foreign_key(column)) is not None}
    for constraint in table.constraints.values():
        if not isinstance(constraint, PrimaryKey) and constraint.name not in shown:
            yield constraint_command(table.name, constraint)
