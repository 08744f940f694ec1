"""How Ecto's runner turns a command of `change` round, and what it says of one that it cannot."""

from dataclasses import replace

from rules.ecto import versions
from rules.ecto.commands import (
    AddColumn,
    AlterTable,
    ColumnChange,
    Command,
    CreateConstraint,
    CreateIndex,
    CreateTable,
    DropConstraint,
    DropIndex,
    DropTable,
    Execute,
    ModifyColumn,
    RemoveColumn,
    RenameColumn,
    RenameIndex,
    RenameTable,
    Sql,
    Unread,
    Was,
)
from rules.ecto.errors import RaisedError, no_clause
from rules.ecto.inspect import inspect
from rules.ecto.migration import MIGRATION_ERROR
from rules.ecto.versions import Version


def reverse(command: Command, version: Version) -> Command:
    """Return the command that a rollback runs for *command*; raises RaisedError where Ecto refuses."""
    turned = _reversed(command, version)
    if turned is not None:
        return turned
    raise irreversible(describe(command))


def irreversible(description: str) -> RaisedError:
    """Make the runner's error for a command that it describes so."""
    return RaisedError(
        MIGRATION_ERROR,
        f"cannot reverse migration command: {description}. "
        "You will need to explicitly define up/0 and down/0 in your migration",
    )


def describe(command: Command) -> str:
    """Return the words of Ecto's log for a command that may be irreversible."""
    match command:
        case Execute(runs=Sql(text)):
            return f"execute {inspect(text)}"
        case Execute():  # the runner has no words for a function
            raise no_clause("Ecto.Migration.Runner.command/1")
        case AlterTable(table=table):
            return f"alter table {table.name}"
        case DropTable(table=table):
            return f"drop table {'if exists ' if command.if_exists else ''}{table.name}{_mode(command)}"
        case DropConstraint(constraint=constraint):
            exists = "if exists " if command.if_exists else ""
            return f"drop constraint {exists}{constraint.name} from table {constraint.table}"
        case _:
            return type(command).__name__


def _mode(command: DropTable) -> str:
    return " cascade" if command.cascade else ""


def _reversed(command: Command, version: Version) -> Command | None:
    place = command.place if not isinstance(command, Unread) else None
    match command:
        case Unread():
            return replace(command, possible=_possible(command.possible, version))
        case Execute(runs=runs, reverse=other) if other is not None and place is not None:
            return Execute(place, other, runs, command.certain)
        case AlterTable(table=table, changes=changes) if place is not None:
            turned = _changes(changes, version)
            return None if turned is None else AlterTable(place, table, turned)
        case _:
            return _renamed_back(command) or _made_or_dropped(command)


def _renamed_back(command: Command) -> Command | None:
    match command:
        case RenameTable(place=place, table=table, to=to):
            return RenameTable(place, to, table)
        case RenameColumn(place=place, table=table, column=column, to=to):
            return RenameColumn(place, table, to, column)
        case RenameIndex(place=place, index=index, to=to):
            return RenameIndex(place, replace(index, name=to), index.name)
        case _:
            return None


def _made_or_dropped(command: Command) -> Command | None:
    match command:
        case CreateTable(place=place, table=table, if_not_exists=guarded):
            return DropTable(place, table, if_exists=guarded)
        case CreateIndex(place=place, index=index, if_not_exists=guarded):
            return DropIndex(place, index, if_exists=guarded)
        case DropIndex(place=place, index=index, if_exists=guarded):
            return CreateIndex(place, index, if_not_exists=guarded)
        case CreateConstraint(place=place, constraint=constraint):
            return DropConstraint(place, constraint)
        case _:
            return None


def _possible(parts: tuple[Command | ColumnChange, ...], version: Version) -> tuple[Command | ColumnChange, ...]:
    turned = (
        _change(part, version)
        if isinstance(part, AddColumn | ModifyColumn | RemoveColumn)
        else _reversed(part, version)
        for part in reversed(parts)
    )
    return tuple(part for part in turned if part is not None)


def _changes(changes: tuple[ColumnChange, ...], version: Version) -> tuple[ColumnChange, ...] | None:
    turned = [_change(change, version) for change in reversed(changes)]
    known = tuple(change for change in turned if change is not None)
    return known if len(known) == len(turned) else None


def _change(change: ColumnChange, version: Version) -> ColumnChange | None:
    match change:
        case Unread():
            return change
        case AddColumn(place=place, column=column, type=type_, if_not_exists=False):
            # Older releases forgot the type, and with it the foreign key, which falls with the column anyway.
            kept = type_ if version >= versions.REVERSED_ADD_DROPS_FOREIGN_KEY else None
            return RemoveColumn(place, column, kept)
        case RemoveColumn(place=place, column=column, type=type_, options=options, if_exists=False) if (
            type_ is not None
        ):
            return AddColumn(place, column, type_, options)
        case ModifyColumn(was=was) if was is not None:
            return _modified_back(change, was)
        case _:
            return None


def _modified_back(change: ModifyColumn, was: Was) -> ModifyColumn:
    if was.options is None:
        return replace(change, type=was.type, was=Was(change.type, None), from_option=None)
    return replace(change, type=was.type, options=was.options, was=Was(change.type, change.options), from_option=None)
