"""What statements do to tables where the versions of PostgreSQL differ, as each of them was seen to do.

What does not differ is held against a server, in tests/rehearsal/test_effects.py, which ran on 10, 12, 15, 16 and 18.
"""

from functools import lru_cache

import pytest

from rules.ecto.migration import Migration
from rules.ecto.reader import read
from rules.elixir.parser import read as parse
from rules.postgres.effects import Effect, effects, unknown
from rules.postgres.locks import Lock
from rules.postgres.statements import script
from rules.schema.model import Schema
from rules.schema.replay import replay
from rules.source import SourceFile

GIVEN = (
    "CREATE TABLE users (id bigserial PRIMARY KEY, name text, born timestamp)",
    "ALTER TABLE users ADD CONSTRAINT named CHECK (name IS NOT NULL)",
    "CREATE TABLE sales (id bigint NOT NULL) PARTITION BY RANGE (id)",
    "CREATE TABLE sales_1 (id bigint NOT NULL)",
)
STOPS = "ACCESS EXCLUSIVE on `users`"
READS = f"{STOPS}, reads all of it"
REWRITES = f"{STOPS}, rewrites it"
ATTACHED = "ACCESS EXCLUSIVE on `sales_1`, reads all of it"
DETACH = "ALTER TABLE sales DETACH PARTITION sales_1"


def sent(*sql: str) -> Migration:
    body = "\n".join(f'execute """\n{one}\n"""' for one in sql)
    source = SourceFile("1_m.exs", f"defmodule M do\nuse Ecto.Migration\ndef up do\n{body}\nend\nend")
    return read(parse(source), source)


@lru_cache
def known() -> Schema:
    return replay(Schema(), sent(*GIVEN).up.commands).schema.settled()


def felt(sql: str, version: int) -> tuple[Effect, ...]:
    (statement,) = script(sent(sql).up).statements
    return effects(statement, known(), version)


@pytest.mark.parametrize(
    ("sql", "version", "expected"),
    [
        ("ALTER TABLE users ADD COLUMN a integer DEFAULT 1", 10, [REWRITES]),
        ("ALTER TABLE users ADD COLUMN a integer DEFAULT 1", 11, [STOPS]),
        ("ALTER TABLE users ADD COLUMN a integer DEFAULT NULL", 10, [STOPS]),
        ("ALTER TABLE users ALTER COLUMN name SET NOT NULL", 11, [READS]),
        ("ALTER TABLE users ALTER COLUMN name SET NOT NULL", 12, [STOPS]),
        ("ALTER TABLE users ALTER COLUMN born TYPE timestamptz", 11, [REWRITES]),
        ("ALTER TABLE users ALTER COLUMN born TYPE timestamptz", 12, [STOPS]),
        ("ALTER TABLE sales ATTACH PARTITION sales_1 DEFAULT", 11, ["ACCESS EXCLUSIVE on `sales`", ATTACHED]),
        ("ALTER TABLE sales ATTACH PARTITION sales_1 DEFAULT", 12, ["SHARE UPDATE EXCLUSIVE on `sales`", ATTACHED]),
        (DETACH, 13, ["ACCESS EXCLUSIVE on `sales`", "SHARE UPDATE EXCLUSIVE on `sales_1`"]),
        (DETACH, 14, ["ACCESS EXCLUSIVE on `sales`", "ACCESS EXCLUSIVE on `sales_1`"]),
    ],
)
def test_a_version_does_it_its_own_way(sql: str, version: int, expected: list[str]) -> None:
    assert [str(effect) for effect in felt(sql, version)] == expected


def test_a_function_of_which_nothing_is_known_leaves_it_open() -> None:
    (effect,) = felt("ALTER TABLE users ADD COLUMN a text DEFAULT company.token()", 18)

    assert (effect.reads_table, effect.rewrites_table) == (None, None)


def test_a_type_of_which_nothing_is_known_leaves_it_open() -> None:
    (effect,) = felt("ALTER TABLE strangers ALTER COLUMN a TYPE bigint", 18)

    assert (effect.lock, effect.reads_table, effect.rewrites_table) == (Lock.ACCESS_EXCLUSIVE, None, None)


def test_what_cannot_be_read_says_so_and_claims_nothing() -> None:
    (statement,) = script(sent("DO 'BEGIN END'").up).statements

    assert unknown(statement) == "a DO block"
    assert effects(statement, known(), 18) == ()


def test_an_effect_reads_as_a_comment_shows_it() -> None:
    shown = [str(effect) for effect in felt("ALTER TABLE users ADD COLUMN a bigserial", 18)]
    shown += [str(effect) for effect in felt("CREATE INDEX ON users (name)", 18)]
    shown += [str(effect) for effect in felt("DROP VIEW names", 18)]

    assert shown == [
        "ACCESS EXCLUSIVE on `users`, rewrites it",
        "SHARE on `users`, reads all of it",
        "ACCESS EXCLUSIVE on `names`",
    ]
