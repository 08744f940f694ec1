"""Does PostgreSQL agree with what our pages say of rollbacks? Each hazard and each rewrite, run up and down."""

from collections.abc import Iterable
from contextlib import nullcontext

import psycopg
import pytest

from rules.catalog import rules
from rules.ecto.files import is_code
from rules.ecto.migration import Migration
from rules.postgres.statements import script
from rules.rewrite.edit import Safety
from rules.rule import Rule
from tests.rehearsal.sandbox import catalogue, migration, run
from tests.rules.review import change, path_of, review, with_rule


def is_safe(rule: Rule) -> bool:
    """Tell whether the rewrite of a page is one that claims to do the same."""
    found = review(change(rule.page.given, [rule.page.hazard]), with_rule(rule)).findings
    return all(one.rewrite is None or one.rewrite.safety is Safety.SAFE for one in found)


REWRITTEN = {rule.name: rule for rule in rules() if rule.page.rewritten and is_safe(rule)}
RUNNING = {name: rule for name, rule in REWRITTEN.items() if not rule.raises}
ABOUT_ROLLBACK = {name: rule for name, rule in REWRITTEN.items() if rule.about_rollback}


def migrate(connection: psycopg.Connection, codes: tuple[str, ...], first: int = 1) -> None:
    for version, code in enumerate(only_migrations(codes), first):
        one = migration(code, version)
        run(connection, one, one.up)


def only_migrations(codes: Iterable[str]) -> list[str]:
    """Return the blocks of a page that are migrations, and not the application's code."""
    return [code for code in codes if not is_code(path_of(code, 1))]


@pytest.mark.parametrize("rule", ABOUT_ROLLBACK.values(), ids=ABOUT_ROLLBACK)
def test_a_rollback_of_the_hazard_raises_or_leaves_another_schema(rule: Rule, postgres: psycopg.Connection) -> None:
    migrate(postgres, rule.page.given)
    before = catalogue(postgres)
    hazard = migration(rule.page.hazard, 100)

    run(postgres, hazard, hazard.up)

    assert script(hazard.down).failure is not None or not restores(postgres, hazard, before)


def restores(connection: psycopg.Connection, migration: Migration, before: object) -> bool:
    """Roll *migration* back and tell whether PostgreSQL let it, and whether the schema is what it was."""
    try:
        run(connection, migration, migration.down)
    except psycopg.Error:
        return False
    return catalogue(connection) == before


@pytest.mark.parametrize("rule", REWRITTEN.values(), ids=REWRITTEN)
def test_the_rewrite_does_the_same_and_restores_the_schema(rule: Rule, postgres: psycopg.Connection) -> None:
    migrate(postgres, rule.page.given)
    before = catalogue(postgres)
    steps = [migration(code, version) for version, code in enumerate(rule.page.rewritten, 100)]

    for step in steps:
        run(postgres, step, step.up)
    after = catalogue(postgres)
    for step in reversed(steps):
        run(postgres, step, step.down)

    assert after != before
    assert catalogue(postgres) == before


@pytest.mark.parametrize("rule", RUNNING.values(), ids=RUNNING)
def test_the_rewrite_leaves_what_the_hazard_left(rule: Rule, postgres: psycopg.Connection) -> None:
    migrate(postgres, rule.page.given)
    hazard = migration(rule.page.hazard, 100)
    with postgres.transaction(force_rollback=True) if hazard.in_transaction else nullcontext():
        run(postgres, hazard, hazard.up)
        wanted = catalogue(postgres)
    if not hazard.in_transaction:
        run(postgres, hazard, hazard.down)

    migrate(postgres, rule.page.rewritten, 100)

    assert catalogue(postgres) == wanted


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_what_a_page_calls_safe_runs_up_and_down(rule: Rule, postgres: psycopg.Connection) -> None:
    migrate(postgres, rule.page.given)
    before = catalogue(postgres)
    ran = {place(code) for code in rule.page.given}
    new = [code for code in only_migrations(rule.page.safe) if place(code) is None or place(code) not in ran]

    for version, code in enumerate(new, 100):
        safe = migration(code, version)
        run(postgres, safe, safe.up)
        if safe.down.failure is None or not safe.down.failure.deliberate:
            run(postgres, safe, safe.down)

    declared = any("# ecto-fix: one-way" in code or "raise " in code for code in new)
    assert declared or catalogue(postgres) == before


def place(code: str) -> str | None:
    """Return the path that a block of a page says it stands at."""
    return code.partition("\n")[0] if code.startswith("# priv/") else None
