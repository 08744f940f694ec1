"""Intents at random: whatever a person may ask of the shop, sensible or not."""

from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from rules.ecto.types import ArrayType, NamedType
from rules.sentences import intent as asked
from rules.sentences.intent import ColumnIntent, Empty, Intent, Meaning, OtherColumn, Refers, Sql
from rules.sql.names import Name
from tests.rules.sentences.drafting.shop import schema_of

TABLES = {name: table for name, table in schema_of().tables.items() if name.prefix is None}
NEW_TABLES = ("posts", "order", "a_table_with_a_name_that_is_as_long_as_postgres_would_ever_keep")
NEW_COLUMNS = ("title", "price", "state", "user_id", "published_at", "is_open", "order", "tags", "total_cents", "zip")
WORDS = ("draft", "it's", "open", "<b>", "a, b")
KINDS = (
    *map(
        NamedType,
        ("string", "text", "integer", "bigint", "decimal", "float", "boolean", "date", "uuid", "map", "citext"),
    ),
    *Meaning,
    ArrayType(NamedType("string")),
    ArrayType(NamedType("integer")),
    NamedType("binary"),
    NamedType("utc_datetime"),
    NamedType("time"),
)
VALUES = (
    True,
    False,
    0,
    7,
    -1,
    Decimal("1.5"),
    "draft",
    "it's",
    "2024-01-01",
    "now",
    Empty.LIST,
    Empty.MAP,
    Sql("now()"),
)
OPEN: SearchStrategy[None] = st.none()

tables = st.sampled_from(sorted(TABLES, key=str))
columns = st.sampled_from(sorted({column for table in TABLES.values() for column in table.columns}))
new_columns = st.sampled_from(NEW_COLUMNS)
kinds = st.sampled_from(KINDS)
values = st.sampled_from((*VALUES, Sql("gen_random_uuid()"), Empty.NULL))
actions = st.sampled_from((None, "nothing", "delete_all", "nilify_all", "restrict"))
listed = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True).map(tuple)
references = st.builds(Refers, tables, on_delete=actions)
sizes = st.sampled_from((None, 3, 200))
conditions = st.sampled_from((None, "amount > 0", "status = 'open'", "name IS NOT NULL"))
undecided = st.sampled_from((None, True, False))

new_column = st.builds(
    ColumnIntent,
    new_columns,
    OPEN | kinds,
    undecided,
    OPEN | values,
    st.booleans(),
    undecided,
    OPEN | references,
    sizes,
    st.sampled_from((None, 8)),
    st.sampled_from((None, 2)),
    OPEN,
    st.just(()) | listed,
    st.booleans(),
)
some_new = st.lists(new_column, min_size=1, max_size=4, unique_by=lambda one: one.name).map(tuple)
parts = st.lists(columns | st.just(Sql("lower(name)")), min_size=1, max_size=3, unique=True).map(tuple)


@st.composite
def creations(draw: st.DrawFn) -> Intent:
    made = draw(some_new)
    together = draw(st.lists(st.sampled_from([one.name for one in made]), max_size=3, unique=True))
    name = Name(None, draw(st.sampled_from(NEW_TABLES)))
    flags = draw(undecided), draw(OPEN | kinds), draw(undecided)
    return asked.CreateTable(
        name, made, *flags, unique=(tuple(together),) if together else (), joins=all(one.references for one in made)
    )


@st.composite
def changes(draw: st.DrawFn) -> Intent:
    """Something that is done to a column which the table has."""
    table = draw(tables)
    column = draw(st.sampled_from(sorted(TABLES[table].columns)))
    makers: tuple[SearchStrategy[Intent], ...] = (
        st.just(asked.RemoveColumns(table, (column,))),
        st.builds(asked.RenameColumn, st.just(table), st.just(column), new_columns),
        st.builds(asked.ChangeType, st.just(table), st.just(column), kinds, sizes),
        st.just(asked.ChangeType(table, column, None, 300)),
        st.just(asked.SetRequired(table, column)),
        st.just(asked.SetOptional(table, column)),
        st.builds(asked.SetDefault, st.just(table), st.just(column), values),
        st.just(asked.DropDefault(table, column)),
        st.builds(asked.AllowValues, st.just(table), st.just(column), listed),
        st.builds(asked.AddValues, st.just(table), st.just(column), listed),
        st.builds(asked.AddForeignKey, st.just(table), st.just(column), references),
        st.just(asked.DropForeignKey(table, column)),
        st.builds(
            asked.Backfill, st.just(table), st.tuples(st.tuples(st.just(column), values)), st.just(f"{column} IS NULL")
        ),
        st.just(asked.Backfill(table, ((column, OtherColumn("id")),))),
        st.just(asked.AddExclusion(table, ((column, "="),))),
        st.just(asked.DropIndex(table, (column,))),
        st.just(asked.AddCheck(table, f"{column} IS NOT NULL")),
        st.builds(
            asked.AddIndex,
            st.just(table),
            st.just((column,)),
            st.booleans(),
            using=st.sampled_from((None, "gin", "gist", "hash", "brin")),
        ),
    )
    return draw(st.one_of(makers))


intents: SearchStrategy[Intent] = st.one_of(
    creations(),
    changes(),
    changes(),
    st.builds(asked.AddColumns, tables, some_new),
    st.builds(asked.AddColumns, tables, some_new),
    st.builds(asked.AddIndex, tables, parts, st.booleans(), conditions),
    st.builds(asked.AddTimestamps, tables),
    st.builds(asked.DropTable, tables),
    st.builds(asked.RenameTable, tables, st.sampled_from(NEW_TABLES)),
    st.builds(asked.CreateEnum, st.just(Name(None, "shade")), listed),
    st.builds(asked.AddExtension, st.sampled_from(("citext", "pg_trgm", "btree_gist"))),
    st.just(asked.RenameIndex(Name(None, "users"), "users_team_id_index", "of_team")),
    st.just(asked.DropConstraint(Name(None, "orders"), "orders_status_check")),
)
wishes = st.lists(intents, min_size=1, max_size=3).map(tuple)
