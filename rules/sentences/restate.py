"""Intents as the plainest sentences: every name in backticks, every text in quotes; reading them gives the intents."""

from collections.abc import Iterable
from decimal import Decimal
from itertools import groupby
from typing import Final, assert_never

from rules.ecto.types import ArrayType, MapType, NamedType
from rules.sentences.intent import (
    AddCheck,
    AddColumns,
    AddExclusion,
    AddExtension,
    AddForeignKey,
    AddIndex,
    AddTimestamps,
    AddValues,
    AllowValues,
    Backfill,
    ChangeType,
    ColumnIntent,
    CreateEnum,
    CreateTable,
    DropConstraint,
    DropDefault,
    DropExtension,
    DropForeignKey,
    DropIndex,
    DropTable,
    Empty,
    Intent,
    Meaning,
    OtherColumn,
    Part,
    Refers,
    RemoveColumns,
    RenameColumn,
    RenameIndex,
    RenameTable,
    SetDefault,
    SetOptional,
    SetRequired,
    Sql,
    Value,
    WantedType,
)
from rules.sentences.types import PHRASES
from rules.sql.names import Name

ACTIONS: Final = {"nothing": "nothing", "delete_all": "cascade", "nilify_all": "set null", "restrict": "restrict"}
KNOWN_SQL: Final = {"now()": "now", "gen_random_uuid()": "random uuid"}
EMPTIES: Final = {Empty.NULL: "null", Empty.LIST: "empty list", Empty.MAP: "empty map"}


def restate(intents: Iterable[Intent]) -> str:
    """Return sentences that say *intents*; what is the same for several tables is said once."""
    sentences: list[str] = []
    for columns, group in groupby(intents, lambda one: one.columns if isinstance(one, AddColumns) else None):
        if columns is None:
            sentences += map(_said, group)
        else:
            tables = [_name(one.table) for one in group if isinstance(one, AddColumns)]
            sentences.append(f"Add {_columns(columns)} to {_list(tables)}")
    return "".join(f" {sentence}." for sentence in sentences)[1:]


def _said(intent: Intent) -> str:  # noqa: C901, PLR0911, PLR0912 - one line for each of a closed union
    match intent:
        case CreateTable():
            return _create(intent)
        case AddColumns(table, columns):
            return f"Add {_columns(columns)} to {_name(table)}"
        case AddIndex():
            return _index(intent)
        case AddExclusion():
            return _exclusion(intent)
        case DropTable(table):
            return f"Drop table {_name(table)}"
        case RenameTable(table, to):
            return f"Rename table {_name(table)} to {_name(to)}"
        case AddTimestamps(table):
            return f"Add timestamps to {_name(table)}"
        case RemoveColumns(table, columns):
            return f"Remove {_list(map(_name, columns))} from {_name(table)}"
        case RenameColumn(table, column, to):
            return f"Rename {_name(column)} to {_name(to)} on {_name(table)}"
        case ChangeType(table, column):
            return f"Change {_name(column)} on {_name(table)} to ({', '.join(_measures(intent))})"
        case SetRequired(table, column):
            return f"Make {_name(column)} on {_name(table)} required"
        case SetOptional(table, column):
            return f"Make {_name(column)} on {_name(table)} optional"
        case SetDefault(table, column, value):
            return f"Set default of {_name(column)} on {_name(table)} to {_value(value)}"
        case DropDefault(table, column):
            return f"Drop default of {_name(column)} on {_name(table)}"
        case AllowValues(table, column, values, native):
            return f"Limit {_name(column)} on {_name(table)} to {'native enum of ' if native else ''}{_texts(values)}"
        case AddValues(table, column, values):
            return f"Add values {_texts(values)} to {_name(column)} on {_name(table)}"
        case DropIndex(table, parts, unique, name):
            which = f"index on ({_parts(parts)})" if parts else f"index {_name(name or '')}"
            return f"Drop {'unique ' if unique else ''}{which} from {_name(table)}"
        case RenameIndex(table, name, to):
            return f"Rename index {_name(name)} to {_name(to)} on {_name(table)}"
        case AddForeignKey(table, column, references):
            return f"Make {_name(column)} on {_name(table)} {_refers(references)}"
        case DropForeignKey(table, column):
            return f"Drop foreign key on {_name(column)} from {_name(table)}"
        case AddCheck(table, sql, name):
            return f"Add check{_called(name)} to {_name(table)}: {_ticked(sql)}"
        case DropConstraint(table, name):
            return f"Drop constraint {_name(name)} from {_name(table)}"
        case CreateEnum(name, values):
            return f"Create enum type {_name(name)} with values {_texts(values)}"
        case AddExtension(name):
            return f"Enable extension {_name(name)}"
        case DropExtension(name):
            return f"Drop extension {_name(name)}"
        case Backfill():
            return _backfill(intent)
        case _:
            assert_never(intent)


def _create(intent: CreateTable) -> str:
    if intent.joins:
        sides = [_name(column.references.table) for column in intent.columns if column.references]
        return f"Create join table {_name(intent.table)} between {_list(sides)}"
    parts = [_column(column) for column in intent.columns]
    parts += [] if intent.key_type is None else [f"primary key {_type(intent.key_type)}"]
    parts += ["no primary key"] if intent.keyed is False else []
    parts += {None: [], True: ["timestamps"], False: ["no timestamps"]}[intent.timestamps]
    parts += [f"unique ({', '.join(map(_name, columns))})" for columns in intent.unique]
    return f"Create table {_name(intent.table)}{' with ' if parts else ''}{', '.join(parts)}"


def _columns(columns: Iterable[ColumnIntent]) -> str:
    return _list(map(_column, columns))


def _column(column: ColumnIntent) -> str:
    traits = [
        *_measures(column),
        *([] if column.null is None else ["optional" if column.null else "required"]),
        *([] if column.default is None else [f"default {_value(column.default)}"]),
        *(word for word, holds in (("unique", column.unique), ("indexed", column.indexed)) if holds),
        *(word for word, holds in (("primary key", column.key), ("native", column.native)) if holds),
        *([] if column.references is None else [_refers(column.references)]),
        *([] if column.check is None else [f"check {_ticked(column.check)}"]),
        *([f"one of {_texts(column.values)}"] if column.values else []),
    ]
    return _name(column.name) + (f" ({', '.join(traits)})" if traits else "")


def _measures(of: ColumnIntent | ChangeType) -> list[str]:
    return [
        *([] if of.type is None else [_type(of.type)]),
        *([] if of.length is None else [f"up to {of.length} characters"]),
        *([] if of.precision is None else [f"precision {of.precision}"]),
        *([] if of.scale is None else [f"{of.scale} decimals"]),
    ]


def _type(kind: WantedType) -> str:
    match kind:
        case ArrayType(of=NamedType() | ArrayType() | MapType() as of):
            return f"list of {_type(of)}"
        case NamedType(name=name):
            phrase = PHRASES.get((name,))
            return name if phrase is not None and phrase.firm and phrase.type == kind else f"of type {_name(name)}"
        case Meaning():
            return kind.value
        case _:
            return "map"


def _refers(to: Refers) -> str:
    column = "" if to.column is None else f" ({_name(to.column)})"
    return f"referencing {_name(to.table)}{column}" + (
        "" if to.on_delete is None else f", on delete {ACTIONS[to.on_delete]}"
    )


def _index(intent: AddIndex) -> str:
    said = [
        f"Add {'unique ' if intent.unique else ''}index{_called(intent.name)} to {_name(intent.table)}",
        f"({_parts(intent.parts)})",
        *([] if intent.using is None else [f"using {intent.using}"]),
        *([f"including ({', '.join(map(_name, intent.include))})"] if intent.include else []),
        *(["nulls not distinct"] if intent.nulls_distinct is False else []),
        *([] if intent.where is None else [f"where {_ticked(intent.where)}"]),
        *([] if intent.concurrently is None else ["concurrently" if intent.concurrently else "not concurrently"]),
    ]
    return " ".join(said)


def _exclusion(intent: AddExclusion) -> str:
    elements = ", ".join(f"{_part(part)} with {sign}" for part, sign in intent.elements)
    said = f"Add exclusion constraint{_called(intent.name)} to {_name(intent.table)} ({elements})"
    using = "" if intent.using is None else f" using {intent.using}"
    return said + using + ("" if intent.where is None else f" where {_ticked(intent.where)}")


def _backfill(intent: Backfill) -> str:
    sets = ", ".join(f"{_name(column)} = {_filling(value)}" for column, value in intent.sets)
    where = "" if intent.where is None else f" where {_ticked(intent.where)}"
    batch = "" if intent.batch is None else f" in batches of {intent.batch}"
    return " ".join(["Update", _name(intent.table), "set", f"{sets}{where}{batch}"])


def _filling(value: Value | OtherColumn) -> str:
    return f"value of {_name(value.name)}" if isinstance(value, OtherColumn) else _value(value)


def _value(value: Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | Decimal():
            return str(value)
        case Empty():
            return EMPTIES[value]
        case Sql(text):
            return KNOWN_SQL.get(text) or f"sql {_ticked(text)}"
        case "":
            return "empty string"
        case str():
            return _text(value)
        case _:
            assert_never(value)


def _text(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _texts(values: Iterable[str]) -> str:
    return ", ".join(map(_text, values))


def _parts(parts: Iterable[Part]) -> str:
    return ", ".join(map(_part, parts))


def _part(part: Part) -> str:
    return _ticked(part.text) if isinstance(part, Sql) else _name(part)


def _called(name: str | None) -> str:
    return "" if name is None else f" called {_name(name)}"


def _name(name: Name | str) -> str:
    return _ticked(str(name))


def _ticked(text: str) -> str:
    return "`" + text.replace("`", "``") + "`"


def _list(items: Iterable[str]) -> str:
    *rest, last = items
    return f"{', '.join(rest)} and {last}" if rest else last
