"""The batches that a rewrite writes come to the same as the one statement that they stand for."""

import re

import psycopg
import pytest

from deploy.services.databases import Databases
from rules.catalog import rules
from rules.rule import Rule

BATCH = re.compile(r'"""\n(?P<sql>.*?)"""', re.DOTALL)
ALONE = re.compile(r'execute "(?P<sql>UPDATE [^"]*|DELETE [^"]*)"')
RULES = {rule.name: rule for rule in rules() if rule.page.rewritten and ALONE.search(rule.page.hazard)}
PRODUCTS = """
CREATE TABLE products (id bigint PRIMARY KEY, title text, stock integer, sold integer);
INSERT INTO products SELECT n * 3, n::text, CASE WHEN n % 2 = 0 THEN n END FROM generate_series(1, 2500) n;
"""


def rows(session: psycopg.Connection) -> list[tuple[object, ...]]:
    return session.execute("SELECT * FROM products ORDER BY id").fetchall()


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_the_batches_change_the_rows_that_the_statement_changes_in_as_many_steps_as_there_are(
    rule: Rule, databases: Databases
) -> None:
    batch, alone = BATCH.search(rule.page.rewritten[-1]), ALONE.search(rule.page.hazard)
    assert batch is not None
    assert alone is not None
    with databases.holding(()) as database, database.connect() as session:
        session.execute(PRODUCTS)
        with session.transaction(force_rollback=True):
            session.execute(alone["sql"])
            wanted = rows(session)

        last: int | None = 0
        steps = 0
        while last is not None:
            found = session.execute(batch["sql"].replace("$1", "%s"), [last]).fetchone()
            last = found[0] if found else None
            steps += 1

        assert rows(session) == wanted
        assert steps == 4
