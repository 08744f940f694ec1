"""The exact SQL that Ecto's PostgreSQL adapter sends for what a migration queues."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rules.ecto import versions
from rules.ecto.adapter import quoted
from rules.ecto.commands import (
    AddColumn,
    AlterTable,
    Code,
    CodeCall,
    ColumnChange,
    Command,
    Constraint,
    CreateConstraint,
    CreateIndex,
    CreateTable,
    DropConstraint,
    DropIndex,
    DropTable,
    Execute,
    Flush,
    Index,
    IndexColumn,
    ModifyColumn,
    RemoveColumn,
    RenameColumn,
    RenameIndex,
    RenameTable,
    RepoCall,
    Sql,
    Unread,
)
from rules.ecto.errors import RaisedError, argument_error, no_clause
from rules.ecto.inspect import to_string
from rules.ecto.migration import Failure, Run
from rules.ecto.versions import Version
from rules.postgres.columns import ADAPTER, change, definition, primary_key, quote, quote_table
from rules.sql.names import Name

DIRECTIONS: Final = {
    "asc": " ASC",
    "asc_nulls_first": " ASC NULLS FIRST",
    "asc_nulls_last": " ASC NULLS LAST",
    "desc": " DESC",
    "desc_nulls_first": " DESC NULLS FIRST",
    "desc_nulls_last": " DESC NULLS LAST",
}
PREFIXED_INDEX_COMMENT: Final[Version] = (3, 2, 0)


@dataclass(frozen=True, slots=True)
class Statement:
    """One string of SQL, and the command that makes Ecto send it."""

    sql: str
    command: Command


@dataclass(frozen=True, slots=True)
class Script:
    """What one direction of a migration sends, up to the failure if there is one.

    A command without known SQL (unread, or a call of code) stands in *silent*; what it sends is missing here.
    """

    statements: tuple[Statement, ...]
    failure: Failure | None
    silent: tuple[Command, ...]


def script(run: Run, version: Version = versions.LATEST) -> Script:
    """Return the SQL of *run* in its order; what the adapter refuses to write ends it."""
    sent: list[Statement] = []
    silent: list[Command] = []
    for command in run.commands:
        try:
            for statement in _sent(command, version):
                if isinstance(statement, Statement):
                    sent.append(statement)
                else:
                    silent.append(statement)
        except RaisedError as error:
            failure = Failure(error.kind, error.message, command.span, command)
            return Script(tuple(sent), failure, tuple(silent))
        except ValueError:  # an option is worth something that has no text, such as a function
            silent.append(command)
    return Script(tuple(sent), run.failure, tuple(silent))


def statements(command: Command, version: Version = versions.LATEST) -> tuple[str, ...]:
    """Return the SQL of one command, nothing where it is not known; raises RaisedError as the adapter does."""
    return tuple(sent.sql for sent in _sent(command, version) if isinstance(sent, Statement))


def _sent(command: Command, version: Version) -> Iterator[Statement | Command]:
    match command:
        case Execute(runs=Code(does=does)):
            for inner in does:
                yield from _sent(inner, version)
        case Execute(runs=sql) | RepoCall(sql=sql):
            known = isinstance(sql, Sql) and sql.exact and command.certain
            yield Statement(sql.text, command) if known and isinstance(sql, Sql) else command
        case Flush():
            return
        case CodeCall() | Unread():
            yield command
        case CreateTable(columns=parts) | AlterTable(changes=parts) if any(isinstance(part, Unread) for part in parts):
            yield command
        case _:
            yield from (Statement(sql, command) for sql in _ddl(command, version))


def _ddl(command: Command, version: Version) -> tuple[str, ...]:
    match command:
        case CreateTable() | AlterTable():
            return _table(command, version)
        case CreateIndex() | DropIndex() | RenameIndex():
            return _index(command, version)
        case CreateConstraint() | DropConstraint():
            return _constraint(command, version)
        case DropTable() | RenameTable() | RenameColumn():
            return (_named_table(command, version),)
        case _:
            return ()


def _named_table(command: DropTable | RenameTable | RenameColumn, version: Version) -> str:
    table = quote_table(command.table.name, version)
    match command:
        case DropTable(if_exists=if_exists, cascade=cascade):
            return f"DROP TABLE {'IF EXISTS ' if if_exists else ''}{table}{' CASCADE' if cascade else ''}"
        case RenameTable(to=to):
            return f"ALTER TABLE {table} RENAME TO {quote(to.name.name, version, 'table')}"
        case RenameColumn(column=column, to=to):
            return f"ALTER TABLE {table} RENAME {quote(column, version)} TO {quote(to, version)}"


def _table(command: CreateTable | AlterTable, version: Version) -> tuple[str, ...]:
    table = command.table
    name = quote_table(table.name, version)
    if isinstance(command, AlterTable):
        parts = command.changes
        key = primary_key(parts, version)
        actions = ", ".join(change(part, version) for part in parts)
        sql = f"ALTER TABLE {name} {actions}{', ADD ' + key if key else ''}"
    else:
        parts = command.columns
        columns = [definition(part, version) for part in parts]
        key = primary_key(parts, version)
        modifiers = f"{table.modifiers} " if table.modifiers is not None else ""
        exists = "IF NOT EXISTS " if command.if_not_exists else ""
        body = ", ".join(columns) + (", " + key if key else "")
        suffix = "" if table.suffix is None else f" {table.suffix}"
        sql = f"CREATE {modifiers}TABLE {exists}{name} ({body}){suffix}"
    comment = () if table.comment is None else (f"COMMENT ON TABLE {name} IS {quoted(table.comment)}",)
    return (sql, *comment, *_column_comments(name, parts, version))


def _column_comments(table: str, parts: tuple[ColumnChange, ...], version: Version) -> Iterator[str]:
    for part in parts:
        match part:
            case AddColumn() | ModifyColumn():
                pass
            case RemoveColumn(type=kind, if_exists=False) if (
                kind is not None and version < versions.FROM_REFERENCE_WITH_OPTIONS
            ):
                pass
            case _:
                continue
        comment = part.options.get("comment")
        if comment is not None:
            yield f"COMMENT ON COLUMN {table}.{quote(part.column, version)} IS {quoted(to_string(comment))}"


def _index(command: CreateIndex | DropIndex | RenameIndex, version: Version) -> tuple[str, ...]:
    index = command.index
    name = Name(index.table.prefix, index.name)
    match command:
        case RenameIndex(to=to):
            shown = name if version >= versions.RENAME_INDEX_WITH_PREFIX else Name(None, index.name)
            return (f"ALTER INDEX {quote_table(shown, version)} RENAME TO {quote(to, version)}",)
        case DropIndex(if_exists=if_exists, cascade=cascade):
            concurrently = "CONCURRENTLY " if index.concurrently else ""
            exists = "IF EXISTS " if if_exists else ""
            ending = " CASCADE" if cascade else ""
            return (f"DROP INDEX {concurrently}{exists}{quote_table(name, version)}{ending}",)
        case CreateIndex(if_not_exists=True) if version < versions.INDEX_IF_NOT_EXISTS:
            return _index_unless_there(index, version)
        case CreateIndex():
            return _created(index, version, if_not_exists=command.if_not_exists)


def _created(index: Index, version: Version, *, if_not_exists: bool = False) -> tuple[str, ...]:
    name = Name(index.table.prefix, index.name)
    nulls = "" if index.nulls_distinct is None else " NULLS DISTINCT" if index.nulls_distinct else " NULLS NOT DISTINCT"
    include = ", ".join(_index_column(column, version) for column in index.include)
    sql = "".join(
        (
            f"CREATE {'UNIQUE ' if index.unique else ''}INDEX {'CONCURRENTLY ' if index.concurrently else ''}",
            f"{'IF NOT EXISTS ' if if_not_exists else ''}{quote(index.name, version)}",
            f" ON {'ONLY ' if index.only else ''}{quote_table(index.table, version)}",
            "" if index.using is None else f" USING {index.using}",
            f" ({', '.join(_index_column(column, version) for column in index.columns)})",
            f" INCLUDE ({include})" if include else "",
            nulls,
            "" if index.storage is None else f" WITH ({index.storage})",
            "" if index.where is None else f" WHERE {index.where}",
        )
    )
    if index.comment is None:
        return (sql,)
    commented = name if version >= PREFIXED_INDEX_COMMENT else Name(None, index.name)
    return (sql, f"COMMENT ON INDEX {quote_table(commented, version)} IS {quoted(index.comment)}")


def _index_unless_there(index: Index, version: Version) -> tuple[str, ...]:
    if index.concurrently:
        raise argument_error("concurrent index and create_if_not_exists is not supported by the Postgres adapter")
    created = "".join(_created(index, version))
    return (f"DO $$ BEGIN {created};EXCEPTION WHEN duplicate_table THEN END; $$;",)


def _index_column(column: IndexColumn, version: Version) -> str:
    written = column.text if column.is_expression else quote(column.text, version)
    if column.direction is None:
        return written
    if column.direction not in DIRECTIONS:
        raise no_clause(f"{ADAPTER}.index_dir/2")
    return written + DIRECTIONS[column.direction]


def _constraint(command: CreateConstraint | DropConstraint, version: Version) -> tuple[str, ...]:
    constraint = command.constraint
    table = quote_table(constraint.table, version)
    if isinstance(command, DropConstraint):
        if command.cascade and version < versions.CONSTRAINT_CASCADE:
            raise argument_error("PostgreSQL does not support `CASCADE` in DROP CONSTRAINT commands")
        exists = "IF EXISTS " if command.if_exists else ""
        ending = " CASCADE" if command.cascade else ""
        return (f"ALTER TABLE {table} DROP CONSTRAINT {exists}{quote(constraint.name, version)}{ending}",)
    name = quote(constraint.name, version)
    valid = "" if constraint.validate else " NOT VALID"
    added = f"ALTER TABLE {table} ADD CONSTRAINT {name} {_condition(constraint)}{valid}"
    if constraint.comment is None:
        return (added,)
    return (added, f"COMMENT ON CONSTRAINT {name} ON {table} IS {quoted(constraint.comment)}")


def _condition(constraint: Constraint) -> str:
    if constraint.check is not None and constraint.exclude is not None:
        raise argument_error("a constraint must not have both check and exclude options")
    if constraint.check is not None:
        return f"CHECK ({constraint.check})"
    if constraint.exclude is not None:
        return f"EXCLUDE USING {constraint.exclude}"
    raise argument_error("a constraint must have either a check or exclude option")
