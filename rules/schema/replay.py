"""What each command of a migration makes of a schema."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from rules.ecto.commands import (
    AddColumn,
    AlterTable,
    CodeCall,
    ColumnChange,
    Command,
    CreateConstraint,
    CreateIndex,
    CreateTable,
    DropConstraint,
    DropIndex,
    DropTable,
    Execute,
    Flush,
    ModifyColumn,
    RemoveColumn,
    RenameColumn,
    RenameIndex,
    RenameTable,
    RepoCall,
    Sql,
    Unread,
)
from rules.ecto.commands import (
    Table as TableCommand,
)
from rules.ecto.types import Reference
from rules.schema import columns, constraints, indexes, rows, tables
from rules.schema.draft import Draft
from rules.schema.made import check_of, column_of, created_table, foreign_key_of, index_of, modified
from rules.schema.model import PrimaryKey, Schema, key
from rules.schema.notes import Assumption, Clash, Note, Remark
from rules.schema.sql import replay_sql
from rules.schema.types import is_serial
from rules.sql.names import Name, object_name, stored


@dataclass(frozen=True, slots=True)
class Replay:
    """The schema after some commands, what there is to remark, and what must have been there before."""

    schema: Schema
    notes: tuple[Note, ...] = ()
    assumptions: tuple[Assumption, ...] = ()


def replay(schema: Schema, commands: Iterable[Command]) -> Replay:
    """Run *commands* over *schema*."""
    draft = Draft(schema)
    for command in commands:
        _run(draft, command)
    return Replay(draft.finished(), tuple(draft.notes), tuple(draft.assumptions))


def meetings(schema: Schema, commands: Iterable[Command]) -> Iterator[tuple[Command, Schema]]:
    """Yield each command with the schema that it meets."""
    for command in commands:
        yield command, schema
        schema = after(schema, command)


def after(schema: Schema, command: Command) -> Schema:
    """Return what *schema* becomes when *command* has run."""
    return replay(schema, (command,)).schema


def _run(draft: Draft, command: Command) -> None:
    match command:
        case CreateTable() | AlterTable() | DropTable() | RenameTable() | RenameColumn():
            _run_on_table(draft, command)
        case CreateIndex() | DropIndex() | RenameIndex():
            _run_on_index(draft, command)
        case CreateConstraint(constraint=constraint):
            constraints.add(draft, constraint.table, check_of(constraint))
        case DropConstraint(constraint=constraint):
            constraints.drop(
                draft, constraint.table, constraint.name, if_exists=command.if_exists, cascade=command.cascade
            )
        case Execute() | RepoCall() | CodeCall() | Flush() | Unread():
            _run_code(draft, command)


def _run_on_table(draft: Draft, command: CreateTable | AlterTable | DropTable | RenameTable | RenameColumn) -> None:
    name = command.table.name
    match command:
        case CreateTable(columns=parts):
            table = created_table(command)
            tables.create(draft, table, if_not_exists=command.if_not_exists)
            for part in parts:
                if isinstance(part, Unread):
                    _skip_in_table(draft, part, key(name))
        case AlterTable(changes=changes):
            _alter(draft, command.table, changes)
            _doubt_doubles(draft, key(name), changes)
        case DropTable():
            tables.drop(draft, name, if_exists=command.if_exists, cascade=command.cascade)
        case RenameTable(to=to):
            tables.rename(draft, name, to.name.name)
        case RenameColumn(column=column, to=new):
            columns.rename(draft, name, column, new)


def _run_on_index(draft: Draft, command: CreateIndex | DropIndex | RenameIndex) -> None:
    index = command.index
    name = Name(index.table.prefix, index.name)
    match command:
        case CreateIndex():
            made, is_there = index_of(index), command.if_not_exists
            indexes.add(draft, index.table, made, if_not_exists=is_there, concurrently=index.concurrently)
        case DropIndex():
            how = indexes.Dropping(command.if_exists, index.concurrently, command.cascade)
            indexes.drop(draft, name, index.table, how=how)
        case RenameIndex(to=to):
            indexes.rename(draft, name, to, index.table)


def _alter(draft: Draft, table: TableCommand, changes: Iterable[ColumnChange]) -> None:
    if table.comment is not None:
        draft.change(draft.table(table.name), comment=table.comment)
    for part in changes:
        match part:
            case AddColumn():
                _add(draft, table.name, part)
            case ModifyColumn():
                _modify(draft, table.name, part)
            case RemoveColumn():
                if isinstance(part.type, Reference):
                    constraints.drop(draft, table.name, part.type.constraint, if_exists=part.if_exists)
                columns.drop(draft, table.name, part.column, if_exists=part.if_exists)
            case Unread():
                _skip_in_table(draft, part, key(table.name))


def _doubt_doubles(draft: Draft, table: Name, changes: Iterable[ColumnChange]) -> None:
    """Note a column that one statement changes twice, which PostgreSQL may refuse."""
    changed = [stored(part.column) for part in changes if isinstance(part, ModifyColumn)]
    if len(set(changed)) < len(changed):
        draft.note(Remark.DOUBT, f"one statement changes a column of `{table}` twice", table)


def _add(draft: Draft, table: Name, part: AddColumn) -> None:
    columns.add(draft, table, column_of(part, table), if_not_exists=part.if_not_exists)
    _add_keys(draft, table, part)


def _add_keys(draft: Draft, table: Name, part: AddColumn | ModifyColumn) -> None:
    if part.primary_key:
        constraints.add(draft, table, PrimaryKey(object_name(table.name, "", "pkey"), (stored(part.column),)))
    if isinstance(part.type, Reference):
        constraints.add(draft, table, foreign_key_of(part.column, part.type))


def _modify(draft: Draft, table: Name, part: ModifyColumn) -> None:
    if part.was is not None and isinstance(part.was.type, Reference):
        constraints.drop(draft, table, part.was.type.constraint)
    column = modified(draft.column(table, part.column), part)
    if is_serial(part.type):
        text = f"`{part.column}` cannot become a serial, which PostgreSQL knows only of new columns"
        draft.clash(Clash.REFUSED, text, key(table))
    columns.change_type(draft, table, part.column, column.type)
    if part.null is not None:
        columns.set_null(draft, table, part.column, null=part.null)
    changed = draft.column(table, part.column)
    draft.put_column(table, replace(column, filled=changed.filled, settings=changed.settings))
    _add_keys(draft, table, part)


def _run_code(draft: Draft, command: Execute | RepoCall | CodeCall | Flush | Unread) -> None:
    match command:
        case Execute(runs=runs):
            if isinstance(runs, Sql):
                replay_sql(draft, runs)
            else:
                for inner in runs.does:
                    _run(draft, inner)
        case RepoCall():
            _call(draft, command)
        case CodeCall(function=function):
            draft.note(Remark.DOUBT, f"`{function}` may do anything")
        case Unread():
            _skip(draft, command)
        case Flush():
            pass


def _call(draft: Draft, call: RepoCall) -> None:
    if call.sql is not None:
        replay_sql(draft, call.sql)
    elif call.writes and call.function.startswith("query"):
        draft.note(Remark.DOUBT, f"`{call.function}` runs SQL that cannot be read")
    elif call.writes:
        for name in call.tables or {"an unknown table"}:
            rows.write(draft, Name(None, name), rows.Written(call.function.partition("_")[0]))


def _skip(draft: Draft, unread: Unread) -> None:
    """Do nothing, and remember that something may have been done."""
    draft.note(Remark.DOUBT, unread.reason)
    if not unread.tables:
        draft.whole = False
    for name in unread.tables:
        _skip_in_table(draft, unread, key(Name(None, name)))


def _skip_in_table(draft: Draft, unread: Unread, name: Name) -> None:
    draft.note(Remark.DOUBT, unread.reason, name)
    if name in draft.tables:
        draft.change(draft.tables[name], whole=False)
    else:
        draft.whole = False
