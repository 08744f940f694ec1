"""An UPDATE or DELETE of a whole table as batches, each in the order of the table's key and in its own transaction."""

import re
from dataclasses import dataclass
from typing import Final

from rules.rewrite.elixir import CannotWriteError
from rules.rewrite.names import identifier, name_sql
from rules.schema.model import Table
from rules.schema.written import Writing
from rules.sql import scanner

BATCH: Final = 1_000  # rows: a second's work at most, on tables with a handful of indexes
NUMBERS: Final = "0", "max(batch_id)"
# By the type of the key: what comes before the first one, as Elixir, and the last of a batch, as SQL. PostgreSQL 17 and
# older have no max() of a uuid.
KEYS: Final = {
    **dict.fromkeys(("smallint", "integer", "bigint"), NUMBERS),
    "uuid": ("<<0::128>>", "(array_agg(batch_id ORDER BY batch_id DESC))[1]"),
}
FORMS: Final = {
    "update": re.compile(r"UPDATE\s+(?:ONLY\s+)?", re.IGNORECASE),
    "delete": re.compile(r"DELETE\s+FROM\s+", re.IGNORECASE),
}
NAMED: Final = {"update": "backfill", "delete": "delete_from"}
NOT_PLAIN: Final = frozenset({"FROM", "USING", "RETURNING", "WITH"})


@dataclass(frozen=True, slots=True)
class Batches:
    """One statement that changes or deletes rows of *table*, to be run for *size* rows at a time."""

    table: Table
    writing: Writing
    size: int = BATCH

    @property
    def name(self) -> str:
        """What a migration of its own is called."""
        rows = self.writing.rows
        return "_".join([NAMED.get(rows.how, "write"), self.table.name.name, *rows.columns[:2]])

    @property
    def begun(self) -> str:
        """The call that runs the first batch, and so all of them."""
        return f"backfill({self._key[1]})"

    def functions(self) -> list[list[str]]:
        """Return the functions of a migration that does nothing else, as they stand in its module."""
        both = [["def up do", f"  {self.begun}", "end"], ["def down do", "  :ok", "end"], self.helper()]
        return [[f"  {line}" if line else "" for line in one] for one in both]

    @property
    def _key(self) -> tuple[str, str, str]:
        """The column by which the rows are passed through, what comes before all of them, and the last of a batch."""
        key = self.table.primary_key
        column = self.table.columns.get(key[0]) if len(key) == 1 else None
        if column is None or column.type not in KEYS:
            raise CannotWriteError("the table has no primary key of whole numbers or UUIDs")
        return column.name, *KEYS[column.type]

    def helper(self) -> list[str]:
        """Return the function that runs a batch, and then the next."""
        name, _, last = self._key
        table, key = name_sql(self.table.name), identifier(name)
        head, condition = self._parts()
        joined = f"{table}.{key} = batch.batch_id"
        picked = f"{joined} AND ({condition})" if condition else joined
        source = "USING batch" if self.writing.rows.how == "delete" else "FROM batch"
        sql = [
            "WITH batch AS (",
            f"  SELECT {key} AS batch_id FROM {table} WHERE {key} > $1 ORDER BY {key} LIMIT {self.size}",  # noqa: S608 - identifiers are quoted, and it is written, not run
            "), written AS (",
            f"  {head}",
            f"  {source}",
            f"  WHERE {picked}",
            ")",
            f"SELECT {last} FROM batch",  # noqa: S608 - of our own
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
