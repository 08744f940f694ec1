"""What is restated says the same: whatever intents there are, reading their restatement gives them back."""

import pytest
from hypothesis import HealthCheck, given, settings

from rules.sentences import read
from rules.sentences.answer import Understood
from rules.sentences.intent import Intent
from rules.sentences.restate import restate
from tests.rules.sentences.intents import intents
from tests.rules.sentences.shop import shop

SLOWLY = settings(deadline=None, suppress_health_check=list(HealthCheck), database=None)


def insist(intent: Intent) -> None:
    """Insist that an intent comes back from its restatement."""
    restated = restate([intent])

    answer = read(restated, shop())

    assert isinstance(answer, Understood), restated
    assert answer.intents == (intent,), restated


@given(intents())
@settings(SLOWLY, max_examples=60)
def test_a_restatement_gives_the_intent_back(intent: Intent) -> None:
    insist(intent)


@pytest.mark.prove
@given(intents())
@settings(SLOWLY, max_examples=5_000)
def test_any_restatement_gives_the_intent_back(intent: Intent) -> None:
    insist(intent)
