"""Whether PostgreSQL, or Ecto before it, really refuses what our pages say that it refuses."""

import pytest

from deploy.services.databases import Databases
from rules.catalog import rules
from rules.postgres.observation import Outcome
from rules.rule import Rule
from tests.rules.review import change

RAISING = {rule.name: rule for rule in rules() if rule.raises}


@pytest.mark.parametrize("rule", RAISING.values(), ids=RAISING)
def test_the_hazard_does_not_run(rule: Rule, databases: Databases) -> None:
    for seen in databases.rehearse(change(rule.page.given, [rule.page.hazard])):
        over_rows = seen.over_rows is not None and seen.over_rows.up is not None  # some hazards show only there
        assert over_rows or seen.outcome is Outcome.REFUSED_UP, seen.sentence
