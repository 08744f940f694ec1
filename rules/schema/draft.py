"""A schema being changed, act by act, with everything that PostgreSQL changes along with it.

What a migration says is believed: where it does not fit the schema that we know, the schema follows it and a note
remains. Where it names something of which no migration told, it is assumed to have been there.
"""

from dataclasses import replace
from typing import Any

from rules.schema.model import UNSURE, Column, Schema, Table, Thing, ThingKey, key
from rules.schema.notes import Assumption, Clash, Note, Remark, Restriction
from rules.sql.names import Name, stored


class Draft:
    """The schema between two moments."""

    def __init__(self, schema: Schema) -> None:
        self.start = schema
        self.tables = dict(schema.tables)
        self.things: dict[ThingKey, Thing] = dict(schema.things)
        self.whole = schema.whole
        self.born = set(schema.born_here)
        self.written = schema.written
        self.fresh: set[Name] = set()  # tables made in this draft, hence empty
        self.emptied: set[Name] = set()  # tables whose rows are gone
        self.passing: set[Name] = set()  # temporary tables, of which nothing remains
        self.leaving: frozenset[Name] = frozenset()  # what one statement drops, each without waiting for the others
        self.notes: list[Note] = []
        self.assumptions: list[Assumption] = []

    def finished(self) -> Schema:
        """Return the schema as it is now; the draft is not written on after that."""
        born = frozenset(name for name in self.born | self.fresh if name in self.tables)
        return Schema(self.tables, self.things, self.whole, born, self.start.version, self.written)

    def note(self, remark: Remark, text: str, table: Name | None = None) -> None:
        """Remember what there is to remark."""
        self.notes.append(Note(remark, text, table))

    def clash(self, clash: Clash, text: str, table: Name | None = None) -> None:
        """Remember why PostgreSQL raises here, as far as we know the schema."""
        self.notes.append(Note(Remark.CLASH, text, table, clash))

    def assume(self, what: Assumption) -> None:
        """Remember what must have been there before, unless its table was not."""
        if what.table not in self.fresh:
            self.assumptions.append(what)

    def check_rows(self, name: Name, text: str, restriction: Restriction | None = None) -> None:
        """Note what rows may refuse, and the *restriction* if only new ones can; a fresh table has no rows."""
        if name not in self.fresh | self.emptied:
            self.notes.append(Note(Remark.ROWS, text, name, restriction=restriction))

    def table(self, name: Name) -> Table:
        """Return the table; where none is known, assume one of which nothing is known."""
        found = self.tables.get(key(name))
        if found is None:
            found = Table(key(name), whole=False)
            self.tables[found.name] = found
            self.assume(Assumption(found.name))
        return found

    def change(self, table: Table, **values: Any) -> None:
        """Replace parts of *table*."""
        self.tables[table.name] = replace(table, **values)

    def column(self, name: Name, column: str) -> Column:
        """Return the column; where none is known, assume one of which nothing is known."""
        table, column = self.table(name), stored(column)
        found = table.columns.get(column)
        if found is None:
            if table.whole:
                self.clash(Clash.MISSING, f"`{table.name}` has no column `{column}`", table.name)
            found = Column(column, UNSURE, UNSURE, UNSURE, UNSURE, UNSURE, UNSURE)
            self.assume(Assumption(table.name, column))
            self.put_column(table.name, found)
        return found

    def put_column(self, name: Name, column: Column) -> None:
        """Set what is known of a column."""
        table = self.table(name)
        self.change(table, columns={**table.columns, column.name: column})

    def change_column(self, name: Name, column: str, **values: Any) -> None:
        """Replace attributes of a column."""
        self.put_column(name, replace(self.column(name, column), **values))
