"""What intents become: the files that are golden, silent for all rules, and with a way back that is proven."""

import pytest
from hypothesis import HealthCheck, given, settings

from rules.elixir.parser import read as parse
from rules.finding import Verdict
from rules.sentences import read
from rules.sentences.answer import Understood
from rules.sentences.drafting.draft import Drafted
from rules.sentences.drafting.step import CannotDraftError
from rules.sentences.intent import Intent
from rules.sentences.restate import restate
from tests.rules.sentences.drafting.golden import golden, shown
from tests.rules.sentences.drafting.randomly import wishes
from tests.rules.sentences.drafting.shop import drafted, judged, schema_of
from tests.rules.sentences.drafting.wishes import WISHES

GOLDEN = golden()
PROVEN = {Verdict.REVERSIBLE, Verdict.LOSES_DATA, Verdict.ONE_WAY}
SLOWLY = {"deadline": None, "suppress_health_check": list(HealthCheck), "database": None}


def insist(of: Drafted) -> None:
    """Insist that the files are Elixir, that no rule has anything to say of them, and that they can be taken back."""
    report = judged(of)

    assert [parse(one.file).errors for one in of.files] == [()] * len(of.files)
    assert [(one.rule, one.message) for one in report.findings] == []
    assert [one.verdict for one in report.files] == [one.verdict for one in of.files]
    assert {one.verdict for one in report.files} <= PROVEN


@pytest.mark.parametrize("name", WISHES)
def test_a_wish_becomes_these_files(name: str) -> None:
    found = drafted(*WISHES[name])

    assert shown(found) == GOLDEN[name]
    insist(found)


def test_the_golden_drafts_are_those_of_the_wishes() -> None:
    assert list(GOLDEN) == list(WISHES)


@settings(max_examples=25, **SLOWLY)  # type: ignore[arg-type]  # each has its own type
@given(wishes)
def test_a_random_wish_is_safe_or_refused(wish: tuple[Intent, ...]) -> None:
    safe_or_refused(wish)


@pytest.mark.prove
@settings(max_examples=2_000, **SLOWLY)  # type: ignore[arg-type]  # as above
@given(wishes)
def test_every_random_wish_is_safe_or_refused(wish: tuple[Intent, ...]) -> None:
    safe_or_refused(wish)


@settings(max_examples=10, **SLOWLY)  # type: ignore[arg-type]  # as above
@given(wishes)
def test_a_random_sentence_is_answered_or_gives_safe_files(wish: tuple[Intent, ...]) -> None:
    answered_or_safe(restate(wish))


@pytest.mark.prove
@settings(max_examples=2_000, **SLOWLY)  # type: ignore[arg-type]  # as above
@given(wishes)
def test_every_random_sentence_is_answered_or_gives_safe_files(wish: tuple[Intent, ...]) -> None:
    answered_or_safe(restate(wish))


def answered_or_safe(sentence: str) -> None:
    """Insist that what a sentence is understood to mean is drafted safely, or refused."""
    answer = read(sentence, schema_of())
    if isinstance(answer, Understood):
        safe_or_refused(answer.intents)


def safe_or_refused(wish: tuple[Intent, ...]) -> None:
    """Insist that whatever is asked for is drafted safely, or refused with a sentence."""
    try:
        found = drafted(*wish)
    except CannotDraftError:
        return
    insist(found)
