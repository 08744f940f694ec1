"""What is due and forgotten is rung for again."""

import threading

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as Disconnected

from tests.workers.engine.fakes import REVIEW, Work, engine
from workers.drive import Engine
from workers.jobs import PullRequestKey, ReviewPullRequest
from workers.memory.inbox import Claim
from workers.reconcile import BELLS, sweep, sweep_for_ever


@pytest.fixture
def worker(redis: Redis, prefix: str, redis_url: str) -> Engine:
    return engine(redis, prefix, redis_url, Work())


def forgotten(worker: Engine, job: ReviewPullRequest) -> None:
    """Make *job* due with nobody to hear of it."""
    worker.inbox.accept(f"d-{job.id}", "pull_request", [job])
    claim = worker.inbox.claim(job.id, 30)
    assert isinstance(claim, Claim)
    worker.inbox.postpone(claim, 0, "", counted=False)


def test_a_forgotten_job_is_rung_for_once(worker: Engine) -> None:
    forgotten(worker, REVIEW)

    swept = sweep(worker.inbox, worker.doorbell), sweep(worker.inbox, worker.doorbell)

    assert swept == ((REVIEW.id,), ())
    assert worker.doorbell.waiting() == 1


def test_workers_with_enough_to_do_are_not_rung_for(worker: Engine) -> None:
    worker.doorbell.ring(f"42:acme/shop#{number}" for number in range(1, BELLS + 1))
    forgotten(worker, REVIEW)

    assert sweep(worker.inbox, worker.doorbell) == ()


def test_sweeping_goes_on_after_redis_was_away_and_ends_when_told(
    worker: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = ReviewPullRequest(PullRequestKey(42, "acme/shop", 8))
    forgotten(worker, REVIEW)
    forgotten(worker, other)
    waits = iter([False, False, True])
    over = threading.Event()
    monkeypatch.setattr(over, "wait", lambda _seconds: next(waits))
    answers = iter([Disconnected("gone")])

    def waiting() -> int:
        for error in answers:
            raise error
        return 0

    monkeypatch.setattr(worker.doorbell, "waiting", waiting)

    sweep_for_ever(worker.inbox, worker.doorbell, 1, over)

    assert worker.inbox.overdue(10) == ()
