"""What a step is written for: the schema that it meets, the project's conventions, and what surrounds it."""

from dataclasses import dataclass, replace

from rules.ecto.types import ArrayType, ColumnType, NamedType
from rules.postgres.effects.retyping import limit
from rules.rewrite.definition import column_type
from rules.rewrite.elixir import CannotWriteError
from rules.schema.conventions import Conventions
from rules.schema.model import Column, Schema, Table
from rules.sentences.drafting.step import CannotDraftError
from rules.sentences.drafting.surroundings import Surroundings
from rules.sentences.drafting.values import fitting
from rules.sentences.intent import Value
from rules.sql.effects import RowsRead
from rules.sql.names import MAX_BYTES, Name
from rules.sql.reader import read


@dataclass(frozen=True)
class Site:
    """Where an intent is carried out."""

    schema: Schema
    conventions: Conventions
    surroundings: Surroundings
    merged: Schema  # as it was before the first step
    filled: frozenset[tuple[Name, str]] = frozenset()  # columns of tables whose old rows are given values

    def meeting(self, schema: Schema) -> "Site":
        """Return the same site at a later moment."""
        return replace(self, schema=schema)

    def table(self, name: Name) -> Table:
        """Return a table that is there."""
        found = self.schema.tables.get(name.stored)
        if found is None:
            raise CannotDraftError(f"There is no table `{name}`.")
        return found

    def column(self, table: Name, name: str) -> Column:
        """Return a column that is there."""
        found = self.table(table).columns.get(name)
        if found is None:
            raise CannotDraftError(f"`{table}` has no column `{name}`.")
        return found

    def is_new(self, table: Name) -> bool:
        """Tell whether the same sentence makes the table, so that nobody waits for it."""
        return table.stored in self.schema.born_here

    def type_of(self, table: Table, column: Column) -> ColumnType:
        """Return how a column's type is written, without the foreign key."""
        spelling = column.spelling.type if column.spelling else None
        if isinstance(spelling, NamedType | ArrayType):
            return spelling
        try:
            kind, _ = column_type(table, column, reference=False)
        except CannotWriteError as unknown:
            raise CannotDraftError(f"What type `{table.name}.{column.name}` has is not known.") from unknown
        named = NamedType(getattr(kind, "name", str(column.type)))
        return ArrayType(named) if str(column.type).endswith("[]") else named

    def fitting(self, value: Value, table: Table, column: Column) -> Value:
        """Return *value* as a column that is there takes it."""
        given = fitting(value, self.type_of(table, column), column.name)
        enums = (thing for thing in self.schema.things.values() if thing.values)
        listed = next((one.values for one in enums if column.type in {str(one.name), one.name.name}), None)
        if listed is not None and isinstance(given, str) and given not in listed:
            raise CannotDraftError(f"`{column.name}` cannot be `{given}`: it is one of {', '.join(listed)}.")
        if isinstance(given, str) and isinstance(column.type, str) and len(given) > limit(column.type):
            raise CannotDraftError(f"`{column.name}` cannot be `{given}`: that is longer than a `{column.type}`.")
        return given

    def insist_on(self, table: Table, sql: str | None) -> None:
        """Raise unless *sql* is a condition or an expression over columns of *table*."""
        if sql is None:
            return
        effects = [effect for one in read(f"SELECT 1 WHERE ({sql})") for effect in one.effects]
        found = effects[0] if len(effects) == 1 else None
        if not isinstance(found, RowsRead):
            raise CannotDraftError(f"PostgreSQL cannot read `{sql}`.")
        for name in sorted(found.columns - set(table.columns)):
            raise CannotDraftError(f"`{table.name}` has no column `{name}`.")

    def free_name(self, table: Name, wanted: str) -> str:
        """Return *wanted*, or the next name like it that no index or constraint has, short enough for PostgreSQL."""
        here = self.schema.tables.get(table.stored)
        of_all = {name for one in self.schema.tables.values() for name in (one.name.name, *one.indexes)}
        taken = of_all | (set(here.constraints) if here else set())
        for number in range(1, len(taken) + 2):
            ending = "" if number == 1 else f"_{number}"
            name = shortened(wanted, MAX_BYTES - len(ending)) + ending
            if name not in taken:
                return name
        raise AssertionError("there are more numbers than names")  # pragma: no cover


def shortened(name: str, room: int = MAX_BYTES) -> str:
    """Return a name that PostgreSQL does not cut: without its middle, where it is too long."""
    if len(name.encode()) <= room:
        return name
    half = (room - 1) // 2
    return name.encode()[:half].decode(errors="ignore").rstrip("_") + "_" + name[-(room - half - 1) :].lstrip("_")
