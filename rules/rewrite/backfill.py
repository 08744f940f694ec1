"""An UPDATE or DELETE of a whole table, written as batches that each have a transaction of their own."""

import re
from dataclasses import dataclass
from typing import Final

from rules.ecto.commands import Execute, RepoCall, Sql
from rules.ecto.migration import Migration
from rules.rewrite.edit import Edit, NewMigration
from rules.rewrite.elixir import CannotWriteError
from rules.rewrite.names import identifier, name_sql
from rules.rewrite.place import outside_transaction, remove_statement
from rules.schema.model import Schema, Table
from rules.schema.text import mentions
from rules.schema.written import Writing
from rules.source import Span
from rules.sql import scanner

BATCH: Final = 1_000  # rows: a second's work at most, on tables with a handful of indexes
WHOLE_NUMBERS: Final = frozenset({"smallint", "integer", "bigint"})  # keys that begin after 0, and have a max()
FORMS: Final = {
    "update": re.compile(r"UPDATE\s+(?:ONLY\s+)?", re.IGNORECASE),
    "delete": re.compile(r"DELETE\s+FROM\s+", re.IGNORECASE),
}
NAMED: Final = {"update": "backfill", "delete": "delete_from"}
NOT_PLAIN: Final = frozenset({"FROM", "USING", "RETURNING", "WITH"})


@dataclass(frozen=True, slots=True)
class Backfill:
    """One statement that changes or deletes rows of *table*, of a migration."""

    migration: Migration
    table: Table
    writing: Writing
    lock: bool  # whether the migrator's lock would be held in a transaction meanwhile

    @property
    def key(self) -> str:
        """The column by which the rows are passed through."""
        key = self.table.primary_key
        column = self.table.columns.get(key[0]) if len(key) == 1 else None
        if column is None or column.type not in WHOLE_NUMBERS:
            raise CannotWriteError("the table has no primary key of whole numbers")
        return column.name

    @property
    def name(self) -> str:
        """What the new migration is called."""
        rows = self.writing.rows
        return "_".join([NAMED.get(rows.how, "write"), self.table.name.name, *rows.columns[:2]])

    def follow_up(self) -> NewMigration:
        """Return the migration that runs the batches."""
        module = self.migration.module
        if module is None:
            raise CannotWriteError("there is no module to name the new one after")
        camelized = "".join(word.capitalize() for word in self.name.split("_"))
        attributes = ["@disable_ddl_transaction true", *(["@disable_migration_lock true"] if self.lock else [])]
        lines = ["def up do", "  backfill(0)", "end", "", "def down do", "  :ok", "end", "", *self._helper()]
        body = [f"  {line}" if line else "" for line in ("use Ecto.Migration", "", *attributes, "", *lines)]
        head = ".".join([*module.split(".")[:-1], camelized])
        return NewMigration(self.name, "\n".join([f"defmodule {head} do", *body, "end", ""]))

    def stands_last(self, end: Schema) -> None:
        """Raise where something that follows, up to the schema *end*, may need the rows as they will be."""
        name, source = self.table.name, self.migration.source
        others = [command for command in self.migration.up.commands if command is not self.writing.command]
        following = [
            one for one in others if one.span.start > self.writing.span.end or isinstance(one, Execute | RepoCall)
        ]
        if any(mentions(source[one.span], name.name) for one in following) or end.tables.get(name) != self.table:
            raise CannotWriteError("what follows may need the rows as they will be")

    def moved(self) -> tuple[Edit, ...]:
        """Return the edits that take the statement out of its migration."""
        return (remove_statement(self.migration.source, self._command.span),)

    def in_place(self) -> tuple[Edit, ...]:
        """Return the edits that make batches of the only statement of a migration that goes up and down."""
        migration, down = self.migration, self.migration.callback("down")
        last = max((one.span for one in migration.callbacks), default=None)
        if last is None or down is None or self._command.span.end > last.end:
            raise CannotWriteError("the migration has no `up` and `down` of its own")
        helper = "".join(f"\n  {line}" if line else "\n" for line in ("", *self._helper()))
        called = Edit(self._command.span, "backfill(0)")
        attributes = outside_transaction(migration, lock=self.lock)
        return (*attributes, called, Edit(Span(last.end, last.end), helper))

    @property
    def _command(self) -> Execute | RepoCall:
        command = self.writing.command
        if command.place.shared or not self.writing.certain:
            raise CannotWriteError("the statement stands in a loop or a helper")
        if isinstance(command, Execute) and isinstance(command.reverse, Sql) and command.reverse.text.strip():
            raise CannotWriteError("the statement has a reverse of its own")
        return command

    def _helper(self) -> list[str]:
        """Return the function that runs a batch, and then the next."""
        table, key = name_sql(self.table.name), identifier(self.key)
        head, condition = self._parts()
        joined = f"{table}.{key} = batch.batch_id"
        picked = f"{joined} AND ({condition})" if condition else joined
        source = "USING batch" if self.writing.rows.how == "delete" else "FROM batch"
        sql = [
            "WITH batch AS (",
            f"  SELECT {key} AS batch_id FROM {table} WHERE {key} > $1 ORDER BY {key} LIMIT {BATCH}",  # noqa: S608 - identifiers are quoted, and it is written, not run
            "), written AS (",
            f"  {head}",
            f"  {source}",
            f"  WHERE {picked}",
            ")",
            "SELECT max(batch_id) FROM batch",
        ]
        call = ["repo().query!(", '  """', *(f"  {line}" for line in sql), '  """,', "  [last],", "  log: false", ")"]
        lines = ["%{rows: [[next]]} =", *(f"  {line}" for line in call), "", "if next, do: backfill(next)"]
        return ["defp backfill(last) do", *(f"  {line}" if line else "" for line in lines), "end"]

    def _parts(self) -> tuple[str, str]:
        """Return the statement up to its WHERE, and the condition; on one line each."""
        sql, statement, form = self.writing.sql, self.writing.statement, FORMS.get(self.writing.rows.how)
        if sql is None or statement is None or form is None or not sql.exact or self.writing.rows.repeats:
            raise CannotWriteError("the statement is not known, or must not run twice")
        text = sql.text[statement.start : statement.end]
        begin = form.match(text)
        if begin is None or "\\" in text or '"""' in text or "#{" in text or "$" in text:
            raise CannotWriteError("the statement takes parameters, or does more than that")
        words = _words(text)
        if NOT_PLAIN & {word for word, _ in words if word != "FROM" or self.writing.rows.how == "update"}:
            raise CannotWriteError("the statement joins other tables")
        _is_unaliased(text[begin.end() :], self.writing.rows.how)
        where = next((at for word, at in words if word == "WHERE"), len(text))
        return " ".join(text[:where].split()), " ".join(text[where + len("WHERE") :].split())


def _words(text: str) -> list[tuple[str, int]]:
    """Return the words of a statement that stand in no parentheses, with their places."""
    depth, found = 0, list[tuple[str, int]]()
    for token in scanner.tokens(text):
        written = text[token.start : token.end]
        depth += {"(": 1, ")": -1}.get(written, 0)
        if token.kind == "word" and depth == 0:
            found.append((written.upper(), token.start))
    return found


def _is_unaliased(rest: str, how: str) -> None:
    """Raise unless the table's name is followed by SET, WHERE or nothing."""
    after = re.match(r'(?:"[^"]+"|[\w.]+)+\s*(?P<next>\w*)', rest)
    wanted = {"SET"} if how == "update" else {"WHERE", ""}
    if after is None or after["next"].upper() not in wanted:
        raise CannotWriteError("the table has an alias")
