"""What sentences become, run up, down and up again on a real PostgreSQL: it is restored, and nothing is refused."""

import pytest
from hypothesis import HealthCheck, given, settings

from deploy.services.databases import Databases
from rules.postgres.observation import Outcome
from rules.sentences.drafting.draft import Drafted
from rules.sentences.drafting.step import CannotDraftError
from rules.sentences.intent import Intent
from tests.rehearsal.samples import sampled
from tests.rules.sentences.drafting.randomly import wishes
from tests.rules.sentences.drafting.shop import drafted, proposing
from tests.rules.sentences.drafting.wishes import WISHES

# A wish takes a second: every twenty-first is run each time, all of them by `make prove`.
OFTEN = sampled(WISHES, 21)
RANDOM = settings(max_examples=2_000, deadline=None, suppress_health_check=list(HealthCheck), database=None)


def insist(of: Drafted, databases: Databases) -> None:
    """Insist that each file goes up, comes back to what was there, and goes up again."""
    seen = databases.rehearse(proposing(of))

    assert len(seen) == len(of.files)
    for one in seen:
        assert one.outcome is Outcome.RESTORED or _is_declared(one.path, of), (one.sentence, of)
        assert one.again is not None
        assert one.again.refusal is None, one.sentence


def _is_declared(path: str, of: Drafted) -> bool:
    return any(one.path == path and one.verdict.value == "one-way" for one in of.files)


@pytest.mark.parametrize("wish", OFTEN)
def test_what_is_drafted_restores_what_was_there(wish: tuple[Intent, ...], databases: Databases) -> None:
    insist(drafted(*wish), databases)


@pytest.mark.prove
def test_whatever_is_drafted_at_random_restores_what_was_there(databases: Databases) -> None:
    @RANDOM
    @given(wishes)
    def each(wish: tuple[Intent, ...]) -> None:
        try:
            found = drafted(*wish)
        except CannotDraftError:
            return
        insist(found, databases)

    each()
