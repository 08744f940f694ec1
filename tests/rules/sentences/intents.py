"""Intents at random: whatever can be asked of the shop, with names and texts that nobody would think of."""

from decimal import Decimal

from hypothesis import strategies as st

from rules.ecto.types import ArrayType, NamedType
from rules.sentences.intent import (
    AddCheck,
    AddColumns,
    AddExtension,
    AddForeignKey,
    AddIndex,
    AddTimestamps,
    AddValues,
    AllowValues,
    Backfill,
    ChangeType,
    ColumnIntent,
    CreateEnum,
    CreateTable,
    DropDefault,
    DropExtension,
    DropForeignKey,
    DropIndex,
    DropTable,
    Empty,
    Intent,
    Meaning,
    OtherColumn,
    Refers,
    RemoveColumns,
    RenameColumn,
    RenameTable,
    SetDefault,
    SetOptional,
    SetRequired,
    Sql,
    Value,
)
from rules.sql.names import Name
from tests.rules.sentences.shop import shop

PRINTED = st.characters(exclude_categories=("C", "Z"), exclude_characters=".")
NEW = st.text(PRINTED, min_size=1, max_size=12).map(lambda name: f"new_{name}")
TEXTS = st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), max_size=12)
SQL = st.sampled_from(["amount > 0", "a IS NULL AND b = 'x'", "lower(c) <> ''", "odd < 1"])
TABLES = st.sampled_from(sorted((table.name for table in shop().tables.values()), key=str))
KINDS = st.sampled_from(
    ["string", "text", "integer", "bigint", "uuid", "decimal", "jsonb", "timestamptz", "oddity"]
).map(NamedType)
TYPES = st.one_of(KINDS, KINDS.map(ArrayType), st.sampled_from(Meaning))
VALUES: st.SearchStrategy[Value] = st.one_of(
    TEXTS,
    st.booleans(),
    st.integers(-1000, 10**9),
    st.integers(-999, 999).map(lambda cents: Decimal(cents) / 100),
    st.sampled_from([Empty.LIST, Empty.MAP, Sql("now()"), Sql("a || 'b'")]),
)
MANY = st.lists(TEXTS.filter(bool), min_size=2, max_size=4, unique=True).map(tuple)
ACTIONS = st.sampled_from([None, "nothing", "delete_all", "nilify_all", "restrict"])
REFERENCES = st.builds(Refers, TABLES, st.sampled_from([None, "uuid"]), ACTIONS)
MAYBE = st.sampled_from([None, True, False])
SIZES = st.none() | st.integers(1, 500)


@st.composite
def columns(draw: st.DrawFn) -> ColumnIntent:
    """Draw a new column."""
    references = draw(st.none() | REFERENCES)
    return ColumnIntent(
        draw(NEW) + "_id",
        draw(st.sampled_from([None, NamedType("uuid")])) if references else draw(st.none() | TYPES),
        draw(MAYBE),
        draw(st.none() | VALUES),
        unique=draw(st.booleans()),
        indexed=draw(st.sampled_from([None, True])),
        references=references,
        length=draw(SIZES),
        precision=draw(SIZES),
        scale=draw(SIZES),
        check=draw(st.none() | SQL),
        values=draw(st.just(()) | MANY),
        native=draw(st.booleans()),
        key=draw(st.booleans()),
    )


def _of(table: Name) -> st.SearchStrategy[Intent]:
    names = sorted(set(shop().tables[table].columns) - {"id"})
    at, one = st.just(table), st.sampled_from(names)
    parts = st.builds(lambda column: (column, Sql("lower(x)")), one)
    fillings = st.builds(lambda column, value: ((column, value),), one, VALUES | one.map(OtherColumn))
    several = st.lists(columns(), min_size=1, max_size=3, unique_by=lambda column: column.name).map(tuple)
    return st.one_of(
        st.builds(DropTable, at),
        st.builds(RenameTable, at, NEW),
        st.builds(AddColumns, at, several),
        st.builds(AddTimestamps, at),
        st.builds(RemoveColumns, at, st.lists(one, min_size=1, max_size=3, unique=True).map(tuple)),
        st.builds(RenameColumn, at, one, NEW),
        st.builds(ChangeType, at, one, TYPES, SIZES, SIZES, SIZES),
        st.builds(ChangeType, at, one, st.none(), st.integers(1, 99)),
        st.builds(SetRequired, at, one) | st.builds(SetOptional, at, one) | st.builds(DropDefault, at, one),
        st.builds(SetDefault, at, one, VALUES),
        st.builds(AllowValues, at, one, MANY, st.booleans()) | st.builds(AddValues, at, one, MANY),
        st.builds(
            AddIndex,
            at,
            parts,
            st.booleans(),
            st.none() | SQL,
            st.sampled_from([None, "gin"]),
            one.map(lambda it: (it,)),
        ),
        st.builds(
            AddIndex,
            at,
            one.map(lambda it: (it,)),
            concurrently=MAYBE,
            nulls_distinct=st.sampled_from([None, False]),
            name=st.none() | NEW,
        ),
        st.builds(DropIndex, at, parts, st.booleans()),
        st.builds(AddForeignKey, at, one, REFERENCES) | st.builds(DropForeignKey, at, one),
        st.builds(AddCheck, at, SQL, st.none() | NEW),
        st.builds(Backfill, at, fillings, st.none() | SQL, SIZES),
    )


def intents() -> st.SearchStrategy[Intent]:
    """Return a strategy for intents."""
    name = NEW.map(lambda new: Name(None, new))
    several = st.lists(columns(), min_size=1, max_size=3, unique_by=lambda column: column.name).map(tuple)
    return st.one_of(
        TABLES.flatmap(_of),
        st.builds(CreateTable, name, several, st.sampled_from([None, False]), st.none() | KINDS, MAYBE),
        st.builds(lambda new, made: CreateTable(new, made, unique=((made[0].name, made[-1].name),)), name, several),
        st.builds(CreateEnum, name, MANY),
        st.sampled_from([AddExtension("uuid-ossp"), DropExtension("hstore")]),
    )
