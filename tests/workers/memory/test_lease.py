"""The right to act alone: kept by renewing it, given up when in doubt."""

import threading
import time
from collections.abc import Callable

import pytest
from redis.exceptions import ConnectionError as Disconnected

from workers.memory.lease import Lease, LeaseLost


def test_a_fresh_lease_may_be_acted_on() -> None:
    lease = Lease(30, time.monotonic(), renew=lambda: True)

    lease.check()

    assert 0 < lease.remaining() <= 30


def test_a_lease_that_is_nearly_over_may_not() -> None:
    lease = Lease(30, time.monotonic() - 21, renew=lambda: True)

    with pytest.raises(LeaseLost):
        lease.check()


def test_a_frozen_process_finds_nothing_left() -> None:
    lease = Lease(30, time.monotonic() - 3600, renew=lambda: True)

    assert lease.remaining() == 0


def test_a_lease_is_renewed_while_it_is_held() -> None:
    renewed = threading.Event()

    def renew() -> bool:
        renewed.set()
        return True

    with Lease(0.03, time.monotonic() - 0.03, renew) as lease:
        assert renewed.wait(10)
        until(lambda: lease.remaining() > 0)


def test_a_lease_that_somebody_else_has_is_lost_and_not_asked_for_again() -> None:
    asked: list[int] = []

    def renew() -> bool:
        asked.append(1)
        return False

    with Lease(0.03, time.monotonic() + 3600, renew) as lease:
        until(lambda: lease.remaining() == 0)
        time.sleep(0.05)

        with pytest.raises(LeaseLost):
            lease.check()
    assert asked == [1]


def test_redis_may_be_away_for_a_moment() -> None:
    asked: list[int] = []
    renewed = threading.Event()

    def renew() -> bool:
        asked.append(1)
        if len(asked) == 1:
            raise Disconnected("gone")
        renewed.set()
        return True

    with Lease(0.03, time.monotonic(), renew):
        assert renewed.wait(10)


def until(true: Callable[[], bool]) -> None:
    """Wait for what a thread does."""
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.001)
