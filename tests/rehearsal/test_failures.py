"""Whether PostgreSQL, or Ecto before it, really refuses what our pages say that it refuses."""

import psycopg
import pytest

from rules.catalog import rules
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
            run(postgres, hazard, hazard.up)
