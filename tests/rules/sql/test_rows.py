"""Which rows a statement writes, as far as its WHERE says, and whether running it twice does more than once."""

import pytest

from rules.sql.effects import RowsWritten
from rules.sql.reader import read


def written(sql: str) -> RowsWritten:
    effects = [effect for effect in read(sql)[0].effects if isinstance(effect, RowsWritten)]
    return effects[0]


@pytest.mark.parametrize(
    ("where", "filtered", "picks"),
    [
        ("", False, set()),
        ("WHERE true", False, set()),
        ("WHERE 1 = 1", False, set()),
        ("WHERE 1 = 2", True, set()),
        ("WHERE id = 5", True, {"id"}),
        ("WHERE id IN (1, 2)", True, {"id"}),
        ("WHERE id BETWEEN $1 AND $2 AND title IS NULL", True, {"id"}),
        ("WHERE id > 5 OR stock = 1", True, set()),
        ("WHERE NOT id = 5", True, set()),
        ("WHERE products.id = brands.id", True, set()),
        ("WHERE title IS NULL", True, set()),
    ],
)
def test_a_where_picks_rows_by_columns_that_it_compares_with_values(
    where: str,
    filtered: bool,  # noqa: FBT001 - parametrised
    picks: frozenset[str],
) -> None:
    found = written(f"UPDATE products SET stock = 1 {where}")  # noqa: S608 - parsed, never run

    assert (found.filtered, found.picks) == (filtered, picks)


@pytest.mark.parametrize(
    ("sql", "limit"),
    [
        ("DELETE FROM products WHERE id IN (SELECT id FROM products LIMIT 100)", 100),
        ("DELETE FROM products WHERE id IN (SELECT id FROM products LIMIT $1)", 0),
        ("DELETE FROM products WHERE id IN (SELECT id FROM products)", None),
        ("UPDATE products SET brand = (SELECT name FROM brands LIMIT 1)", None),
        ("WITH few AS (SELECT id FROM products LIMIT 5) DELETE FROM products USING few WHERE TRUE", 5),
    ],
)
def test_a_limit_within_says_how_many(sql: str, limit: int | None) -> None:
    assert written(sql).limit == limit


def test_a_column_set_from_itself_is_set_again_when_repeated() -> None:
    assert written("UPDATE products SET stock = stock + 1, title = upper(name)").repeats == ("stock",)


@pytest.mark.parametrize(
    ("sql", "guarded"),
    [
        ("INSERT INTO tags (name) VALUES ('a')", False),
        ("INSERT INTO tags (name) VALUES ('a') ON CONFLICT DO NOTHING", True),
        ("INSERT INTO tags (name) SELECT title FROM products WHERE NOT EXISTS (SELECT 1 FROM tags)", True),
    ],
)
def test_an_insert_may_guard_against_being_repeated(sql: str, guarded: bool) -> None:  # noqa: FBT001 - parametrised
    assert written(sql).guarded is guarded
