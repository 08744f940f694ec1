"""Traits that are said of a new column later on become part of it: "add phone to users and make it unique"."""

from dataclasses import replace
from typing import Any

from rules.sentences.intent import (
    AddColumns,
    AddForeignKey,
    AddIndex,
    AddTimestamps,
    AllowValues,
    ChangeType,
    ColumnIntent,
    CreateTable,
    Intent,
    SetDefault,
    SetOptional,
    SetRequired,
)


def folded(intents: tuple[Intent, ...], new: Intent) -> tuple[Intent, ...]:
    """Return *intents* with *new* at their end, or within the intent that makes the columns of which it speaks."""
    for number, maker in enumerate(intents):
        if isinstance(maker, CreateTable | AddColumns) and maker.table == getattr(new, "table", None):
            whole = _table(maker, new) if isinstance(maker, CreateTable) else None
            made = whole or _columns(maker, new)
            if made is not None:
                return (*intents[:number], made, *intents[number + 1 :])
    return (*intents, new)


def _table(maker: CreateTable, new: Intent) -> CreateTable | None:
    """Return a new table with what is said of it as a whole."""
    match new:
        case AddTimestamps():
            return replace(maker, timestamps=True)
        case AddColumns(columns=columns) if not {one.name for one in columns} & {one.name for one in maker.columns}:
            return replace(maker, columns=(*maker.columns, *columns))
        case AddIndex(parts=parts) if len(parts) > 1 and new == AddIndex(new.table, parts, unique=True):
            names = tuple(part for part in parts if isinstance(part, str))
            return replace(maker, unique=(*maker.unique, names)) if names == parts else None
        case _:
            return None


def _columns(maker: CreateTable | AddColumns, new: Intent) -> CreateTable | AddColumns | None:
    """Return new columns with what is said of one of them."""
    for number, column in enumerate(maker.columns):
        changed = _column(column, new)
        if changed is not None:
            return replace(maker, columns=(*maker.columns[:number], changed, *maker.columns[number + 1 :]))
    return None


def _column(column: ColumnIntent, new: Intent) -> ColumnIntent | None:
    if isinstance(new, AddIndex):
        return _indexed(column, new)
    if getattr(new, "column", None) != column.name:
        return None
    match new:
        case SetRequired() | SetOptional():
            changes: dict[str, Any] = {"null": isinstance(new, SetOptional)}
        case SetDefault(value=value):
            changes = {"default": value}
        case AllowValues(values=values, native=native):
            changes = {"values": values, "native": native}
        case AddForeignKey(references=references):
            changes = {"references": references}
        case ChangeType(type=kind, length=length, precision=precision, scale=scale):
            changes = {"type": kind or column.type, "length": length, "precision": precision, "scale": scale}
        case _:
            return None
    return replace(column, **changes)


def _indexed(column: ColumnIntent, new: AddIndex) -> ColumnIntent | None:
    """Return a column with an index of its own, if there is nothing more to that index."""
    if new == AddIndex(new.table, (column.name,), unique=True):
        return replace(column, unique=True)
    if new == AddIndex(new.table, (column.name,)):
        return replace(column, indexed=True)
    return None
