"""A rehearsal of our measured cases sees what the real Ecto and a real PostgreSQL made of them.

Where the case runs code of an application, what that does is left out, and the rehearsal says so.
"""

from typing import Any

import pytest

from deploy.services.databases import Databases, gaps
from rules.analysis.programs import programs
from rules.postgres.observation import Observation, Outcome
from rules.settings import Settings
from tests.rehearsal.samples import sampled
from tests.rules.test_rollbacks import ALL_CASES, change_of
from tests.rules.test_suspicions import SUSPICIONS
from workers.rehearsal.rehearse import rehearse

SEEN = {
    "roundtrip_exact": Outcome.RESTORED,
    "roundtrip_column_order": Outcome.RESTORED,
    "roundtrip_diff": Outcome.NOT_RESTORED,
    "down_irreversible": Outcome.REFUSED_DOWN,
    "down_raised": Outcome.REFUSED_DOWN,
    "up_raised": Outcome.REFUSED_UP,
}


def rehearsed(case: dict[str, Any], databases: Databases) -> Observation:
    (program,) = programs(change_of(case), Settings())
    (play,) = program.plays
    history = program.history[: play.after]
    return rehearse(play, lambda: databases.holding(history), gaps(history), seeds=None)


# A case takes some 0.2 s: every fifth is seen each time, all of them by `make prove`.
OFTEN = [*sampled(ALL_CASES, 5), *sampled(SUSPICIONS, 50)]


@pytest.mark.parametrize("case", OFTEN)
def test_a_rehearsal_sees_what_ecto_and_postgres_did(case: dict[str, Any], databases: Databases) -> None:
    seen = rehearsed(case, databases)

    assert seen.skipped or seen.outcome is SEEN[case.get("over_no_rows", case["verdict"])], seen.sentence
