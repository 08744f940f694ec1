"""From clauses to intents: what is meant, once it is known which tables and columns there are."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from rules.rewrite.names import identifier
from rules.schema.model import ForeignKey
from rules.sentences.columns import NewColumn
from rules.sentences.conditions import Tail, compared, operand
from rules.sentences.intent import (
    Action,
    AddCheck,
    AddColumns,
    AddForeignKey,
    AddIndex,
    AddTimestamps,
    AllowValues,
    Backfill,
    ChangeType,
    ColumnIntent,
    CreateTable,
    DropDefault,
    DropTable,
    Empty,
    Intent,
    Meaning,
    OtherColumn,
    Part,
    Refers,
    RemoveColumns,
    RenameColumn,
    RenameTable,
    SetDefault,
    SetOptional,
    SetRequired,
    Sql,
)
from rules.sentences.names import POINTERS, Place, Senseless, Unknown, column_of, new_name, plural, singular
from rules.sentences.said import Column, Formula, Spoken
from rules.sentences.traits import Sized, Target, Trait, Traits, traits_of
from rules.sql.names import Name

STAMPS = frozenset({"inserted_at", "updated_at"})


# ----------------------------------------------------------------------------------------------------------- tables


def create(place: Place, spoken: Spoken, parts: tuple[Any, ...]) -> Iterator[Intent]:
    """Create a table; one in the singular gets the plural that tables have in Ecto."""
    name = _table_name(place, spoken)
    here = replace(place, at=name)
    columns = tuple(part for part in parts if isinstance(part, NewColumn))
    made = [_column(here, column) for column in columns]
    said = tuple(part for part in parts if isinstance(part, Trait))
    keys = {key.identifier for names in traits_of("keyed_by", said) for key in names}
    stamped = {one.name for one in made if one.type in {None, Meaning.MOMENT}} >= STAMPS
    own_key = next((one.type for one in made if one.name == "id"), None)
    kept = tuple(
        replace(one, key=one.key or one.name in keys)
        for one in made
        if not (one.name == "id" or (stamped and one.name in STAMPS))
    )
    kept += tuple(ColumnIntent(key, key=True) for key in sorted(keys - {one.name for one in kept}))
    yield CreateTable(
        name,
        kept,
        keyed=next(traits_of("keyed", said), None),
        key_type=next((kind.type for kind in traits_of("key_type", said)), None if own_key is Meaning.KEY else own_key),
        timestamps=True if stamped else next(traits_of("stamped", said), None),
        unique=(
            *(tuple(_part_name(here, kept, one) for one in group) for group in traits_of("unique_on", said)),
            *([_all_together(kept)] if any(traits_of("unique_all", said)) else []),
        ),
    )
    for column in columns:
        yield from _more(here, column, _column(here, column).name)


def _table_name(place: Place, spoken: Spoken) -> Name:
    name = new_name(spoken)
    if (
        not spoken.quoted
        and plural(name.name) != name.name
        and name.name not in {one.name for one in place.schema.tables}
    ):
        place.notes.append(
            f"The table is called `{plural(name.name)}`, in the plural; put the name in quotes to keep it."
        )
        name = replace(name, name=plural(name.name))
    if name in place.schema.tables:
        place.doubt(f"There is a table `{name}` already.")
    return name


def _all_together(columns: tuple[ColumnIntent, ...]) -> tuple[str, ...]:
    """Return the columns that refer, or all columns if fewer than two do."""
    referring = tuple(one.name for one in columns if one.references is not None)
    return referring if len(referring) > 1 else tuple(one.name for one in columns)


def _part_name(place: Place, columns: tuple[ColumnIntent, ...], spoken: Spoken) -> str:
    found = column_of([one.name for one in columns], spoken)
    if found is None:
        raise Unknown("column", spoken.identifier, [one.name for one in columns], place.at)
    return found


def more(place: Place, parts: tuple[Any, ...]) -> Iterator[Intent]:
    """Add columns to a table that was spoken of."""
    columns = tuple(part for part in parts if isinstance(part, NewColumn))
    if columns:
        yield from add(place, columns)
    if any(traits_of("stamped", tuple(part for part in parts if isinstance(part, Trait)))):
        yield AddTimestamps(place.name)


def join(place: Place, tables: tuple[Spoken, ...], spoken: Spoken | None) -> Iterator[Intent]:
    """Create a table that joins two others."""
    if len(tables) != 2:  # noqa: PLR2004 - one for each side
        raise Senseless
    one, other = (place.other(table) for table in tables)
    name = Name(one.prefix, f"{one.name}_{other.name}") if spoken is None else new_name(spoken)
    columns = tuple(
        ColumnIntent(f"{singular(to.name)}_id", references=Refers(to, on_delete=None), null=False)
        for to in (one, other)
    )
    yield CreateTable(name, columns, unique=(tuple(column.name for column in columns),), joins=True)


def drop_table(place: Place, spoken: Spoken) -> Iterator[Intent]:
    """Drop a table."""
    yield DropTable(place.other(spoken))


def rename_table(place: Place, spoken: Spoken, to: Spoken) -> Iterator[Intent]:
    """Rename a table."""
    yield RenameTable(place.other(spoken), to.identifier)


def stamp(place: Place) -> Iterator[Intent]:
    """Add timestamps."""
    yield AddTimestamps(place.name)


def unstamp(place: Place) -> Iterator[Intent]:
    """Remove timestamps."""
    yield RemoveColumns(place.name, tuple(place.column(Spoken(name)) for name in ("inserted_at", "updated_at")))


# ------------------------------------------------------------------------------------------------------ new columns


def add(place: Place, columns: tuple[NewColumn, ...]) -> Iterator[Intent]:
    """Add columns to a table that is there; of many tables, those that have them already are passed over."""
    made = [_column(place, column) for column in columns]
    if place.every:
        made = [one for one in made if one.name not in place.table.columns and not _refers_to_itself(place, one)]
        if not made:
            place.notes.append(f"`{place.name}` is left as it is.")
            return
    for one in made:
        if one.name in place.table.columns:
            place.doubt(f"`{place.name}` has `{one.name}` already.")
    yield AddColumns(place.name, tuple(made))
    for column, one in zip(columns, made, strict=False):
        yield from _more(place, column, one.name)


def _refers_to_itself(place: Place, column: ColumnIntent) -> bool:
    """Tell whether a column for all tables leads to this one: `tenant_id` has no place in `tenants`."""
    return column.name == f"{singular(place.name.name)}_id"


def have(place: Place, columns: tuple[NewColumn, ...]) -> Iterator[Intent]:
    """Give a table columns; those that it has already get their traits, or are required."""
    if place.every:
        yield from add(place, columns)
        return
    there = [one for one in columns if one.name is not None and place.has(one.name)]
    for column in there:
        yield from make(place, Column(column.name), column.traits or (Trait("null", value=False),))
    rest = tuple(one for one in columns if one not in there)
    if rest:
        yield from add(place, rest)


def _column(place: Place, new: NewColumn) -> ColumnIntent:
    traits = {trait.field: trait.value for trait in new.traits}
    kind: Sized = traits.get("type") or Sized(None)  # type: ignore[arg-type]  # no type was said
    to: Target | None = traits.get("references")
    on_delete: Action | None = traits.get("on_delete")
    name = _name(place, new, to)
    scale = traits.get("scale", kind.scale)
    return ColumnIntent(
        name,
        kind.type,
        traits.get("null"),
        None if traits.get("default") is Empty.NULL else traits.get("default"),
        unique=bool(traits.get("unique")),
        indexed=traits.get("indexed"),
        references=None if to is None else _reference(place, to, on_delete),
        length=traits.get("length", kind.length),
        precision=traits.get("precision", kind.precision),
        scale=scale,
        check=traits.get("check_sql") or _checks(name, [trait.value for trait in new.traits if trait.field == "check"]),
        values=traits.get("values", ()),
        native=bool(traits.get("native")),
        key=bool(traits.get("key")),
    )


def _name(place: Place, new: NewColumn, to: Target | None) -> str:
    if new.name is None:
        if to is None:
            raise Senseless
        return f"{singular(_other(place, to.table).name)}_id"
    name = new.name.identifier
    named = to is None or new.name.quoted or name.endswith(POINTERS)
    return name if named else f"{name}_id"


def _other(place: Place, spoken: Spoken) -> Name:
    """Return another table; the one that is being created refers to itself by its own name."""
    own = place.at
    if own is not None and own not in place.schema.tables and spoken.identifier in {own.name, singular(own.name)}:
        return own
    return place.other(spoken)


def _reference(place: Place, to: Target, on_delete: Action | None) -> Refers:
    return Refers(_other(place, to.table), None if to.column is None else to.column.identifier, on_delete)


def _checks(name: str, tails: list[Tail]) -> str | None:
    """Return checks of a new column as SQL; they may speak of no other column, which may be new as well."""
    if not tails:
        return None
    formulas = [compared(operand(Column(Spoken(name, quoted=True))), tail) for tail in tails]
    return " AND ".join(
        "".join(part if isinstance(part, str) else identifier(_spoken(part)) for part in formula.parts)
        for formula in formulas
    )


def _spoken(column: Column) -> str:
    if column.name is None:
        raise Senseless
    return column.name.identifier


def _more(place: Place, new: NewColumn, name: str) -> Iterator[Intent]:
    """Yield what a new column needs beside itself."""
    for names in traits_of("unique_within", new.traits):
        yield AddIndex(place.name, (*_within(place, names), name), unique=True)
    for _ in traits_of("unique_nocase", new.traits):
        yield AddIndex(place.name, (Sql(f"lower({identifier(name)})"),), unique=True)


def _within(place: Place, names: tuple[Spoken, ...]) -> tuple[str, ...]:
    table = place.schema.tables.get(place.name)
    return tuple(f"{one.identifier}_id" if table is None else place.column(one) for one in names)


# --------------------------------------------------------------------------------------------- columns that are there


def remove(place: Place, olds: tuple[Column, ...]) -> Iterator[Intent]:
    """Remove columns."""
    yield RemoveColumns(place.name, place.columns(olds))


def rename(place: Place, old: Column, to: Spoken) -> Iterator[Intent]:
    """Rename a column."""
    yield RenameColumn(place.name, place.column(old), to.identifier)


def make(place: Place, old: Column, traits: Traits) -> Iterator[Intent]:
    """Give columns that are there traits."""
    for name in place.columns((old,)):
        yield from _typed(place, name, traits)
        for trait in traits:
            yield from _made(place, name, trait, traits)


def _typed(place: Place, name: str, traits: Traits) -> Iterator[Intent]:
    said = {trait.field: trait.value for trait in traits}
    kind: Sized = said.get("type") or Sized(None)  # type: ignore[arg-type]  # no type was said
    length, precision = said.get("length", kind.length), said.get("precision", kind.precision)
    scale = said.get("scale", kind.scale)
    if any(one is not None for one in (kind.type, length, precision, scale)):
        yield ChangeType(place.name, name, kind.type, length, precision, scale)


def _made(place: Place, name: str, trait: Trait, traits: Traits) -> Iterator[Intent]:
    table, value = place.name, trait.value
    match trait.field:
        case "null":
            yield SetOptional(table, name) if value else SetRequired(table, name)
        case "unique":
            yield AddIndex(table, (name,), unique=True)
        case "unique_nocase":
            yield AddIndex(table, (nocase(place, name),), unique=True)
        case "unique_within":
            yield AddIndex(table, (*_within(place, value), name), unique=True)
        case "indexed":
            yield AddIndex(table, (name,))
        case _:
            yield from _restricted(place, name, trait, traits)


def _restricted(place: Place, name: str, trait: Trait, traits: Traits) -> Iterator[Intent]:
    table, value = place.name, trait.value
    match trait.field:
        case "default":
            yield DropDefault(table, name) if value is Empty.NULL else SetDefault(table, name, value)
        case "values":
            yield AllowValues(table, name, value, native=any(traits_of("native", traits)))
        case "check_sql":
            yield AddCheck(table, value)
        case "check":
            yield AddCheck(table, place.sql(compared(operand(Column(Spoken(name, quoted=True))), value)))
        case "references":
            yield AddForeignKey(table, name, _reference(place, value, next(traits_of("on_delete", traits), None)))
        case "on_delete" if not any(traits_of("references", traits)):
            key = place.table.foreign_key(name)
            to = place.other(Spoken(name.removesuffix("_id"))) if key is None else key.target
            yield AddForeignKey(table, name, Refers(to, on_delete=value))
        case _:
            pass


def nocase(place: Place, name: str) -> Part:
    """Return what makes a column equal in small and capital letters."""
    column = place.table.columns.get(name)
    return name if column is not None and column.type == "citext" else Sql(f"lower({identifier(name)})")


def drop_default(place: Place, old: Column) -> Iterator[Intent]:
    """Take defaults away."""
    for name in place.columns((old,)):
        yield DropDefault(place.name, name)


def refer(
    place: Place, column: Column | Spoken | None, table: Spoken, at: Spoken | None, action: Action | None
) -> Iterator[Intent]:
    """Let a column refer to a table: one that is there, or a new one."""
    to = _reference(place, Target(table, at), action)
    spoken = column.name if isinstance(column, Column) else column
    name = f"{singular(to.table.name)}_id" if spoken is None else spoken.identifier
    known = column_of(place.table.columns, Spoken(name)) if isinstance(column, Column) or spoken is None else None
    if isinstance(column, Column) and column.name is None:
        known = place.column(column)
    if known is not None:
        yield AddForeignKey(place.name, known, to)
    else:
        name = name if name.endswith(POINTERS) else f"{name}_id"
        yield AddColumns(place.name, (ColumnIntent(name, references=to),))


def cascade(place: Place, spoken: Spoken) -> Iterator[Intent]:
    """Let rows go with the row of another table to which they belong."""
    to = place.other(spoken)
    keys = [one for one in place.table.constraints.values() if isinstance(one, ForeignKey) and one.target == to]
    column = keys[0].columns[0] if len(keys) == 1 else place.column(Spoken(f"{singular(to.name)}_id"))
    yield AddForeignKey(place.name, column, Refers(to, on_delete="delete_all"))


def refer_by_name(place: Place, spoken: Spoken, action: Action | None) -> Iterator[Intent]:
    """Let a column refer to the table after which it is named, which is another."""
    table = Spoken(spoken.identifier.removesuffix("_id"))
    if place.other(table) == place.name:
        raise Senseless
    yield from refer(place, Column(spoken), table, None, action)


# -------------------------------------------------------------------------------------------------------------- rows


def backfill(
    place: Place, sets: tuple[tuple[Column, Any], ...], where: Formula | None, batch: int | None
) -> Iterator[Intent]:
    """Fill columns of rows that are there."""
    found = tuple((place.column(old), _filling(place, value)) for old, value in sets)
    here = replace(place, it=(found[0][0],))
    yield Backfill(place.name, found, None if where is None else here.sql(where), batch)


def _filling(place: Place, value: Any) -> Any:
    return OtherColumn(place.column(value)) if isinstance(value, Column) else value
