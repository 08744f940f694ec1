"""From the bell to the end: whatever happens on the way, a job is done, due, or given up in the open."""

import time
from collections.abc import Callable

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as Disconnected

from tests.workers.engine.fakes import COMMAND, REVIEW, Work, engine
from workers.context import AnalysisFailed, Context, Done, Failure, Later, Outcome
from workers.drive import KILLED, Engine, back_off, drive
from workers.github.errors import Forbidden, RetryLater
from workers.jobs import ReviewPullRequest
from workers.memory.census import State, entries
from workers.memory.inbox import UNREADABLE, Claim
from workers.memory.lease import LeaseLost


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def worker(redis: Redis, prefix: str, redis_url: str, work: Work) -> Engine:
    return engine(redis, prefix, redis_url, work)


def fail(_context: Context) -> Outcome:
    raise RuntimeError("secrets of ours")


def test_a_due_review_is_done_and_over(worker: Engine, work: Work) -> None:
    worker.inbox.accept("d-1", "pull_request", [REVIEW])

    endings = drive(worker, REVIEW.id), drive(worker, REVIEW.id)

    assert endings == ("finished", "not due")
    assert work.done == ["review 1"]


def test_a_command_is_done_with_what_was_said(worker: Engine, work: Work) -> None:
    worker.inbox.accept("d-1", "issue_comment", [COMMAND])

    assert drive(worker, COMMAND.id) == "finished"
    assert work.done == ["command 900"]


def test_the_pull_request_is_held_while_it_is_worked_on(worker: Engine, work: Work) -> None:
    seen: list[str] = []

    def review(_context: Context) -> Outcome:
        seen.append(drive(worker, COMMAND.id))
        return Done()

    work.review = review
    worker.inbox.accept("d-1", "pull_request", [REVIEW])
    worker.inbox.accept("d-2", "issue_comment", [COMMAND])

    drive(worker, REVIEW.id)

    assert seen == ["busy"]
    assert drive(worker, COMMAND.id) == "finished"


def test_a_push_during_the_review_makes_another_one_due_and_rings(worker: Engine, work: Work) -> None:
    def review(_context: Context) -> Outcome:
        worker.inbox.accept("d-2", "pull_request", [REVIEW])
        return Done()

    work.review = review
    worker.inbox.accept("d-1", "pull_request", [REVIEW])

    ending = drive(worker, REVIEW.id)
    work.review = lambda _context: Done()

    assert (ending, worker.doorbell.waiting()) == ("again", 1)
    assert drive(worker, REVIEW.id) == "finished"


def test_a_delay_is_the_due_time_and_costs_no_attempt(worker: Engine, work: Work) -> None:
    work.review = lambda _context: Later(3600, "not yet")
    worker.inbox.accept("d-1", "pull_request", [REVIEW])

    endings = drive(worker, REVIEW.id), drive(worker, REVIEW.id)

    assert endings == ("postponed", "not due")
    assert work.done == ["review 1"]


def test_a_rate_limit_puts_the_job_back_for_as_long_as_github_says(worker: Engine, work: Work) -> None:
    def limited(_context: Context) -> Outcome:
        raise RetryLater(3600, "the secondary limit")

    work.review = limited
    worker.inbox.accept("d-1", "pull_request", [REVIEW])

    endings = drive(worker, REVIEW.id), drive(worker, REVIEW.id)

    assert endings == ("postponed", "not due")


def test_delays_without_end_are_not_failures(worker: Engine, work: Work) -> None:
    work.review = lambda _context: Later(0, "not yet")
    worker.inbox.accept("d-1", "pull_request", [REVIEW])

    for _ in range(20):
        drive(worker, REVIEW.id)

    assert set(work.done) == {"review 1"}


def unanswered(_context: Context) -> Outcome:
    raise RetryLater(0, "GitHub answered 502")


def waiting(worker: Engine, seconds: float) -> None:
    """Let a review be due for so many *seconds* already."""
    worker.inbox.accept("d-1", "pull_request", [REVIEW])
    worker.inbox._redis.hset(f"{worker.inbox._prefix}since", REVIEW.id, str(time.time() - seconds))


def test_what_has_waited_for_long_is_tried_ever_more_rarely(worker: Engine, work: Work) -> None:
    work.review = unanswered
    waiting(worker, 1800)

    endings = drive(worker, REVIEW.id), drive(worker, REVIEW.id)

    assert endings == ("postponed", "not due")


def test_an_outage_that_does_not_end_is_given_up_in_the_open(worker: Engine, work: Work) -> None:
    work.review = unanswered
    waiting(worker, 7200)

    endings = [drive(worker, REVIEW.id) for _ in range(6)]

    assert endings == ["postponed"] * 5 + ["buried"]
    assert work.done[-1] == f"gave up {REVIEW.id}: GitHub answered 502"


def test_who_cannot_be_told_in_an_outage_is_given_up_for_the_first_reason(worker: Engine, work: Work) -> None:
    def unreachable() -> None:
        raise RetryLater(0, "GitHub answered 502")

    work.review, work.farewell = fail, unreachable
    waiting(worker, 7200)

    endings = [drive(worker, REVIEW.id) for _ in range(8)]

    assert endings == ["postponed"] * 7 + ["buried"]
    assert [dead.reason for dead in worker.inbox.dead()] == ["an internal error (RuntimeError)"]


def test_counted_delays_end(worker: Engine, work: Work) -> None:
    work.review = lambda _context: Later(0, "GitHub does not show it", counted=True)
    worker.inbox.accept("d-1", "pull_request", [REVIEW])

    endings = [drive(worker, REVIEW.id) for _ in range(6)]

    assert endings == ["postponed"] * 5 + ["buried"]
    assert work.done[-1] == f"gave up {REVIEW.id}: GitHub does not show it"


def test_what_fails_five_times_is_given_up_in_the_open(worker: Engine, work: Work) -> None:
    work.review = fail
    worker.inbox.accept("d-1", "pull_request", [REVIEW])

    endings = [drive(worker, REVIEW.id) for _ in range(7)]

    assert endings == ["postponed"] * 5 + ["buried", "not due"]
    assert work.done == [
        *(f"review {attempt}" for attempt in range(1, 6)),
        f"gave up {REVIEW.id}: an internal error (RuntimeError)",
    ]
    assert [dead.id for dead in worker.inbox.dead()] == [REVIEW.id]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (AnalysisFailed(Failure.TIME), "it took too long"),
        (Forbidden("Resource not accessible by integration"), "Resource not accessible by integration"),
        (RuntimeError("postgres://secret"), "an internal error (RuntimeError)"),
    ],
)
def test_people_are_told_what_is_fit_for_them(worker: Engine, work: Work, error: Exception, reason: str) -> None:
    def review(_context: Context) -> Outcome:
        raise error

    work.review = review
    worker.inbox.accept("d-1", "pull_request", [REVIEW])

    for _ in range(6):
        drive(worker, REVIEW.id)

    assert work.done[-1] == f"gave up {REVIEW.id}: {reason}"


def test_what_killed_five_workers_is_not_tried_a_sixth_time(worker: Engine, work: Work) -> None:
    worker.inbox.accept("d-1", "pull_request", [REVIEW])
    for _ in range(5):
        die_at_work(worker, REVIEW)

    assert drive(worker, REVIEW.id) == "buried"
    assert work.done == [f"gave up {REVIEW.id}: {KILLED}"]


def test_who_cannot_be_told_is_told_three_times_and_then_given_up_all_the_same(worker: Engine, work: Work) -> None:
    def unreachable() -> None:
        raise RuntimeError("GitHub is down")

    work.review, work.farewell = fail, unreachable
    worker.inbox.accept("d-1", "pull_request", [REVIEW])

    endings = [drive(worker, REVIEW.id) for _ in range(8)]

    assert endings == ["postponed"] * 7 + ["buried"]
    assert [dead.reason for dead in worker.inbox.dead()] == ["an internal error (RuntimeError)"]


def test_who_loses_the_lease_stops_and_leaves_the_job_to_the_other(worker: Engine, work: Work) -> None:
    def review(context: Context) -> Outcome:
        worker.inbox._redis.delete(f"{worker.inbox._prefix}lease:{context.key}")
        other = worker.inbox.claim(REVIEW.id, 30)
        assert isinstance(other, Claim)
        raise LeaseLost

    work.review = review
    worker.inbox.accept("d-1", "pull_request", [REVIEW])

    endings = drive(worker, REVIEW.id), drive(worker, REVIEW.id)

    assert endings == ("lost", "busy")


def test_who_lost_the_lease_without_noticing_cannot_finish(worker: Engine, work: Work) -> None:
    def review(context: Context) -> Outcome:
        worker.inbox._redis.delete(f"{worker.inbox._prefix}lease:{context.key}")
        return Done()

    work.review = review
    worker.inbox.accept("d-1", "pull_request", [REVIEW])

    assert drive(worker, REVIEW.id) == "lost"
    assert worker.inbox.waiting() == 1


def is_kept_after(act: Callable[[], object], worker: Engine, work: Work) -> bool:
    """Do something to the inbox while the review is written; tell whether what it remembers is kept."""

    def review(context: Context) -> Outcome:
        act()
        context.memory.say(context.key, ["head-abc"])
        return Done()

    work.review = review
    worker.inbox.accept("d-1", "pull_request", [REVIEW])
    assert drive(worker, REVIEW.id) == "dropped"
    return bool(worker.inbox._redis.exists(f"{worker.inbox._prefix}said:{REVIEW.key}"))


@pytest.mark.parametrize("gone", ["42:", "42:acme/shop#"])
def test_what_is_written_of_a_repository_that_goes_meanwhile_goes_with_it(
    worker: Engine, work: Work, gone: str
) -> None:
    assert not is_kept_after(lambda: worker.inbox.forget(gone), worker, work)


def test_who_drops_one_job_forgets_nothing_of_its_repository(worker: Engine, work: Work) -> None:
    assert is_kept_after(lambda: worker.inbox.drop(REVIEW.id), worker, work)


def test_what_cannot_be_read_is_given_up_and_keeps_nobody_from_anything(worker: Engine, redis: Redis) -> None:
    worker.inbox.accept("d-1", "pull_request", [REVIEW])
    worker.inbox.accept("d-2", "issue_comment", [COMMAND])
    redis.hset(f"{worker.inbox._prefix}jobs", REVIEW.id, '{"kind": "Dance"}')

    endings = drive(worker, REVIEW.id), drive(worker, REVIEW.id), drive(worker, COMMAND.id)

    assert endings == ("unreadable", "not due", "finished")
    assert [(one.state, one.reason, one.job) for one in entries(redis, worker.inbox._prefix)] == [
        (State.DEAD, UNREADABLE, None)
    ]


def test_back_off_grows_and_stays_below_five_minutes() -> None:
    delays = [back_off(attempt) for attempt in range(1, 9)]

    assert delays == [5, 15, 45, 135, 300, 300, 300, 300]


def die_at_work(worker: Engine, job: ReviewPullRequest) -> None:
    """Claim and never come back, as a killed worker does."""
    claim = worker.inbox.claim(job.id, 0.001)
    assert isinstance(claim, Claim)
    while worker.inbox._redis.exists(f"{worker.inbox._prefix}lease:{job.key}"):
        pass


def test_a_memory_that_is_away_is_no_fault_of_the_job(worker: Engine, work: Work) -> None:
    def forget(_context: Context) -> Outcome:
        raise Disconnected("gone")

    work.review = forget
    worker.inbox.accept("d-1", "pull_request", [REVIEW])

    assert drive(worker, REVIEW.id) == "postponed"
    worker.inbox._redis.zadd(f"{worker.inbox._prefix}due", {REVIEW.id: 0})
    work.review = lambda _context: Done()
    assert drive(worker, REVIEW.id) == "finished"
    assert work.done == ["review 1", "review 1"]
