"""Whether PostgreSQL, or Ecto before it, really refuses what our pages say that it refuses."""

from contextlib import nullcontext

import psycopg
import pytest

from rules.catalog import rules
from rules.ecto.migration import Migration
from rules.postgres.statements import script
from rules.rule import Rule
from tests.rehearsal.sandbox import migration, run

RAISING = {rule.name: rule for rule in rules() if rule.raises}
ROW = "INSERT INTO products DEFAULT VALUES"


@pytest.mark.parametrize("rule", RAISING.values(), ids=RAISING)
def test_the_hazard_does_not_run(rule: Rule, postgres: psycopg.Connection) -> None:
    for version, code in enumerate(rule.page.given, 1):
        given = migration(code, version)
        run(postgres, given, given.up)
    for _ in range(2):  # some hazards show only over rows
        if rule.page.given and "create table(:products)" in rule.page.given[0]:
            postgres.execute(ROW)
    hazard = migration(rule.page.hazard, 100)

    refused = script(hazard.up).failure is not None
    if not refused:
        with pytest.raises(psycopg.Error):
            send(postgres, hazard)


def send(connection: psycopg.Connection, of: Migration) -> None:
    """Send what Ecto would send, each string as a prepared statement, as Ecto's driver does."""
    with connection.transaction() if of.in_transaction else nullcontext():
        for statement in script(of.up).statements:
            connection.execute(statement.sql.encode(), prepare=True)
