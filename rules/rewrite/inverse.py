"""The commands that undo a command, written from what the schema was before it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from rules.ecto.adapter import quoted
from rules.ecto.commands import (
    AddColumn,
    AlterTable,
    Code,
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
from rules.ecto.commands import Index as CommandIndex
from rules.ecto.commands import Table as CommandTable
from rules.ecto.types import Reference
from rules.elixir.syntax import Call, String, Syntax
from rules.rewrite.definition import (
    Written,
    column_type,
    constraint_command,
    default_of,
    definition,
    index_call,
    index_command,
    table_call,
)
from rules.rewrite.edit import Safety
from rules.rewrite.elixir import CannotWriteError, atom, block, call, items, literal, text, type_of
from rules.rewrite.names import identifier, name_sql
from rules.rewrite.remains import bring_back, make_again
from rules.rewrite.sql import may_replace, undo_sql
from rules.schema.casts import castable
from rules.schema.dependence import constraint_uses, index_uses
from rules.schema.draft import Draft
from rules.schema.model import Check, Column, ForeignKey, PrimaryKey, Schema, Table, key
from rules.schema.replay import meetings, replay
from rules.schema.reversal import leftovers
from rules.schema.sql import replay_sql
from rules.schema.types import is_serial, null_default, type_name
from rules.sql.effects import Kind, ObjectCreated, ObjectDropped, RowsWritten
from rules.sql.names import Name, stored

Met = tuple[Command, Schema]  # a command, and the schema that it meets


def undo_all(commands: Iterable[Met]) -> list[Syntax]:
    """Return what undoes *commands*, last first; CannotWriteError names the first that cannot be undone."""
    met = list(commands)
    lasting = [(command, schema) for command, schema in met if not goes_along(command, schema, met[0][1])]
    return [statement for command, schema in reversed(lasting) for statement in undo(command, schema)]


def goes_along(command: Command, schema: Schema, start: Schema) -> bool:
    """Tell whether a command only writes rows, all of which go with what *schema* has and *start* had not."""
    match command:
        case Execute(runs=Sql(effects=effects), reverse=None) | RepoCall(sql=Sql(effects=effects)):
            written_anew = (isinstance(one, RowsWritten) and _is_new(one, schema, start) for one in effects)
            return bool(effects) and all(written_anew)
        case _:
            return False


def _is_new(written: RowsWritten, schema: Schema, start: Schema) -> bool:
    table, before = schema.tables.get(key(written.table)), start.tables.get(key(written.table))
    columns = {stored(name) for name in written.columns} if written.how == "update" else set()
    if table is None or before is None:
        return table is not None and table.whole
    return bool(columns) and columns <= set(table.columns) - set(before.columns)


def trust(undone: Sequence[Syntax]) -> Safety:
    """Tell how much a `down` asks of who takes it: whether there is really nothing to undo, or rows may be changed."""
    changes_rows = any(sql.startswith("UPDATE ") for sql in written(undone))
    return Safety.REVIEW if changes_rows or not undone else Safety.SAFE


def written(undone: Iterable[Syntax]) -> Iterator[str]:
    """Yield the SQL among commands."""
    for one in undone:
        if isinstance(one, Call) and one.form == "execute" and isinstance(one.args[0], String):
            yield str(one.args[0].value)


def undo(command: Command, schema: Schema) -> list[Syntax]:
    """Return what undoes *command*, which met *schema*."""
    match command:
        case CreateTable() | AlterTable() | DropTable() | RenameTable() | RenameColumn():
            return list(_undo_on_table(command, schema))
        case CreateIndex() | DropIndex() | RenameIndex():
            return list(_undo_on_index(command, schema))
        case CreateConstraint() | DropConstraint():
            return list(_undo_on_constraint(command, schema))
        case Execute() | RepoCall() | CodeCall() | Flush() | Unread():
            return list(_undo_code(command, schema))


def _undo_code(command: Execute | RepoCall | CodeCall | Flush | Unread, schema: Schema) -> Iterator[Syntax]:
    match command:
        case Flush() | RepoCall(writes=False):
            pass
        case Execute(reverse=Sql(text=inverse)) if not _fails(command, schema):
            if inverse:
                yield call("execute", text(inverse))
        case Execute(runs=Sql() as sql, certain=True) | RepoCall(sql=Sql() as sql, certain=True):
            yield from undo_text(sql, schema)
        case Execute(runs=Code(does=does)) if does:
            yield from undo_all(meetings(schema, does))
        case _:
            raise CannotWriteError("code cannot be undone from its text")


def _fails(execute: Execute, schema: Schema) -> bool:
    """Tell whether what is said behind a statement certainly does not undo it."""
    return any(True for _ in leftovers(execute, schema))


def inverse_sql(sql: Sql, schema: Schema) -> str:
    """Return the one statement that undoes SQL; empty where there is nothing to undo."""
    undone = undo_text(sql, schema)
    if not undone:
        return ""
    match undone:
        case [Call(form="execute", args=(String(value=str() as inverse),))]:
            return inverse
        case _:
            raise CannotWriteError("one statement does not undo it")


def undo_text(sql: Sql, schema: Schema) -> list[Syntax]:
    """Return the commands that undo SQL, with what it took along."""
    later = Draft(schema)
    replay_sql(later, sql)
    match sql.effects:
        case [ObjectDropped(kind=Kind.TABLE, name=name)]:
            return list(make_again(name, schema, later.finished()))
        case [ObjectCreated(kind=Kind.VIEW, replace=True, name=name) as made] if not may_replace(made, schema):
            said = [f"DROP VIEW {name_sql(name)}"]
            replay_sql(later, Sql(said[0], sql.span))
        case _:
            said = [inverse] if (inverse := undo_sql(sql, schema)) else []
            replay_sql(later, Sql(said[0] if said else "", sql.span))
    again = bring_back(schema, later.finished()) if said else ()
    return [*(call("execute", text(one)) for one in said), *again]


def _undo_on_table(
    command: CreateTable | AlterTable | DropTable | RenameTable | RenameColumn, schema: Schema
) -> Iterator[Syntax]:
    name = command.table.name
    match command:
        case CreateTable():
            if not (
                command.if_not_exists and _is_there(str(name), known=key(name) in schema.tables, whole=schema.whole)
            ):
                yield call("drop", table_call(name))
        case AlterTable(changes=changes):
            yield from _undo_alter(command, schema.table(name), changes)
        case DropTable():
            if not command.if_exists or _is_there(str(name), known=key(name) in schema.tables, whole=schema.whole):
                yield from make_again(name, schema, replay(schema, (command,)).schema)
        case RenameTable(to=to):
            renamed = Name(name.prefix, to.name.name)  # PostgreSQL leaves a table in its schema
            yield call("rename", table_call(renamed), options=[("to", table_call(name))])
        case RenameColumn(column=column, to=to):
            yield call("rename", table_call(name), atom(to), options=[("to", atom(column))])


def _is_there(name: str, *, known: bool, whole: bool) -> bool:
    """Tell whether a command with a condition meets what it names."""
    if not known and not whole:
        raise CannotWriteError(f"whether `{name}` was there before is not known")
    return known


def _undo_alter(command: AlterTable, table: Table, changes: Iterable[ColumnChange]) -> Iterator[Syntax]:
    changes = list(changes)
    recast = _recast(table, changes)
    yield from _in_the_way(table, changes, recast)
    undone = [_undo_change(table, change) for change in reversed(changes) if not _only_by_sql(table, change)]
    if undone:
        yield block("alter", table_call(command.table.name), undone)
    for change in reversed(changes):
        if isinstance(change, ModifyColumn) and _needs_alter(table, change):
            yield call("execute", text(restoring_statement(table, change)))
    for change in changes:
        if isinstance(change, RemoveColumn):
            yield from dependents(table, stored(change.column))
    for check in recast:
        yield constraint_command(table.name, check)
    yield from _undo_comments(command, table)


def _in_the_way(table: Table, changes: Iterable[ColumnChange], recast: Iterable[Check]) -> Iterator[Syntax]:
    """Yield what drops the constraints that keep columns from becoming what they were."""
    for check in recast:
        yield call("drop", call("constraint", atom(table.name.name), atom(check.name)))
    if any(isinstance(one, ModifyColumn) and one.primary_key for one in changes):
        yield call("execute", text(f"ALTER TABLE {name_sql(table.name)} DROP CONSTRAINT {table.name.name}_pkey"))


def _recast(table: Table, changes: Iterable[ColumnChange]) -> list[Check]:
    """Return the checks that PostgreSQL writes anew, with a cast, when a column changes its type."""
    modified = tuple(one for one in changes if isinstance(one, ModifyColumn))
    if not modified:
        return []
    place = modified[0].place
    altered = AlterTable(place, CommandTable(place, table.name), modified)
    after = replay(Schema({table.name: table}), (altered,)).schema.table(table.name).constraints
    checks = (one for one in table.constraints.values() if isinstance(one, Check))
    return [one for one in checks if isinstance(now := after.get(one.name), Check) and now.casts != one.casts]


def _undo_comments(command: AlterTable, table: Table) -> Iterator[Syntax]:
    """Yield the SQL that takes comments back: Ecto has no way to say that there was none."""
    if command.table.comment is not None:
        before = "NULL" if table.comment is None else quoted(table.comment)
        yield call("execute", text(f"COMMENT ON TABLE {name_sql(table.name)} IS {before}"))
    for change in command.changes:
        column = table.columns.get(stored(change.column)) if isinstance(change, ModifyColumn) else None
        if column is not None and isinstance(change, ModifyColumn) and _leaves_comment(column, change):
            where = f"{name_sql(table.name)}.{identifier(column.name)}"
            yield call("execute", text(f"COMMENT ON COLUMN {where} IS NULL"))


def _undo_change(table: Table, change: ColumnChange) -> Syntax:
    match change:
        case AddColumn(if_not_exists=False):
            return call("remove", atom(change.column))
        case RemoveColumn() if stored(change.column) in table.columns:
            kind, options = definition(table, table.columns[stored(change.column)])
            return call("add", atom(change.column), kind, options=options)
        case ModifyColumn() if stored(change.column) in table.columns:
            kind, options = before_modify(table, change)
            if isinstance(change.type, Reference):
                # Without `from:` the foreign key that the modify adds would stay.
                options.append(("from", type_of(change.type)))
            return call("modify", atom(change.column), kind, options=options)
        case Unread(reason=reason):
            raise CannotWriteError(reason)
        case _:
            raise CannotWriteError(f"what `{table.name}.{change.column}` was is not known")


def needs_statement(table: Table, change: ModifyColumn) -> bool:
    """Tell whether no `modify` brings the column back: a cast needs USING, a default, a comment or a key has to go."""
    column = table.columns.get(stored(change.column))
    if column is None:
        return False
    makes_key = change.primary_key and not table.primary_key
    return makes_key or _needs_alter(table, change) or _leaves_comment(column, change) or bool(_recast(table, [change]))


def _needs_alter(table: Table, change: ModifyColumn) -> bool:
    column = table.columns.get(stored(change.column))
    return column is not None and (_needs_using(column, change) or _leaves_default(column, change))


def _leaves_comment(column: Column, change: ModifyColumn) -> bool:
    """Tell whether a comment is set where there was none."""
    return change.options.get("comment") is not None and column.comment is None


def _only_by_sql(table: Table, change: ColumnChange) -> bool:
    """Tell whether all of a change is undone by its statement."""
    column = table.columns.get(stored(change.column)) if isinstance(change, ModifyColumn) else None
    return column is not None and isinstance(change, ModifyColumn) and _needs_using(column, change)


def _needs_using(column: Column, change: ModifyColumn) -> bool:
    new = type_name(change.type, change.options)
    return isinstance(new, str) and isinstance(column.type, str) and castable(new, column.type) is False


def _leaves_default(column: Column, change: ModifyColumn) -> bool:
    """Tell whether `default: nil` would not do: for a type with a modifier it leaves a NULL with a cast behind."""
    return "default" in change.options and column.default is None and null_default(column.type) is not None


def restoring_statement(table: Table, change: ModifyColumn) -> str:
    """Return the SQL that brings back what no `modify` can."""
    column = table.columns[stored(change.column)]
    name, actions = identifier(column.name), list[str]()
    if _needs_using(column, change):
        if "default" in change.options or column.default is not None:
            actions.append(f"ALTER COLUMN {name} DROP DEFAULT")
        actions.append(f"ALTER COLUMN {name} TYPE {column.type} USING {name}::{column.type}")
        if isinstance(column.default, str):
            actions.append(f"ALTER COLUMN {name} SET DEFAULT {column.default}")
        if change.null is not None and isinstance(column.null, bool) and column.null is not change.null:
            actions.append(f"ALTER COLUMN {name} {'DROP' if column.null else 'SET'} NOT NULL")
    else:
        actions.append(f"ALTER COLUMN {name} DROP DEFAULT")
    return f"ALTER TABLE {name_sql(table.name)} {', '.join(actions)}"


def before_modify(table: Table, change: ModifyColumn) -> Written:
    """Return the type and options that bring a column back to what it was before *change*."""
    column = table.columns[stored(change.column)]
    if column.spelling is not None and is_serial(column.spelling.type):
        column = replace(column, spelling=None)  # PostgreSQL knows serials only of new columns
    kind, options = column_type(table, column, reference=isinstance(change.type, Reference))
    if change.null is not None or column.null is False:
        if not isinstance(column.null, bool):
            raise CannotWriteError(f"whether `{column.name}` was nullable is not known")
        options.append(("null", literal(column.null)))
    has_default = isinstance(column.default, str) and not column.is_serial
    if has_default or ("default" in change.options and not _leaves_default(column, change)):
        options.append(("default", default_of(column)))
    if "comment" in change.options and isinstance(column.comment, str):
        options.append(("comment", text(column.comment)))
    return kind, options


def dependents(table: Table, column: str) -> list[Syntax]:
    """Return the commands that make the indexes and constraints which go with *column*."""
    made = [index_command(table.name, index) for index in table.indexes.values() if index_uses(index, column)]
    for constraint in table.constraints.values():
        own_key = isinstance(constraint, ForeignKey) and constraint.columns == (column,)
        if constraint_uses(constraint, column) and not own_key and not isinstance(constraint, PrimaryKey):
            made.append(constraint_command(table.name, constraint))
    return made


def _undo_on_index(command: CreateIndex | DropIndex | RenameIndex, schema: Schema) -> Iterator[Syntax]:
    index, table = command.index, holder(schema, command.index)
    known = table.indexes.get(stored(index.name))
    match command:
        case CreateIndex():
            if not (command.if_not_exists and _is_there(index.name, known=known is not None, whole=table.whole)):
                yield call("drop", _named(index))
        case DropIndex(if_exists=True) if not _is_there(index.name, known=known is not None, whole=table.whole):
            pass
        case DropIndex() if known is not None and (known.sql is None or index.concurrently):
            yield call("create", index_call(table.name, known, concurrently=index.concurrently))
        case DropIndex() if known is not None:
            yield index_command(table.name, known)
        case RenameIndex(to=to) if known is not None:
            renamed = index_call(index.table, replace(known, name=stored(to)))
            yield call("rename", renamed, options=[("to", atom(index.name))])
        case _:
            raise CannotWriteError(f"what the index `{index.name}` was is not known")


def holder(schema: Schema, index: CommandIndex) -> Table:
    """Return the table that has *index*, which need not be the one it is said to be on."""
    there = schema.table(index.table)
    if stored(index.name) in there.indexes:
        return there
    others = (one for one in schema.tables.values() if one.name.prefix == there.name.prefix)
    return next((one for one in others if stored(index.name) in one.indexes), there)


def _named(index: CommandIndex) -> Syntax:
    """Return `index(...)` with no more than what tells it from others."""
    columns = [atom(column.text) if column.name else text(column.text) for column in index.columns]
    options: list[tuple[str, Syntax]] = [("name", atom(index.name))] if "name" in index.options else []
    if index.concurrently:
        options.append(("concurrently", literal(value=True)))
    return call("index", atom(index.table.name), items(columns), options=options)


def _undo_on_constraint(command: CreateConstraint | DropConstraint, schema: Schema) -> Iterator[Syntax]:
    constraint = command.constraint
    table = schema.table(constraint.table)
    known = table.constraints.get(stored(constraint.name))
    if isinstance(command, CreateConstraint):
        yield call("drop", call("constraint", atom(constraint.table.name), atom(constraint.name)))
    elif not command.if_exists or _is_there(constraint.name, known=known is not None, whole=table.whole):
        if known is None:
            raise CannotWriteError(f"what the constraint `{constraint.name}` was is not known")
        yield constraint_command(constraint.table, known)
