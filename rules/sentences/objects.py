"""From clauses to intents: indexes, constraints, types and extensions."""

from collections.abc import Iterator
from dataclasses import replace
from difflib import get_close_matches
from typing import Any, Final

from rules.rewrite.names import identifier
from rules.schema.model import Check, ForeignKey, Index, Table
from rules.schema.text import mentions
from rules.sentences import doing
from rules.sentences.grammar import Rejected
from rules.sentences.intent import (
    AddCheck,
    AddExclusion,
    AddExtension,
    AddIndex,
    AddValues,
    CreateEnum,
    DropConstraint,
    DropExtension,
    DropForeignKey,
    DropIndex,
    Intent,
    Part,
    RenameIndex,
    SetRequired,
    Sql,
)
from rules.sentences.names import Place, Senseless, Unknown, among, new_name
from rules.sentences.said import Clause, Column, Formula, Spoken, Tables
from rules.sentences.traits import Target, Traits, traits_of
from rules.sql.effects import Kind

EXTENSIONS: Final = frozenset(
    [
        "btree_gin",
        "btree_gist",
        "citext",
        "cube",
        "earthdistance",
        "fuzzystrmatch",
        "hstore",
        "intarray",
        "isn",
        "ltree",
        "pageinspect",
        "pg_cron",
        "pg_stat_statements",
        "pg_trgm",
        "pgcrypto",
        "pgstattuple",
        "postgis",
        "postgres_fdw",
        "tablefunc",
        "timescaledb",
        "unaccent",
        "uuid-ossp",
        "vector",
        "xml2",
        "dict_int",
        "lo",
        "seg",
        "pgvector",
        "pg_partman",
        "pg_buffercache",
    ]
)
CALLED: Final = {
    "trigram": "pg_trgm",
    "trigrams": "pg_trgm",
    "uuid": "uuid-ossp",
    "uuid_ossp": "uuid-ossp",
    "case_insensitive_text": "citext",
    "pgvector": "vector",
    "trgm": "pg_trgm",
}
STARTS: Final = (("starts", "ends"), ("start", "end"), ("started", "ended"), ("begins", "ends"))
PERIODS: Final = (  # columns where a period begins and ends
    *((f"{start}_{end}", f"{stop}_{end}") for start, stop in STARTS for end in ("at", "on", "date", "time")),
    ("valid_from", "valid_to"),
    ("valid_from", "valid_until"),
    ("check_in", "check_out"),
    ("from_date", "to_date"),
)
RANGES: Final = {
    "date": "daterange",
    "timestamp with time zone": "tstzrange",
    "integer": "int4range",
    "bigint": "int8range",
    "numeric": "numrange",
}


# ---------------------------------------------------------------------------------------------------------- indexes


def index(place: Place, traits: Traits) -> Iterator[Intent]:
    """Add an index, or one for each column."""
    said = {trait.field: trait.value for trait in traits if trait.field != "parts"}
    parts = tuple(_part(place, part, said) for part in _parts(traits))
    if not parts:
        raise Senseless
    where: Formula | None = said.get("where")
    made = AddIndex(
        place.name,
        parts,
        unique=bool(said.get("unique")),
        where=None if where is None else replace(place, it=_only(parts)).sql(where),
        using="gin" if said.get("trigram") and "using" not in said else said.get("using"),
        include=tuple(place.column(one) for one in said.get("include", ())),
        concurrently=True if said.get("concurrently") else (False if said.get("locking") else None),
        nulls_distinct=False if said.get("nulls") else None,
        name=said["name"].identifier if "name" in said else None,
    )
    if said.get("trigram") and not _installed(place, "pg_trgm"):
        yield AddExtension("pg_trgm")
    apart = said.get("apart") and not said.get("together")
    yield from (replace(made, parts=(part,)) for part in parts) if apart else (made,)


def _parts(traits: Traits) -> tuple[Any, ...]:
    found: list[Any] = []
    for value in traits_of("parts", traits):
        found += [Column(value)] if isinstance(value, Spoken) else value
    return tuple(found)


def _only(parts: tuple[Part, ...]) -> tuple[str, ...]:
    return tuple(part for part in parts if isinstance(part, str))[:1]


def _part(place: Place, part: Any, said: dict[str, Any]) -> Part:
    if isinstance(part, Sql):
        return part
    if isinstance(part, Formula):
        return Sql(place.sql(part))
    name = place.column(part)
    if said.get("nocase"):
        return doing.nocase(place, name)
    suffix = " gin_trgm_ops" if said.get("trigram") else (" DESC" if said.get("descending") else "")
    return Sql(identifier(name) + suffix) if suffix else name


def unique(place: Place, parts: tuple[Any, ...]) -> Iterator[Intent]:
    """Let columns be unique together."""
    found: list[Part] = []
    for part in parts:
        found += place.columns((part,)) if isinstance(part, Column) else (_part(place, part, {}),)
    yield AddIndex(place.name, tuple(found), unique=True)


def drop_index(place: Place, parts: tuple[Any, ...], is_unique: object = None) -> Iterator[Intent]:
    """Drop the index of some columns."""
    found = tuple(_part(place, part, {}) for part in parts)
    names = [one.name for one in _indexes(place.table, found) if one.unique is True or not is_unique]
    yield DropIndex(place.name, found, unique=bool(is_unique), name=names[0] if len(names) == 1 else None)


def _indexes(table: Table, parts: tuple[Part, ...]) -> list[Index]:
    forms = {tuple(identifier(part) if isinstance(part, str) else part.text for part in parts)}
    forms.add(tuple(f'"{part}"' if isinstance(part, str) else part.text for part in parts))
    return [one for one in table.indexes.values() if one.columns in forms]


def drop_index_named(place: Place, spoken: Spoken) -> Iterator[Intent]:
    """Drop an index by its name, or by its only column."""
    table, name = place.table, spoken.identifier
    if name in table.indexes or spoken.text in table.indexes:
        yield DropIndex(place.name, name=name if name in table.indexes else spoken.text)
    elif place.has(spoken):
        yield from drop_index(place, (Column(spoken),))
    else:
        raise Unknown("index", name, table.indexes, place.name)


def rename_index(place: Place, spoken: Spoken, to: Spoken) -> Iterator[Intent]:
    """Rename an index."""
    found = among(spoken.identifier, place.table.indexes)
    if found is None:
        raise Unknown("index", spoken.identifier, place.table.indexes, place.name)
    yield RenameIndex(place.name, found, to.identifier)


# ------------------------------------------------------------------------------------------------------ constraints


def foreign_clause(found: dict[str, Any]) -> Clause:
    """Return the clause of a foreign key of which *found* was said: its column, its table, where it leads."""
    reference: Target | None = found.get("references")
    at, to = found.get("table"), found.get("to")
    if reference is not None:
        at, to = at or to, reference.table
    if to is None:
        at, to = None, at
    if to is None:
        raise Rejected
    column = None if reference is None else reference.column
    place = None if at is None else Tables((at,))
    return Clause(doing.refer, (found.get("source"), to, column, found.get("on_delete")), place)


def drop_foreign(place: Place, old: Column) -> Iterator[Intent]:
    """Drop a foreign key by its column."""
    yield DropForeignKey(place.name, place.column(old))


def drop_foreign_to(place: Place, spoken: Spoken) -> Iterator[Intent]:
    """Drop a foreign key by the table to which it leads."""
    to = place.other(spoken)
    keys = [one for one in place.table.constraints.values() if isinstance(one, ForeignKey) and one.target == to]
    if len(keys) != 1 or len(keys[0].columns) != 1:
        raise Unknown("constraint", f"foreign key to {to}", place.table.constraints, place.name)
    yield DropForeignKey(place.name, keys[0].columns[0])


def check(place: Place, condition: Formula, name: Spoken | None) -> Iterator[Intent]:
    """Add a check; that a column is not NULL is said otherwise."""
    match condition.parts:
        case (Column() as column, " IS NOT NULL") if name is None:
            yield SetRequired(place.name, place.column(column))
            return
        case _:
            pass
    yield AddCheck(place.name, place.sql(condition), None if name is None else name.identifier)


def drop_constraint(place: Place, spoken: Spoken) -> Iterator[Intent]:
    """Drop a constraint by its name, or a check by the only column that it is about."""
    constraints = place.table.constraints
    found = among(spoken.identifier, constraints)
    constraint = None if found is None else constraints[found]
    if isinstance(constraint, ForeignKey) and len(constraint.columns) == 1:
        yield DropForeignKey(place.name, constraint.columns[0])
    elif found is not None:
        yield DropConstraint(place.name, found)
    elif place.has(spoken):
        yield from drop_check_of(place, Column(spoken))
    else:
        raise Unknown("constraint", spoken.identifier, constraints, place.name)


def drop_check_of(place: Place, old: Column) -> Iterator[Intent]:
    """Drop the check that is about a column."""
    name = place.column(old)
    found = [
        one.name
        for one in place.table.constraints.values()
        if isinstance(one, Check) and mentions(one.expression, name)
    ]
    if len(found) != 1:
        raise Unknown("constraint", f"check on {name}", place.table.constraints, place.name)
    yield DropConstraint(place.name, found[0])


def exclude(place: Place, traits: Traits) -> Iterator[Intent]:
    """Add an exclusion constraint."""
    said = {trait.field: trait.value for trait in traits}
    elements: list[tuple[Part, str]] = [(place.column(old), sign) for old, sign in said.get("elements", ())]
    elements += [(name, "=") for name in place.columns(said["same"])] if "same" in said else []
    names = place.columns(said["range"]) if "range" in said else ()
    ranges = tuple(name for name in names if _is_range(place, name))
    elements += [(name, "=") for name in names if ranges and name not in ranges]
    if "&&" not in {sign for _, sign in elements}:
        elements.append((_range(place, ranges or names), "&&"))
    if any(sign == "=" for _, sign in elements) and not _installed(place, "btree_gist"):
        yield AddExtension("btree_gist")
    where: Formula | None = said.get("where")
    yield AddExclusion(
        place.name,
        tuple(elements),
        said.get("using"),
        None if where is None else place.sql(where),
        said["name"].identifier if "name" in said else None,
    )


def _is_range(place: Place, name: str) -> bool:
    column = place.table.columns.get(name)
    return column is not None and str(column.type).endswith("range")


def _range(place: Place, said: tuple[str, ...]) -> Part:
    """Return what must not overlap: a range that is there, or one made of the two columns where it begins and ends."""
    names = said or _period(place)
    if len(names) == 1:
        return names[0]
    if len(names) != 2:  # noqa: PLR2004 - a beginning and an end
        raise Senseless
    column = place.table.columns.get(names[0])
    kind = RANGES.get(str(column.type) if column else "", "tsrange")
    return Sql(f"{kind}({', '.join(map(identifier, names))})")


def _period(place: Place) -> tuple[str, ...]:
    columns = place.table.columns
    ranges = [name for name in columns if _is_range(place, name)]
    pairs = [pair for pair in PERIODS if set(pair) <= set(columns)]
    if len(ranges) == 1:
        return (ranges[0],)
    if len(pairs) != 1:
        raise Senseless
    return pairs[0]


# --------------------------------------------------------------------------------------------- types and extensions


def add_values(place: Place, old: Column, values: tuple[str, ...]) -> Iterator[Intent]:
    """Allow a column more values."""
    yield AddValues(place.name, place.column(old), values)


def create_enum(_place: Place, spoken: Spoken, values: tuple[str, ...]) -> Iterator[Intent]:
    """Create a type with values."""
    yield CreateEnum(new_name(spoken), values)


def extension_name(spoken: Spoken) -> str:
    """Return the name that an extension has."""
    name = spoken.text.lower() if spoken.quoted else spoken.identifier
    if name in EXTENSIONS:
        return name
    near = get_close_matches(name.replace("-", "_"), sorted(EXTENSIONS), 1, 0.9)
    return CALLED.get(name) or (near[0] if near else name)


def add_extension(_place: Place, spoken: Spoken) -> Iterator[Intent]:
    """Add an extension."""
    yield AddExtension(extension_name(spoken))


def drop_extension(_place: Place, spoken: Spoken) -> Iterator[Intent]:
    """Drop an extension."""
    yield DropExtension(extension_name(spoken))


def _installed(place: Place, name: str) -> bool:
    return any(thing.kind is Kind.EXTENSION and thing.name.name == name for thing in place.schema.things.values())
