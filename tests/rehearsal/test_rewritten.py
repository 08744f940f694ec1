"""The rewrites of our cases, run up and down on a real PostgreSQL: what we call restored is."""

from typing import Any

import pytest

from rules.postgres.observation import Outcome
from tests.rehearsal.databases import Databases
from tests.rules.test_rollbacks import CORRECTED, PROVEN, change_of, judged, rewritten

# A case takes some 0.8 s: every twelfth is run each time, all of them by `make prove`.
OFTEN = [
    pytest.param(case, id=case["id"], marks=() if number % 12 == 0 else pytest.mark.prove)
    for number, case in enumerate(CORRECTED)
]


@pytest.mark.parametrize("case", OFTEN)
def test_a_rewrite_that_we_call_restoring_restores(case: dict[str, Any], databases: Databases) -> None:
    change = rewritten(change_of(case))
    verdicts = {report.path: report.verdict for report in judged(change)}

    for seen in databases.rehearse(change):
        is_claimed = verdicts[seen.path] in PROVEN and not seen.skipped
        # What the rows of the history refuse on the way up is not ours to see.
        assert not is_claimed or seen.outcome in {Outcome.RESTORED, Outcome.REFUSED_UP}, seen.sentence
