"""How much may be written in a while, and what is remembered of a used-up hour."""

import secrets
import time

import pytest

from workers.memory.connection import connect
from workers.memory.quota import LIMITS, REPOSITORY, Quota


@pytest.fixture
def quota(redis_url: str) -> Quota:
    return Quota(connect(redis_url), f"test-{secrets.token_hex(6)}:", 7, "acme/shop")


def elsewhere(quota: Quota, repository: str, installation: int = 7) -> Quota:
    return Quota(quota.redis, quota.prefix, installation, repository)


(BURST,) = (most for where, _, most in LIMITS if where == REPOSITORY)


def test_a_review_is_written_in_one_go_and_then_somebody_else_has_a_turn(quota: Quota) -> None:
    waits = [quota.write() for _ in range(BURST + 1)]

    assert waits[:BURST] == [0.0] * BURST
    assert 0 < waits[-1] <= 8
    assert elsewhere(quota, "acme/other").write() == 0


def test_a_refused_write_is_not_counted(quota: Quota) -> None:
    for _ in range(BURST):
        quota.write()

    first, *_, last = (quota.write() for _ in range(5))

    assert last <= first


def test_an_installation_writes_no_more_than_github_allows_in_a_minute(quota: Quota) -> None:
    waits = [elsewhere(quota, f"acme/shop-{number // BURST}").write() for number in range(100)]

    assert waits.count(0.0) == 75
    assert 0 < waits[-1] <= 60
    assert elsewhere(quota, "acme/shop", installation=8).write() == 0


def headers(left: int, reset: int) -> dict[str, str]:
    return {
        "x-ratelimit-remaining": str(left),
        "x-ratelimit-reset": str(reset),
        "x-ratelimit-resource": "core",
    }


def test_the_installation_waits_for_its_next_hour_when_little_is_left(quota: Quota) -> None:
    quota.learn(headers(4000, int(time.time()) + 100))
    assert quota.wait() == 0

    quota.learn(headers(20, int(time.time()) + 100))

    assert 90 < elsewhere(quota, "acme/other").wait() <= 101
    assert elsewhere(quota, "acme/other", installation=8).wait() == 0


def test_an_answer_without_limits_tells_nothing(quota: Quota) -> None:
    quota.learn({})
    quota.learn(headers(0, int(time.time()) + 100) | {"x-ratelimit-resource": "graphql"})

    assert quota.wait() == 0
