"""A schema being changed, act by act, with everything that PostgreSQL changes along with it.

What a migration says is believed: where it does not fit the schema that we know, the schema follows it and a note
remains. Where it names something of which no migration told, it is assumed to have been there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final, TypeVar

from rules.schema.casts import castable, narrows
from rules.schema.model import (
    UNSURE,
    Check,
    Column,
    Constraint,
    Exclusion,
    ForeignKey,
    Index,
    PrimaryKey,
    Schema,
    SomeConstraint,
    Table,
    Thing,
    ThingKey,
    Unique,
)
from rules.schema.notes import Assumption, Note, Remark
from rules.schema.text import mentions, renamed
from rules.sql.effects import Kind
from rules.sql.names import Name, stored

Value = TypeVar("Value")
PUBLIC: Final = "public"


def key(name: Name) -> Name:
    """Return *name* as the schema keeps it: cut by PostgreSQL, and without the schema that is searched anyway."""
    kept = name.stored
    return Name(None, kept.name) if kept.prefix == PUBLIC else kept


class Draft:
    """The schema between two moments."""

    def __init__(self, schema: Schema) -> None:
        self.start = schema
        self.tables = dict(schema.tables)
        self.things: dict[ThingKey, Thing] = dict(schema.things)
        self.whole = schema.whole
        self.notes: list[Note] = []
        self.assumptions: list[Assumption] = []
        self.fresh: set[Name] = set()  # tables made in this draft, hence empty

    def finished(self) -> Schema:
        """Return the schema as it is now."""
        born = frozenset(name for name in self.start.born_here | self.fresh if name in self.tables)
        tables, things = MappingProxyType(self.tables), MappingProxyType(self.things)
        return Schema(tables, things, self.whole, born, self.start.version)

    def note(self, remark: Remark, text: str, table: Name | None = None) -> None:
        """Remember what there is to remark."""
        self.notes.append(Note(remark, text, table))

    # --- tables -------------------------------------------------------------------------------------------------

    def table(self, name: Name) -> Table:
        """Return the table; where none is known, assume one of which nothing is known."""
        found = self.tables.get(key(name))
        if found is None:
            found = Table(key(name), whole=False)
            self.tables[found.name] = found
            self.assumptions.append(Assumption(found.name))
        return found

    def change(self, table: Table, **values: Any) -> None:
        """Replace parts of *table*."""
        self.tables[table.name] = replace(table, **values)

    def create_table(self, table: Table, *, if_not_exists: bool = False) -> None:
        """Make a table; one that is there already is kept or gives way, as the statement says."""
        known = self.tables.get(table.name)
        if known is not None and if_not_exists:
            return
        if known is not None:
            self.note(Remark.CLASH, f"`{table.name}` is created, but it is already there", table.name)
        elif if_not_exists and not self.whole:
            self.note(Remark.DOUBT, f"`{table.name}` may have been there before", table.name)
        self.tables[table.name] = replace(table, version=self.start.version)
        self.fresh.add(table.name)

    def drop_table(self, name: Name, *, if_exists: bool = False, cascade: bool = False) -> None:
        """Drop a table with all that is on it; what refers to it elsewhere goes with a cascade, or is in the way."""
        name = key(name)
        if name not in self.tables and if_exists:
            if not self.whole:
                self.note(Remark.DOUBT, f"`{name}` may or may not be there", name)
            return
        self.table(name)
        for other in [one for one in self.tables.values() if one.name != name]:
            for constraint in [one for one in other.constraints.values() if _refers(one, name)]:
                if not cascade:
                    self.note(Remark.CLASH, f"`{name}` is dropped while `{constraint.name}` refers to it", name)
                self.drop_constraint(other.name, constraint.name)
        self._drop_users(name, cascade=cascade)
        if name not in self.fresh:
            self.note(Remark.LOSS, f"the rows of `{name}`", name)
        self.fresh.discard(name)
        del self.tables[name]
        self.things = {at: thing for at, thing in self.things.items() if thing.table != name}

    def rename_table(self, name: Name, to: str) -> None:
        """Rename a table; foreign keys, triggers and indexes follow it under their own names."""
        table, new = self.table(name), Name(key(name).prefix, stored(to))
        if new in self.tables:
            self.note(Remark.CLASH, f"`{name}` is renamed, but `{new}` is already there", new)
        del self.tables[table.name]
        self.tables[new] = replace(table, name=new)
        if table.name in self.fresh:
            self.fresh = self.fresh - {table.name} | {new}
        for other in list(self.tables.values()):
            keys = {one.name: replace(one, target=new) for one in _foreign_keys(other) if one.target == table.name}
            if keys:
                self.change(other, constraints=_with(other.constraints, keys))
        self.things = {
            (at[0], new, at[2]) if at[1] == table.name else at: replace(thing, table=new)
            if thing.table == table.name
            else thing
            for at, thing in self.things.items()
        }

    def write_rows(self, name: Name, how: str) -> None:
        """Note rows that are changed or deleted; inserted ones take nothing away."""
        if how not in {"insert", "copy"} and key(name) not in self.fresh:
            self.note(Remark.REWRITE, f"the old rows of `{key(name)}`", key(name))

    # --- columns ------------------------------------------------------------------------------------------------

    def column(self, name: Name, column: str) -> Column:
        """Return the column; where none is known, assume one of which nothing is known."""
        table, column = self.table(name), stored(column)
        found = table.columns.get(column)
        if found is None:
            if table.whole:
                self.note(Remark.CLASH, f"`{table.name}` has no column `{column}`", table.name)
            found = Column(column, UNSURE, UNSURE, UNSURE, UNSURE, UNSURE, UNSURE)
            self.assumptions.append(Assumption(table.name, column))
            self.put_column(table.name, found)
        return found

    def put_column(self, name: Name, column: Column) -> None:
        """Set what is known of a column."""
        table = self.table(name)
        self.change(table, columns=_with(table.columns, {column.name: column}))

    def change_column(self, name: Name, column: str, **values: Any) -> None:
        """Replace attributes of a column."""
        self.put_column(name, replace(self.column(name, column), **values))

    def add_column(self, name: Name, column: Column, *, if_not_exists: bool = False) -> None:
        """Add a column at the end of a table."""
        table = self.table(name)
        if column.name in table.columns:
            if if_not_exists:
                return
            self.note(Remark.CLASH, f"`{table.name}` already has a column `{column.name}`", table.name)
        elif if_not_exists and not table.whole:
            self.note(Remark.DOUBT, f"`{table.name}` may have a column `{column.name}` already", table.name)
        no_value = column.default in {None, "NULL"} and column.generated is None
        if column.null is False and no_value:
            self._checks_rows(
                table.name, f"`{table.name}` holds any, for `{column.name}` is NOT NULL without a default"
            )
        self.put_column(table.name, column)

    def drop_column(self, name: Name, column: str, *, if_exists: bool = False, cascade: bool = False) -> None:
        """Drop a column with the indexes and constraints that use it."""
        table, column = self.table(name), stored(column)
        if if_exists and column not in table.columns:
            if not table.whole:
                self.note(Remark.DOUBT, f"`{table.name}` may or may not have a column `{column}`", table.name)
            return
        self.column(table.name, column)
        for other in list(self.tables.values()):
            for foreign in [one for one in _foreign_keys(other) if one.target == table.name]:
                if column in (foreign.target_columns or table.primary_key) and other.name != table.name:
                    if not cascade:
                        text = f"`{table.name}.{column}` is dropped while `{foreign.name}` refers to it"
                        self.note(Remark.CLASH, text, table.name)
                    self.drop_constraint(other.name, foreign.name)
        table = self.table(table.name)
        if table.name not in self.fresh:
            self.note(Remark.LOSS, f"the values of `{table.name}.{column}`", table.name)
        self.change(
            table,
            columns={name: one for name, one in table.columns.items() if name != column},
            indexes={name: one for name, one in table.indexes.items() if not index_uses(one, column)},
            constraints={name: one for name, one in table.constraints.items() if not constraint_uses(one, column)},
        )

    def rename_column(self, name: Name, column: str, to: str) -> None:
        """Rename a column, also where indexes and constraints name it."""
        table, old, new = self.table(name), self.column(name, column), stored(to)
        table = self.table(name)
        if new in table.columns:
            self.note(Remark.CLASH, f"`{table.name}` already has a column `{new}`", table.name)
        renaming = {old.name: new}
        columns = {
            renaming.get(one.name, one.name): replace(one, name=new) if one.name == old.name else one
            for one in table.columns.values()
        }
        indexes = {name: _index_renamed(one, old.name, new) for name, one in table.indexes.items()}
        constraints = {name: _constraint_renamed(one, old.name, new) for name, one in table.constraints.items()}
        self.change(table, columns=columns, indexes=indexes, constraints=constraints)
        for other in list(self.tables.values()):
            keys = {
                one.name: replace(
                    one, target_columns=tuple(renaming.get(column, column) for column in one.target_columns)
                )
                for one in _foreign_keys(other)
                if one.target == table.name
            }
            if keys:
                self.change(other, constraints=_with(other.constraints, keys))

    def change_type(self, name: Name, column: str, kind: Any, *, using: bool = False) -> None:
        """Change a column's type, if PostgreSQL can."""
        old = self.column(name, column)
        where = f"`{key(name)}.{old.name}`"
        if isinstance(old.type, str) and isinstance(kind, str) and not using:
            if castable(old.type, kind) is False:
                self.note(Remark.CLASH, f"{where} cannot be cast from {old.type} to {kind} without USING", key(name))
            elif narrows(old.type, kind):
                self._checks_rows(key(name), f"{where} holds a value of {old.type} that {kind} cannot")
        elif isinstance(old.type, str) and isinstance(kind, str) and castable(old.type, kind) is not True:
            self._checks_rows(key(name), f"{where} holds a value that does not become {kind}")
        if old.type != kind:
            self._in_use(key(name), old.name)
        self.put_column(name, replace(old, type=kind))

    def set_null(self, name: Name, column: str, *, null: bool) -> None:
        """Set or drop NOT NULL."""
        old = self.column(name, column)
        if not null and old.null is True:
            self._checks_rows(key(name), f"`{key(name)}.{old.name}` holds a NULL")
        self.put_column(name, replace(old, null=null))

    # --- indexes ------------------------------------------------------------------------------------------------

    def owner_of_index(self, name: Name, table: Name | None = None) -> Table | None:
        """Return the table that has an index of that name; *table* is looked at first."""
        first = self.tables.get(key(table)) if table else None
        if first and (stored(name.name) in first.indexes or stored(name.name) in first.constraints):
            return first
        prefix = key(name).prefix
        owners = (one for one in self.tables.values() if one.name.prefix == prefix)
        return next((one for one in owners if stored(name.name) in one.indexes), first)

    def add_index(self, table: Name, index: Index, *, if_not_exists: bool = False) -> None:
        """Add an index; its name is unique among all tables of the schema."""
        found = self.table(table)
        for column in _plain_columns(index):
            if column not in found.columns:
                self.column(table, column)
        found = self.table(table)
        holder = self.owner_of_index(Name(found.name.prefix, index.name), table)
        if holder and index.name in holder.indexes:
            if if_not_exists:
                return
            self.note(Remark.CLASH, f"an index `{index.name}` is already there", found.name)
        elif if_not_exists and not found.whole:
            self.note(Remark.DOUBT, f"an index `{index.name}` may have been there before", found.name)
        if index.unique is True:
            self._checks_rows(found.name, f"`{index.name}` finds doubles")
        self.change(found, indexes=_with(found.indexes, {index.name: index}))

    def drop_index(self, name: Name, table: Name | None = None, *, if_exists: bool = False) -> None:
        """Drop an index, wherever it is."""
        index, holder = stored(name.name), self.owner_of_index(name, table)
        if holder and index in holder.indexes:
            self.change(holder, indexes={at: one for at, one in holder.indexes.items() if at != index})
        elif if_exists:
            if not self.whole or (holder and not holder.whole):
                self.note(Remark.DOUBT, f"an index `{index}` may or may not be there", holder.name if holder else None)
        elif holder and index in holder.constraints:
            self.note(Remark.CLASH, f"`{index}` is the index of a constraint", holder.name)
        elif table is None:
            self.note(Remark.DOUBT, f"which table has the index `{index}` is not known")
        else:
            if self.table(table).whole:
                self.note(Remark.CLASH, f"`{key(table)}` has no index `{index}`", key(table))
            self.assumptions.append(Assumption(key(table), index=index))

    def rename_index(self, name: Name, to: str, table: Name | None = None) -> None:
        """Rename an index."""
        old, new, holder = stored(name.name), stored(to), self.owner_of_index(name, table)
        if holder is None or old not in holder.indexes:
            self.note(Remark.DOUBT, f"the index `{old}` is not known")
            return
        indexes = {
            new if at == old else at: replace(one, name=new) if at == old else one for at, one in holder.indexes.items()
        }
        self.change(holder, indexes=indexes)

    # --- constraints --------------------------------------------------------------------------------------------

    def add_constraint(self, table: Name, constraint: Constraint) -> None:
        """Add a constraint; a primary key makes its columns NOT NULL."""
        found = self.table(table)
        if constraint.name in found.constraints:
            self.note(Remark.CLASH, f"`{found.name}` already has a constraint `{constraint.name}`", found.name)
        elif isinstance(constraint, PrimaryKey) and found.primary_key:
            self.note(Remark.CLASH, f"`{found.name}` already has a primary key", found.name)
        if not isinstance(constraint, Check | ForeignKey) or constraint.validated:
            self._checks_rows(found.name, f"`{constraint.name}` finds rows that it refuses")
        self.change(found, constraints=_with(found.constraints, {constraint.name: constraint}))
        if isinstance(constraint, PrimaryKey):
            for column in constraint.columns:
                self.change_column(table, column, null=False)

    def drop_constraint(self, table: Name, name: str, *, if_exists: bool = False) -> None:
        """Drop a constraint of a table."""
        found, name = self.table(table), stored(name)
        if name in found.constraints:
            self.change(found, constraints={at: one for at, one in found.constraints.items() if at != name})
        elif if_exists:
            if not found.whole:
                self.note(Remark.DOUBT, f"`{found.name}` may or may not have a constraint `{name}`", found.name)
        else:
            if found.whole:
                self.note(Remark.CLASH, f"`{found.name}` has no constraint `{name}`", found.name)
            self.assumptions.append(Assumption(found.name, constraint=name))

    def rename_constraint(self, table: Name, name: str, to: str) -> None:
        """Rename a constraint."""
        found, old, new = self.table(table), stored(name), stored(to)
        if old not in found.constraints:
            self.assumptions.append(Assumption(found.name, constraint=old))
        one = replace(found.constraints.get(old, SomeConstraint(old)), name=new)
        rest = {at: other for at, other in found.constraints.items() if at != old}
        self.change(found, constraints={**rest, new: one})

    # --- other things -------------------------------------------------------------------------------------------

    def put_thing(self, thing: Thing) -> None:
        """Make or replace an object that is no table."""
        self.things[thing.kind, thing.table, thing.name] = replace(thing, version=self.start.version)

    def drop_thing(self, at: ThingKey, *, if_exists: bool = False) -> None:
        """Drop an object that is no table."""
        if self.things.pop(at, None) is None and (not self.whole or not if_exists):
            self.note(Remark.DOUBT, f"the {at[0].value} `{at[2]}` was not made by a migration that we could read")

    def _checks_rows(self, name: Name, text: str) -> None:
        """Note what may keep an index or a constraint from being made; a fresh table has no rows."""
        if name not in self.fresh:
            self.note(Remark.ROWS, text, name)

    def _drop_users(self, name: Name, *, cascade: bool) -> None:
        users = [
            at
            for at, thing in self.things.items()
            if name in thing.uses and thing.kind in {Kind.VIEW, Kind.MATERIALIZED_VIEW}
        ]
        for at in users:
            if not cascade:
                self.note(Remark.CLASH, f"`{name}` is dropped while the view `{at[2]}` uses it", name)
            del self.things[at]

    def _in_use(self, name: Name, column: str) -> None:
        """Note the views that may keep a column from changing its type."""
        for thing in self.things.values():
            if name in thing.uses and isinstance(thing.definition, str) and mentions(thing.definition, column):
                self.note(Remark.DOUBT, f"the {thing.kind.value} `{thing.name}` may use `{name}.{column}`", name)


def index_uses(index: Index, column: str) -> bool:
    """Tell whether *index* goes when *column* is dropped."""
    parts = () if index.columns is UNSURE else index.columns
    return any(mentions(part, column) for part in (*parts, *index.include, index.where))


def constraint_uses(constraint: Constraint, column: str) -> bool:
    """Tell whether *constraint* goes when *column* of its table is dropped."""
    match constraint:
        case Check(expression=sql) | Exclusion(using=sql):
            return mentions(sql, column)
        case PrimaryKey(columns=columns) | Unique(columns=columns) | ForeignKey(columns=columns):
            return column in columns
        case SomeConstraint():
            return False


def _refers(constraint: Constraint, table: Name) -> bool:
    return isinstance(constraint, ForeignKey) and constraint.target == table


def _foreign_keys(table: Table) -> Iterable[ForeignKey]:
    return [one for one in table.constraints.values() if isinstance(one, ForeignKey)]


def _plain_columns(index: Index) -> Iterable[str]:
    parts = () if index.columns is UNSURE else index.columns
    return [part.split('"')[1] for part in parts if part.startswith('"') and part.count('"') == len('""')]


def _with(items: Mapping[str, Value], more: Mapping[str, Any]) -> Mapping[str, Value]:
    return {**items, **more}


def _index_renamed(index: Index, column: str, to: str) -> Index:
    parts = (
        index.columns if index.columns is UNSURE else tuple(renamed(part, column, to) or "" for part in index.columns)
    )
    include = tuple(renamed(part, column, to) or "" for part in index.include)
    return replace(
        index,
        columns=parts,
        include=include,
        where=renamed(index.where, column, to),
        sql=None if index.sql is None else renamed(index.sql, column, to),
    )


def _constraint_renamed(constraint: Constraint, column: str, to: str) -> Constraint:
    match constraint:
        case Check():
            return replace(constraint, expression=renamed(constraint.expression, column, to) or "")
        case Exclusion():
            return replace(constraint, using=renamed(constraint.using, column, to) or "")
        case PrimaryKey() | Unique() | ForeignKey():
            return replace(constraint, columns=tuple(to if one == column else one for one in constraint.columns))
        case SomeConstraint():
            return constraint
