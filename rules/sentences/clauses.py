"""What the grammar's clauses come to: tables, and columns that are made, go, or get other names."""

from dataclasses import replace
from typing import Any

from rules.sentences import doing, objects
from rules.sentences.columns import NewColumn, column, reference_to
from rules.sentences.grammar import Rejected
from rules.sentences.intent import Action
from rules.sentences.said import SAME, Clause, Clauses, Column, Every, Spoken, Tables, Target, split_place
from rules.sentences.traits import Said, Trait, flat, one_of


def scoped(target: Target, clauses: Clauses) -> Clauses:
    """Read a sentence that says first what it is about."""
    return tuple(clause if clause.target else replace(clause, target=target) for clause in clauses)


def clauses(*several: Clause | Clauses) -> Clauses:
    """Clauses one after the other; tables at the end may be those of all of them."""
    return tuple(one for clause in several for one in ([clause] if isinstance(clause, Clause) else clause))


def tables(*names: Spoken) -> Tables:
    """Tables by their names."""
    return Tables(names)


def one_table(name: Spoken) -> Tables:
    """Read a table by its name."""
    return Tables((name,))


def each(of: Tables) -> Tables:
    """Both, or all, of these tables."""
    return replace(of, each=True)


def respectively(of: Tables) -> Tables:
    """One table for each clause."""
    return replace(of, each=False)


def dotted_table(name: Column) -> Spoken:
    """Read a table in a schema of its own."""
    if name.table is None or name.name is None:
        raise Rejected
    return Spoken(f"{name.table.text}.{name.name.text}")


def every_but(names: tuple[Spoken, ...]) -> Every:
    """All tables but some."""
    return Every(but=names)


def every_having(names: tuple[Spoken, ...]) -> Every:
    """All tables with some columns."""
    return Every(having=names)


def every_lacking(names: tuple[Spoken, ...]) -> Every:
    """All tables without some columns."""
    return Every(lacking=names)


def names(*several: Any) -> tuple[Any, ...]:
    """Names one after the other."""
    return several


def first(value: Any, _other: Any) -> Any:
    """Read the first of two things, which says all."""
    return value


def last(_other: Any, value: Any) -> Any:
    """Read the last of two things, which says all."""
    return value


def create(name: Spoken, parts: tuple[Any, ...] = ()) -> Clause:
    """Read a new table."""
    shared = tuple(part.value for part in parts if isinstance(part, Trait) and part.field == "all")
    made = tuple(column(part, shared) if shared and isinstance(part, NewColumn) else part for part in parts)
    return Clause(doing.create, (name, made), placed=False)


def create_two(name: Spoken, other: Spoken, parts: tuple[Any, ...] = ()) -> Clauses:
    """Read two new tables, perhaps with the same columns."""
    return create(name, parts), create(other, parts)


def create_each(name: Spoken, _row: Spoken, parts: tuple[Any, ...]) -> Clause:
    """Read a new table, of which it is said what each row has."""
    return create(name, parts)


def create_flagged(name: Spoken, flag: Trait, parts: tuple[Any, ...] = ()) -> Clause:
    """Read a new table, of which is said first what it has not, or has as others."""
    return create(name, (*parts, flag))


def create_belonging(name: Spoken, of: Tables, parts: tuple[Any, ...] = ()) -> Clause:
    """Read a new table whose rows belong to others."""
    return create(name, (*map(reference_to, of.names), *parts))


def more(parts: tuple[Any, ...]) -> Clause:
    """More of a table that was spoken of: "it has …", "each has …"."""
    return Clause(doing.more, (parts,), SAME)


def join(of: Tables) -> Clause:
    """Read a table that joins two others."""
    return Clause(doing.join, (of.names, None), placed=False)


def join_named(first: Any, second: Any) -> Clause:
    """Read a table that joins two others, and has a name of its own."""
    name, of = (first, second) if isinstance(first, Spoken) else (second, first)
    return Clause(doing.join, (of.names, name), placed=False)


def join_other(of: Tables, other: Spoken) -> Clause:
    """Read a table that joins two others: "posts have and belong to many tags"."""
    return Clause(doing.join, ((*of.names, other), None), placed=False)


def group(columns: tuple[NewColumn, ...], target: Target | None = None, *details: Said) -> Clause:
    """Read new columns of a table, and what is said of all of them."""
    traits = flat(details)
    return Clause(doing.add, (tuple(replace(one, traits=(*one.traits, *traits)) for one in columns),), target)


def group_values(column: NewColumn, target: Target, values: tuple[str, ...]) -> Clause:
    """Read a new enum, its values behind the tables."""
    return group((column,), target, one_of(values))


def have(target: Target, columns: tuple[NewColumn, ...]) -> Clause:
    """Columns that a table must have, which are there perhaps without being so."""
    return Clause(doing.have, (columns,), target)


def stamp(target: Target | None = None) -> Clause:
    """Timestamps for a table."""
    return Clause(doing.stamp, (), target)


def unstamp(target: Target | None = None) -> Clause:
    """No timestamps any more for a table."""
    return Clause(doing.unstamp, (), target)


def belong(target: Target, table: Spoken, action: Action | None = None) -> Clause:
    """Rows that belong to rows of another table."""
    return Clause(doing.refer, (None, table, None, action), target)


def belong_two(target: Target, one: Spoken, other: Spoken) -> Clauses:
    """Rows that belong to rows of two other tables."""
    return belong(target, one), belong(target, other)


def dependents(table: Spoken, of: Tables) -> Clauses:
    """Rows that go with the row to which they belong."""
    return tuple(Clause(doing.cascade, (table,), Tables((name,))) for name in of.names)


def has_many(target: Target, table: Spoken) -> Clause:
    """Rows of another table that belong to these."""
    if not isinstance(target, Tables) or len(target.names) > 1:
        raise Rejected
    return belong(Tables((table,)), target.names[0])


def removal(olds: tuple[Column, ...], target: Target | None = None) -> Clause:
    """Columns that go."""
    return Clause(doing.remove, (olds,), target)


def drop_tables(*several: Spoken) -> Clauses:
    """Tables that go."""
    return tuple(Clause(doing.drop_table, (name,), placed=False) for name in several)


def renaming(old: Column, *rest: Any) -> Clause:
    """Read a new name, with a table or without."""
    name, target = split_place(rest)
    return Clause(doing.rename, (old, name), target)


def bare_name(name: Column) -> Spoken:
    """Read a new name that has its table before it."""
    if name.name is None:
        raise Rejected
    return name.name


def rename(renamings: Clause | Clauses, target: Target | None = None) -> Clauses:
    """One new name or several, of columns of the same tables."""
    return tuple(clause if clause.target else replace(clause, target=target) for clause in clauses(renamings))


def rename_pairs(olds: tuple[Column, ...], to: tuple[Spoken, ...], target: Target | None = None) -> Clauses:
    """As many new names as old ones."""
    if len(olds) != len(to):
        raise Rejected
    return tuple(Clause(doing.rename, (old, name), target) for old, name in zip(olds, to, strict=True))


def rename_table(table: Spoken, name: Spoken) -> Clause:
    """Read a new name for a table."""
    return Clause(doing.rename_table, (table, name), placed=False)


def rename_index(name: Spoken, to: Spoken, target: Target | None = None) -> Clause:
    """Read a new name for an index."""
    return Clause(objects.rename_index, (name, to), target)


def create_enum(name: Spoken, values: tuple[str, ...]) -> Clause:
    """Read a type with values."""
    return Clause(objects.create_enum, (name, values), placed=False)


def extension(name: Spoken) -> Clause:
    """Read an extension."""
    return Clause(objects.add_extension, (name,), placed=False)


def extensions(*names: Spoken) -> Clauses:
    """Read extensions that are known by their names alone."""
    if any(objects.extension_name(name) not in objects.EXTENSIONS for name in names):
        raise Rejected
    return tuple(map(extension, names))


def drop_extension(name: Spoken) -> Clause:
    """Read an extension that goes."""
    return Clause(objects.drop_extension, (name,), placed=False)
