"""What is accepted stays due until it is done: heard once, held by one, never forgotten."""

import pytest

from workers.jobs import Job, PullRequestKey, ReviewPullRequest, RunCommand
from workers.memory.inbox import Claim, Inbox

KEY = PullRequestKey(42, "acme/shop", 7)
REVIEW = ReviewPullRequest(KEY)
COMMAND = RunCommand(KEY, 900, "jo", "/ecto-fix", "2026-11-21T09:00:00Z")
LONG = 60.0  # seconds, longer than any test


def claimed(inbox: Inbox, job_id: str, seconds: float = LONG) -> Claim:
    claim = inbox.claim(job_id, seconds)
    assert isinstance(claim, Claim), claim
    return claim


def test_hearing_of_a_pull_request_rings_one_bell(inbox: Inbox) -> None:
    first = inbox.accept("d-1", "pull_request", [REVIEW])
    second = inbox.accept("d-2", "pull_request", [REVIEW])

    assert (first, second) == ((REVIEW.id,), ())


def test_a_claim_brings_the_job_as_it_was_heard(inbox: Inbox) -> None:
    inbox.accept("d-1", "issue_comment", [COMMAND])

    claim = claimed(inbox, COMMAND.id)

    assert (claim.job, claim.attempt, claim.reason) == (COMMAND, 1, "")


def test_one_pull_request_is_held_by_one(inbox: Inbox) -> None:
    inbox.accept("d-1", "pull_request", [REVIEW])
    inbox.accept("d-2", "issue_comment", [COMMAND])
    claimed(inbox, REVIEW.id)

    refusals = inbox.claim(REVIEW.id, LONG), inbox.claim(COMMAND.id, LONG)

    assert refusals == ("busy", "busy")


def test_pull_requests_with_numbers_that_begin_alike_do_not_wait_for_each_other(inbox: Inbox) -> None:
    other = ReviewPullRequest(PullRequestKey(42, "acme/shop", 70))
    inbox.accept("d-1", "pull_request", [REVIEW, other])
    claimed(inbox, REVIEW.id)

    assert claimed(inbox, other.id).job == other


def test_what_is_done_is_not_due_and_leaves_nothing_behind(inbox: Inbox) -> None:
    inbox.accept("d-1", "pull_request", [REVIEW])

    ending = inbox.finish(claimed(inbox, REVIEW.id))

    assert (ending, inbox.claim(REVIEW.id, LONG), inbox.waiting()) == ("finished", "not due", 0)


def test_what_is_heard_while_it_is_done_is_due_again_as_new(inbox: Inbox) -> None:
    inbox.accept("d-1", "pull_request", [REVIEW])
    claim = claimed(inbox, REVIEW.id)
    inbox.accept("d-2", "pull_request", [REVIEW])

    ending = inbox.finish(claim)

    assert ending == "again"
    assert claimed(inbox, REVIEW.id).attempt == 1


def test_the_same_delivery_while_it_is_done_is_no_news(inbox: Inbox) -> None:
    inbox.accept("d-1", "pull_request", [REVIEW])
    claim = claimed(inbox, REVIEW.id)
    inbox.accept("d-1", "pull_request", [REVIEW])

    assert inbox.finish(claim) == "finished"


def test_the_same_delivery_after_it_was_done_is_done_again(inbox: Inbox) -> None:
    inbox.accept("d-1", "pull_request", [REVIEW])
    inbox.finish(claimed(inbox, REVIEW.id))

    ring = inbox.accept("d-1", "pull_request", [REVIEW])

    assert ring == (REVIEW.id,)


def test_a_command_is_accepted_once_under_any_delivery(inbox: Inbox) -> None:
    inbox.accept("d-1", "issue_comment", [COMMAND])
    inbox.finish(claimed(inbox, COMMAND.id))

    ring = inbox.accept("d-2", "issue_comment", [COMMAND])

    assert (ring, inbox.waiting()) == ((), 0)


def test_who_lost_the_lease_changes_nothing(inbox: Inbox) -> None:
    inbox.accept("d-1", "pull_request", [REVIEW])
    late = claimed(inbox, REVIEW.id, seconds=0.001)
    present = until_claimed(inbox, REVIEW.id)

    endings = (
        inbox.renew(late, LONG),
        inbox.finish(late),
        inbox.postpone(late, 5, "", counted=True),
        inbox.bury(late, ""),
    )

    assert endings == (False, "lost", "lost", "lost")
    assert int(present.token) > int(late.token)
    assert inbox.finish(present) == "finished"


def test_an_attempt_counts_even_if_nobody_lives_to_tell(inbox: Inbox) -> None:
    inbox.accept("d-1", "pull_request", [REVIEW])
    claimed(inbox, REVIEW.id, seconds=0.001)

    assert until_claimed(inbox, REVIEW.id).attempt == 2


@pytest.mark.parametrize(("counted", "attempt"), [(True, 2), (False, 1)])
def test_what_is_put_back_says_why(inbox: Inbox, *, counted: bool, attempt: int) -> None:
    inbox.accept("d-1", "pull_request", [REVIEW])
    inbox.postpone(claimed(inbox, REVIEW.id), 0, "rate limit", counted=counted)

    claim = claimed(inbox, REVIEW.id)

    assert (claim.attempt, claim.reason) == (attempt, "rate limit")


def test_news_do_not_shorten_a_delay(inbox: Inbox) -> None:
    inbox.accept("d-1", "pull_request", [REVIEW])
    inbox.postpone(claimed(inbox, REVIEW.id), LONG, "rate limit", counted=False)

    ring = inbox.accept("d-2", "pull_request", [REVIEW])

    assert (ring, inbox.claim(REVIEW.id, LONG)) == ((), "not due")


def test_what_was_given_up_is_kept_for_people_with_its_reason(inbox: Inbox) -> None:
    inbox.accept("d-1", "pull_request", [REVIEW])

    ending = inbox.bury(claimed(inbox, REVIEW.id), "it crashed")

    assert (ending, inbox.waiting()) == ("buried", 0)
    assert [(dead.id, dead.reason) for dead in inbox.dead()] == [(REVIEW.id, "it crashed")]


def test_what_was_given_up_can_be_tried_again(inbox: Inbox) -> None:
    inbox.accept("d-1", "pull_request", [REVIEW])
    inbox.bury(claimed(inbox, REVIEW.id), "it crashed")

    retried = inbox.retry(REVIEW.id), inbox.retry(REVIEW.id)

    assert (retried, inbox.dead()) == ((True, False), ())
    assert claimed(inbox, REVIEW.id).attempt == 1


def test_news_raise_the_dead(inbox: Inbox) -> None:
    inbox.accept("d-1", "pull_request", [REVIEW])
    inbox.bury(claimed(inbox, REVIEW.id), "it crashed")

    ring = inbox.accept("d-2", "pull_request", [REVIEW])

    assert (ring, inbox.dead()) == ((REVIEW.id,), ())


def test_what_was_heard_while_it_was_given_up_gets_fresh_attempts(inbox: Inbox) -> None:
    inbox.accept("d-1", "pull_request", [REVIEW])
    claim = claimed(inbox, REVIEW.id)
    inbox.accept("d-2", "pull_request", [REVIEW])

    ending = inbox.bury(claim, "it crashed")

    assert (ending, inbox.dead(), claimed(inbox, REVIEW.id).attempt) == ("again", (), 1)


def test_a_dropped_job_is_not_raised_by_who_works_on_it(inbox: Inbox) -> None:
    inbox.accept("d-1", "pull_request", [REVIEW])
    claim = claimed(inbox, REVIEW.id)

    dropped = inbox.drop(REVIEW.id)

    assert (dropped, inbox.postpone(claim, 0, "", counted=True), inbox.waiting()) == (1, "dropped", 0)


@pytest.mark.parametrize(
    ("wanted", "left"),
    [
        ("42:acme/shop#7", {"42:acme/shop#7/comment/900", "42:acme/shop#70", "42:acme/shopping#7", "421:acme/shop#7"}),
        ("42:acme/shop#", {"42:acme/shopping#7", "421:acme/shop#7"}),
        ("42:", {"421:acme/shop#7"}),
        (
            "42:acme/sho",
            {
                *("42:acme/shop#7", "42:acme/shop#7/comment/900", "42:acme/shop#70"),
                *("42:acme/shopping#7", "421:acme/shop#7"),
            },
        ),
    ],
)
def test_dropping_reaches_as_far_as_it_says(inbox: Inbox, wanted: str, left: set[str]) -> None:
    keys = [(42, "acme/shop", 7), (42, "acme/shop", 70), (42, "acme/shopping", 7), (421, "acme/shop", 7)]
    jobs: list[Job] = [COMMAND, *(ReviewPullRequest(PullRequestKey(*key)) for key in keys)]
    inbox.accept("d-1", "x", jobs)

    inbox.drop(wanted)

    assert {job.id for job in jobs if inbox.claim(job.id, LONG) != "not due"} == left


def test_forgotten_jobs_are_found_once_while_their_bell_sounds(inbox: Inbox) -> None:
    inbox.accept("d-1", "pull_request", [REVIEW])
    inbox.postpone(claimed(inbox, REVIEW.id), 0, "", counted=True)

    found = inbox.overdue(10), inbox.overdue(10)

    assert found == ((REVIEW.id,), ())


def test_what_is_held_or_not_yet_due_is_not_forgotten(inbox: Inbox) -> None:
    later = ReviewPullRequest(PullRequestKey(42, "acme/shop", 8))
    inbox.accept("d-1", "pull_request", [REVIEW, later])
    inbox.postpone(claimed(inbox, later.id), LONG, "", counted=True)
    claimed(inbox, REVIEW.id)

    assert inbox.overdue(10) == ()


def test_the_longest_due_are_found_first_and_no_more_than_asked_for(inbox: Inbox) -> None:
    jobs = [ReviewPullRequest(PullRequestKey(42, "acme/shop", number)) for number in (3, 1, 2)]
    for job in jobs:
        inbox.accept(f"d-{job.id}", "pull_request", [job])
        inbox.postpone(claimed(inbox, job.id), 0, "", counted=True)

    assert inbox.overdue(2) == (jobs[0].id, jobs[1].id)


def until_claimed(inbox: Inbox, job_id: str) -> Claim:
    """Claim as soon as the present lease has run out."""
    while isinstance(claim := inbox.claim(job_id, LONG), str):
        assert claim == "busy"
    return claim
