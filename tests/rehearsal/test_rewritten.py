"""The rewrites of our pages and cases, run up and down on a real PostgreSQL: what we call restored is."""

from typing import Any

import pytest

from deploy.services.databases import Databases
from rules.catalog import rules
from rules.postgres.observation import Outcome
from rules.rule import Rule
from rules.source import Change
from tests.rehearsal.samples import sampled
from tests.rules.review import change
from tests.rules.test_rollbacks import CORRECTED, PROVEN, change_of, judged, rewritten

# One takes some 0.8 s: a few are run each time, all of them by `make prove`.
CASES_EACH, PAGES_EACH = 12, 30


def claims_that_fail(change: Change, databases: Databases, *, bearable: frozenset[Outcome]) -> list[str]:
    verdicts = {report.path: report.verdict for report in judged(change)}
    seen = [one for one in databases.rehearse(change) if verdicts[one.path] in PROVEN and not one.skipped]
    return [one.sentence for one in seen if one.outcome not in bearable]


@pytest.mark.parametrize("case", sampled({case["id"]: case for case in CORRECTED}, CASES_EACH))
def test_a_rewrite_that_we_call_restoring_restores(case: dict[str, Any], databases: Databases) -> None:
    # What the rows of the history refuse on the way up is not ours to see.
    bearable = frozenset({Outcome.RESTORED, Outcome.REFUSED_UP})

    assert claims_that_fail(rewritten(change_of(case)), databases, bearable=bearable) == []


@pytest.mark.parametrize("rule", sampled({rule.name: rule for rule in rules() if rule.page.rewritten}, PAGES_EACH))
def test_the_rewrite_of_a_page_restores(rule: Rule, databases: Databases) -> None:
    shown = change(rule.page.given, rule.page.rewritten)

    assert claims_that_fail(shown, databases, bearable=frozenset({Outcome.RESTORED})) == []
