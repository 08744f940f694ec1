"""A review in trouble: workers die, heads move, answers are lost, and people see one review all the same."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest

from rules.finding import Report
from rules.settings import Settings
from rules.source import Change, SourceFile
from tests.workers.github.hub import ADD_INDEX, NEW, Hub
from tests.workers.review.surroundings import (
    FIXED,
    THIRTY,
    FakeLease,
    FakeMemory,
    LeaseEnded,
    conclusion,
    judge,
    reviewed,
    surroundings,
)
from workers.context import AnalysisFailed, Done, Failure, Later
from workers.github.client import Client
from workers.github.errors import RetryLater
from workers.github.models import FileComment, InlineComment, Review
from workers.review.fingerprint import fingerprints, refused
from workers.review.flow import conclude_failure, review_pull_request

ADDED = SourceFile(NEW, ADD_INDEX)
(NAME_OF_FIRST,) = fingerprints(judge(Change((), (ADDED,)), Settings()).findings, {NEW: ADDED})


def test_the_head_that_moved_during_the_review_is_reviewed_next(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})

    def push_meanwhile(change: Change, settings: Settings) -> Report:
        pull.push({NEW: FIXED}, by="maria")
        return judge(change, settings)

    outcome = review_pull_request(surroundings(hub, pull, analyse=push_meanwhile))
    reviewed(hub, pull)

    assert outcome == Later(0, "the head moved")
    assert pull.look().reviews == ()
    assert conclusion(pull) == ("success", "No objection to 1 migration")


def test_an_analysis_that_fails_concludes_the_check(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})

    def fail(_change: Change, _settings: Settings) -> Report:
        raise AnalysisFailed(Failure.TIME)

    reviewed(hub, pull, analyse=fail)

    assert conclusion(pull) == ("neutral", "Not reviewed")


def test_giving_up_concludes_the_check(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})

    conclude_failure(surroundings(hub, pull), "the worker died")

    (check,) = pull.checks()
    assert (check.status, check.conclusion) == ("completed", "neutral")
    assert "the worker died." in (check.summary or "")


@pytest.mark.parametrize("writes", range(4))
def test_a_worker_that_dies_anywhere_leaves_nothing_twice(hub: Hub, writes: int) -> None:
    pull = hub.opens({NEW: ADD_INDEX})

    with pytest.raises(LeaseEnded):
        review_pull_request(surroundings(hub, pull, lease=FakeLease(writes)))
    reviewed(hub, pull)

    assert (len(pull.look().reviews), len(pull.threads()), len(pull.checks())) == (1, 1, 1)
    assert conclusion(pull) == ("failure", "1 outage in 1 migration")


def test_a_review_whose_answer_was_lost_is_found_and_not_repeated(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    hub.standin.fail(method="POST", path="/reviews$", status=502, after=True)

    reviewed(hub, pull)

    assert (len(pull.look().reviews), len(pull.threads())) == (1, 1)


def test_a_review_that_did_not_arrive_is_posted_on_the_next_try(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    hub.standin.fail(method="POST", path="/reviews$", status=502)

    with pytest.raises(RetryLater):
        review_pull_request(surroundings(hub, pull))
    reviewed(hub, pull)

    assert (len(pull.look().reviews), len(pull.threads())) == (1, 1)


class Interrupted(Client):
    """A client that is frozen just before it posts its review, while another worker is not."""

    meanwhile: Callable[[], None]

    def post_review(self, review: Review) -> None:
        self.meanwhile()
        super().post_review(review)


def test_what_two_workers_said_at_once_is_said_once(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    frozen = Interrupted(hub.app, hub.key(pull))
    frozen.meanwhile = lambda: reviewed(hub, pull)

    review_pull_request(replace(surroundings(hub, pull), github=frozen))

    assert len(pull.threads()) == 1


class Beaten(Interrupted):
    """A client to whom the other worker is always one step ahead."""

    def delete(self, comment: int) -> None:
        super().delete(comment)
        super().delete(comment)


def test_a_copy_that_another_worker_took_back_is_no_trouble(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    frozen = Beaten(hub.app, hub.key(pull))
    frozen.meanwhile = lambda: reviewed(hub, pull)

    assert review_pull_request(replace(surroundings(hub, pull), github=frozen)) == Done()

    assert len(pull.threads()) == 1


class Rebased(Client):
    """A client that posts its review just after the branch was rewritten."""

    meanwhile: Callable[[], object]

    def post_review(self, review: Review) -> None:
        self.meanwhile()
        super().post_review(replace(review, head="0" * 40))


def test_a_review_that_comes_too_late_is_made_again(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    late = Rebased(hub.app, hub.key(pull))
    late.meanwhile = lambda: pull.push({NEW: FIXED}, by="maria")

    outcome = review_pull_request(replace(surroundings(hub, pull), github=late))
    reviewed(hub, pull)

    assert outcome == Later(0, "the head moved")
    assert conclusion(pull) == ("success", "No objection to 1 migration")


class Stubborn(Client):
    """A client whose GitHub takes no comment on line 7, and does not say which of a review's comments it means."""

    def post_review(self, review: Review) -> None:
        if any(comment.last == 7 for comment in review.comments):
            review = replace(review, comments=(*review.comments, InlineComment(NEW, 999, 999, "nowhere")))
        super().post_review(review)


class Deaf(Stubborn):
    """A client whose GitHub takes no comment on a file, either."""

    def comment_on_file(self, comment: FileComment) -> None:
        super().comment_on_file(replace(comment, path="nowhere"))


def test_what_github_takes_on_no_line_is_said_on_its_file(hub: Hub) -> None:
    pull = hub.opens({NEW: THIRTY})

    review_pull_request(replace(surroundings(hub, pull), github=Stubborn(hub.app, hub.key(pull))))

    (check,) = pull.checks()
    (on_file,) = [thread for thread in pull.threads() if thread.subject == "file"]
    assert len(pull.threads()) == 25
    assert 7 not in {thread.line for thread in pull.threads()}
    assert on_file.comments[0].body.startswith("**Outage** in line 7 · ")
    assert 7 not in {annotation["start_line"] for annotation in check.annotations}


def test_what_github_takes_nowhere_is_annotated(hub: Hub) -> None:
    pull = hub.opens({NEW: THIRTY})

    review_pull_request(replace(surroundings(hub, pull), github=Deaf(hub.app, hub.key(pull))))

    (check,) = pull.checks()
    assert len(pull.threads()) == 24
    assert 7 in {annotation["start_line"] for annotation in check.annotations}


class Rationed(Stubborn):
    """A stubborn GitHub's client that may write a few times before it has to come back."""

    left: int

    def post_review(self, review: Review) -> None:
        if not self.left:
            raise RetryLater(1, "so much in a while")
        self.left -= 1
        super().post_review(review)


def test_a_refusal_is_remembered_so_that_a_review_that_is_put_back_gets_on(hub: Hub) -> None:
    pull, memory = hub.opens({NEW: THIRTY}), FakeMemory()
    client = Rationed(hub.app, hub.key(pull))
    context = replace(surroundings(hub, pull, memory=memory), github=client)

    for _ in range(8):
        client.left = 6
        with suppress(RetryLater):
            review_pull_request(context)

    assert conclusion(pull)[0] == "failure"
    assert len(pull.threads()) == 25
    assert len({thread.comments[0].body for thread in pull.threads()}) == 25


@pytest.mark.parametrize("after", [True, False])
def test_a_remark_on_a_file_is_there_once_though_its_answer_was_lost(hub: Hub, after: bool) -> None:  # noqa: FBT001  # pytest's
    pull = hub.opens({NEW: ADD_INDEX})
    context = surroundings(hub, pull)
    context.memory.say(context.key, [refused(pull.look().head_sha, name) for name in (NAME_OF_FIRST,)])
    hub.standin.fail(method="POST", path="/pulls/.*/comments$", status=502, after=after)

    for _ in range(2):
        with suppress(RetryLater):
            review_pull_request(context)

    assert [thread.subject for thread in pull.threads()] == ["file"]
    assert conclusion(pull) == ("failure", "1 outage in 1 migration")


@pytest.mark.parametrize("call", range(12))
def test_whichever_answer_is_lost_the_review_is_right_and_there_once(hub: Hub, call: int) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    context = surroundings(hub, pull)
    hub.standin.fail(path="/repos/|/graphql", skip=call, status=502, after=True)

    for _ in range(2):
        with suppress(RetryLater):
            review_pull_request(context)

    assert hub.standin.heal() == 1
    assert (len(pull.look().reviews), len(pull.threads()), len(pull.checks())) == (1, 1, 1)
    assert conclusion(pull) == ("failure", "1 outage in 1 migration")
