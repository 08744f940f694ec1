"""Real worker processes on a real Redis, killed and frozen: each job still has its effect, once."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from redis import Redis

from deploy.services.redis import RedisServer
from tests.workers.engine.fakes import REVIEW
from workers.app import create_celery
from workers.jobs import PullRequestKey, ReviewPullRequest
from workers.memory.connection import connect
from workers.memory.inbox import Inbox
from workers.queue import Doorbell

PROCESS = Path(__file__).parent / "process.py"
SECONDS = 40  # to wait for anything; on a quiet machine nothing takes five


class Workers:
    """Worker processes, each with two pool processes."""

    def __init__(self, redis: Redis, url: str, prefix: str) -> None:
        self.redis = redis
        self.url = url
        self.prefix = prefix
        self.inbox = Inbox(redis, prefix)
        self.doorbell = Doorbell(create_celery(url, prefix), redis, prefix)
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, str(PROCESS), self.url, self.prefix], stderr=subprocess.DEVNULL, start_new_session=True
        )
        self.processes.append(process)
        return process

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """Kill it with its pool, as a machine that goes away does."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def close(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                self.kill(process)

    def hear(self, *jobs: ReviewPullRequest) -> None:
        """Accept jobs and ring for them, as the receiver does."""
        self.doorbell.ring(self.inbox.accept(f"d-{jobs[0].id}", "pull_request", jobs))

    def said(self, what: str) -> list[str]:
        lines = self.redis.lrange(f"{self.prefix}{what}", 0, -1)
        assert isinstance(lines, list)
        return [line.decode() for line in lines]

    def go(self) -> None:
        """Let work that has begun go on."""
        self.redis.set(f"{self.prefix}go", 1)

    def until(self, true: Callable[[], bool]) -> None:
        deadline = time.monotonic() + SECONDS
        while not true():
            assert time.monotonic() < deadline
            time.sleep(0.02)


@pytest.fixture
def workers(redis: Redis, redis_url: str, prefix: str) -> Iterator[Workers]:
    started = Workers(redis, redis_url, prefix)
    yield started
    started.close()


def test_what_became_due_while_nobody_worked_is_done_when_somebody_does(workers: Workers) -> None:
    jobs = [ReviewPullRequest(PullRequestKey(42, "acme/shop", number)) for number in range(1, 21)]
    workers.hear(*jobs)
    workers.go()

    workers.start()

    workers.until(lambda: workers.inbox.waiting() == 0)
    assert sorted(workers.said("done")) == sorted(job.id for job in jobs)


def test_a_worker_killed_at_its_work_is_replaced_and_the_work_is_done_once(workers: Workers) -> None:
    workers.hear(REVIEW)
    first = workers.start()
    workers.until(lambda: workers.said("begun") == [REVIEW.id])

    workers.kill(first)
    workers.start()
    workers.until(lambda: workers.said("begun") == [REVIEW.id] * 2)
    workers.go()

    workers.until(lambda: workers.inbox.waiting() == 0)
    assert workers.said("done") == [REVIEW.id]


def test_a_pool_process_killed_at_its_work_is_replaced_and_the_work_is_done_once(workers: Workers) -> None:
    workers.hear(REVIEW)
    process = workers.start()
    workers.until(lambda: workers.said("begun") == [REVIEW.id])

    for child in children(process.pid):
        os.kill(child, signal.SIGKILL)
    workers.until(lambda: workers.said("begun") == [REVIEW.id] * 2)
    workers.go()

    workers.until(lambda: workers.inbox.waiting() == 0)
    assert workers.said("done") == [REVIEW.id]


def test_a_worker_frozen_at_its_work_finds_its_lease_gone_and_does_no_harm(workers: Workers) -> None:
    workers.hear(REVIEW)
    first = workers.start()
    workers.until(lambda: workers.said("begun") == [REVIEW.id])

    os.killpg(first.pid, signal.SIGSTOP)
    workers.start()
    workers.until(lambda: workers.said("begun") == [REVIEW.id] * 2)
    workers.go()
    workers.until(lambda: workers.inbox.waiting() == 0)
    os.killpg(first.pid, signal.SIGCONT)
    other = ReviewPullRequest(PullRequestKey(42, "acme/shop", 8))
    workers.hear(other)
    workers.until(lambda: workers.inbox.waiting() == 0)

    assert workers.said("done") == [REVIEW.id, other.id]


def test_a_worker_told_to_end_finishes_its_work_first(workers: Workers) -> None:
    workers.hear(REVIEW)
    process = workers.start()
    workers.until(lambda: workers.said("begun") == [REVIEW.id])

    process.terminate()
    workers.go()

    assert process.wait(SECONDS) == 0
    assert workers.said("done") == [REVIEW.id]


def test_workers_outlive_a_redis_that_dies_and_comes_back(tmp_path: Path) -> None:
    with (
        RedisServer(tmp_path) as server,
        closing(connect(server.url)) as redis,
        closing(Workers(redis, server.url, "outage:")) as workers,
    ):
        process = workers.start()
        workers.hear(REVIEW)
        workers.until(lambda: workers.said("begun") == [REVIEW.id])

        server.kill()
        time.sleep(1)
        server.start()
        workers.go()

        workers.until(lambda: workers.inbox.waiting() == 0)
        assert process.poll() is None
        assert set(workers.said("done")) == {REVIEW.id}


def children(pid: int) -> list[int]:
    """Return the processes that *pid* has forked."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
