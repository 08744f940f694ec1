"""Constraints that changesets expect, met with those that a table has."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rules.ecto.code import Code
from rules.ecto.constraints import Expected, ExpectedName
from rules.schema.dependence import plain_columns
from rules.schema.model import UNSURE, Check, Exclusion, ForeignKey, Index, PrimaryKey, Table, Unique
from rules.schema.text import mentions
from rules.source import SourceFile
from rules.sql.names import stored


@dataclass(frozen=True, slots=True)
class Unmet:
    """A constraint that a changeset expects and no constraint of the table answers to."""

    expected: ExpectedName
    file: SourceFile
    instead: str | None  # the name of what does the same under another name; None where nothing does

    @property
    def place(self) -> str:
        """The path and the line of the changeset."""
        return f"{self.file.path}:{self.file.line_at(self.expected.span.start)}"


def unmet(table: Table, code: Code) -> Iterator[Unmet]:
    """Yield what the changesets of *table* expect in vain; nothing where not all of the table is known."""
    said = list(code.expected(table.name)) if table.whole and code else []
    for expected, file in said:
        there = _there(table, expected.kind)
        if any(expected.fits(name) for name in there) or stored(expected.name) in there:
            continue
        others = [name for name, columns in there.items() if _is_over(columns, expected)]
        # Where another line of the changeset answers to it, this one is for another day.
        if not any(other.fits(name) for other, _ in said for name in others):
            yield Unmet(expected, file, next(iter(others), None))


def _there(table: Table, kind: Expected) -> Mapping[str, frozenset[str]]:
    """Return the table's constraints of a kind by name, with the columns that they are over."""
    constraints = table.constraints.values()
    match kind:
        case Expected.UNIQUE:
            indexes = {index.name: _columns(index, table) for index in table.indexes.values() if index.unique}
            keys = [one for one in constraints if isinstance(one, Unique | PrimaryKey)]
            return {**{key.name: frozenset(key.columns) for key in keys}, **indexes}
        case Expected.FOREIGN_KEY | Expected.ASSOCIATION:
            return {one.name: frozenset(one.columns) for one in constraints if isinstance(one, ForeignKey)}
        case Expected.CHECK:
            checks = [one for one in constraints if isinstance(one, Check)]
            return {one.name: _mentioned(one.expression, table) for one in checks}
        case Expected.EXCLUSION:
            exclusions = [one for one in constraints if isinstance(one, Exclusion)]
            return {one.name: _mentioned(one.using, table) for one in exclusions}


def _columns(index: Index, table: Table) -> frozenset[str]:
    parts = () if index.columns is UNSURE else index.columns
    return frozenset(plain_columns(index)).union(*(_mentioned(part, table) for part in parts if "(" in part))


def _mentioned(sql: str, table: Table) -> frozenset[str]:
    return frozenset(column for column in table.columns if mentions(sql, column))


def _is_over(columns: frozenset[str], expected: ExpectedName) -> bool:
    if expected.kind is Expected.ASSOCIATION:
        return columns == {f"{one}_id" for one in expected.columns}
    # With a name of its own, a changeset names only the field at which the error is to show.
    return columns >= set(expected.columns) if expected.given else columns == set(expected.columns)
