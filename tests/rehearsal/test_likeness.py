"""Whether two texts of SQL are one to PostgreSQL: it is asked how it prints both."""

from itertools import combinations

import psycopg
import pytest

from rules.sql.canonical import Place, alike

CHECKS = (
    "views > 0",
    "(views) > (0)",
    "views >= 0",
    "views <> 0",
    "views != 0",
    "0 < views",
    "views IN (1, 2)",
    "views = ANY (ARRAY[1, 2])",
    "views NOT IN (1, 2)",
    "views BETWEEN 1 AND 9",
    "views >= 1 AND views <= 9",
    "NOT views > 0",
    "title IN ('a', 'b')",
    "title = ANY (ARRAY['a', 'b'])",
    "title = 'a'",
    "(title)::text = 'a'::text",
    "title = 'b'",
    "title LIKE 'a%'",
    "title ~~ 'a%'",
    "title ILIKE 'a%'",
    "body = 'a'",
    "body = 'a'::text",
    "posts.body = 'a'",
    "length(title) > 3",
    "length((title)::text) > 3",
    "title IS NOT NULL",
    "title IS NOT NULL OR body IS NOT NULL",
    "body IS NOT NULL OR title IS NOT NULL",
    "made > '2020-01-01'",
    "made > '2020-01-01'::date",
    "made > '2020-1-1'::date",
    "made > now() - interval '1 hour'",
    "made > now() - interval '60 minutes'",
    "COALESCE(views, 0) > 0",
    "CASE WHEN views > 0 THEN true ELSE false END",
    "price > 0",
    "price > 0::numeric",
    "price > 0.0",
)
DEFAULTS = (
    "0",
    "'0'",
    "'0'::integer",
    "1",
    "-1",
    "'-1'::integer",
    "1 + 1",
    "NULL",
    "nextval('s')",
    "nextval('public.s'::regclass)",
)
INDEXES = (
    "title",
    '"title"',
    "title ASC",
    "title DESC",
    "title DESC NULLS FIRST",
    "title DESC NULLS LAST",
    "title text_pattern_ops",
    "lower(title)",
    "lower((title)::text)",
    "(views + 1)",
    "(1 + views)",
    'title COLLATE "C"',
)
BASE = """
CREATE SEQUENCE s;
CREATE TABLE posts (views integer, title varchar(20), body text, made date, price numeric);
"""


def agreed(texts: dict[str, str], place: Place) -> list[tuple[str, str, bool | None]]:
    """Return the pairs of which we claim something that PostgreSQL does not say."""
    claims = ((one, other, alike(one, other, place)) for one, other in combinations(texts, 2))
    return [
        (one, other, same)
        for one, other, same in claims
        if same is not None and same is not (texts[one] == texts[other])
    ]


@pytest.mark.parametrize(
    ("place", "written", "made", "printed"),
    [
        (
            Place.EXPRESSION,
            CHECKS,
            "ALTER TABLE posts ADD CONSTRAINT c CHECK ({})",
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'c'",
        ),
        (
            Place.EXPRESSION,
            DEFAULTS,
            "ALTER TABLE posts ALTER views SET DEFAULT {}",
            "SELECT (SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef)",
        ),
        (
            Place.INDEX_COLUMN,
            INDEXES,
            "CREATE INDEX c ON posts ({})",
            "SELECT pg_get_indexdef('c'::regclass)",
        ),
    ],
)
def test_what_we_call_alike_is_printed_alike(
    place: Place, written: tuple[str, ...], made: str, printed: str, postgres: psycopg.Connection
) -> None:
    postgres.execute(BASE)
    texts = {}

    for text in written:
        with postgres.transaction(force_rollback=True):
            postgres.execute(made.format(text).encode())
            (texts[text],) = postgres.execute(printed.encode()).fetchone() or (None,)

    assert agreed(texts, place) == []
