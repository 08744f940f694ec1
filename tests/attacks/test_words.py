"""Whatever a pull request's names hold, what we say of it shows them and does nothing else."""

import pytest

from tests.attacks.inert import TRICKS
from tests.attacks.speech import assert_nothing_happens, assert_plain, spoken
from workers.review.fingerprint import marked

tricks = pytest.mark.parametrize("trick", TRICKS.values(), ids=TRICKS)


@tricks
def test_comments_beside_the_code(trick: str) -> None:
    *written, review = spoken(trick).comments

    assert written
    assert marked("review", review) == "name"
    for comment in written:
        assert_nothing_happens(comment, suggestions=1)
        assert marked("finding", comment)


@tricks
def test_the_check_and_what_it_annotates(trick: str) -> None:
    review, configuration, failure = spoken(trick).checks

    assert review.annotations
    for check in (review, configuration, failure):
        assert_nothing_happens(check.summary)
        assert len(check.summary.encode()) <= 65_535
    for text in spoken(trick).plain:
        assert_plain(text)


@tricks
def test_the_summary_in_the_conversation(trick: str) -> None:
    summary = spoken(trick).summary

    assert_nothing_happens(summary)
    assert marked("summary", summary) == "pull-request"
    assert len(summary) <= 65_536
