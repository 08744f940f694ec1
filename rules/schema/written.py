"""Rows that a command writes: by SQL, or by a function of the repo."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rules.ecto.commands import RAW, Code, Command, Execute, RepoCall, Sql
from rules.schema.dependence import plain_columns
from rules.schema.model import PrimaryKey, Schema, Unique, key
from rules.source import Span
from rules.sql.effects import RowsWritten
from rules.sql.names import Name
from rules.sql.statements import SqlStatement

HOW = {"update_all": "update", "delete_all": "delete", "insert_all": "insert"}


@dataclass(frozen=True, slots=True)
class Writing:
    """Rows of one table, written by a command at *span*."""

    span: Span
    rows: RowsWritten
    certain: bool  # it runs once, not in a loop or a branch
    command: Execute | RepoCall
    statement: SqlStatement | None = None  # None where the repo's function makes its SQL from what is not known
    sql: Sql | None = None

    @property
    def table(self) -> Name:
        """The table."""
        return self.rows.table

    @property
    def changes_rows(self) -> bool:
        """Tell whether it changes or deletes rows that are there; an INSERT does not."""
        return self.rows.how in {"update", "delete"}

    def is_bounded(self, schema: Schema) -> bool:
        """Tell whether a key or a LIMIT keeps the number of rows small."""
        table = schema.table(self.table)
        constraints = (one for one in table.constraints.values() if isinstance(one, PrimaryKey | Unique))
        indexes = (plain_columns(one) for one in table.indexes.values() if one.unique is True and one.where is None)
        keys = [{"id"}, *(set(one.columns) for one in constraints), *(set(columns) for columns in indexes if columns)]
        return self.rows.limit is not None or any(one <= self.rows.picks for one in keys)

    @property
    def is_known(self) -> bool:
        """Tell whether it can be said which rows are written."""
        return self.statement is not None


def writings(command: Command) -> Iterator[Writing]:
    """Yield what *command* writes, statement by statement; nothing of what cannot be read."""
    match command:
        case Execute(runs=Sql() as sql):
            yield from _by_sql(command, sql)
        case Execute(runs=Code(does=does)):
            for inner in does:
                yield from writings(inner)
        case RepoCall(sql=Sql() as sql):
            yield from _by_sql(command, sql)
        case RepoCall() if command.function not in RAW and len(command.named) == 1:
            how = HOW.get(command.function)
            if how is not None:
                (table,) = command.named
                yield Writing(command.span, RowsWritten(Name(None, table), how), command.certain, command)
        case _:
            pass


def looped(commands: Iterable[Command]) -> frozenset[Span]:
    """Return where *commands* write rows several times, or as often as the data say."""
    found = [one for command in commands for one in writings(command)]
    times = Counter((one.span, one.rows) for one in found)
    return frozenset(
        one.span for one in found if one.command.place.shared and not (one.certain and times[one.span, one.rows] == 1)
    )


def is_emptied(table: Name, commands: Iterable[Command]) -> bool:
    """Tell whether *commands* take every row out of a table, or out of one that is not known."""
    commands = tuple(commands)
    if any(isinstance(one, RepoCall) and one.function == "delete_all" and not one.named for one in commands):
        return True
    everything = (one for command in commands for one in writings(command) if key(one.table) == key(table))
    return any(
        one.certain and (one.rows.how == "truncate" or (one.rows.how == "delete" and not one.rows.filtered))
        for one in everything
        if one.is_known
    )


def _by_sql(command: Execute | RepoCall, sql: Sql) -> Iterator[Writing]:
    for statement in sql.statements:
        for effect in statement.effects:
            if isinstance(effect, RowsWritten):
                yield Writing(command.span, effect, command.certain, command, statement, sql)
