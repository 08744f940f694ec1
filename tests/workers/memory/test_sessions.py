"""Sessions: behind a name that the browser alone has, sealed, and of each person only so many."""

from typing import Any

import pytest
from redis import Redis

from workers.memory.sessions import AT_ONCE, LASTS, Place, Sessions

SHOP = Place(42, "acme/shop", may_push=True)


@pytest.fixture
def sessions(redis: Redis, prefix: str) -> Sessions:
    return Sessions(redis, prefix, "the App's client secret")


def test_a_session_is_found_by_its_name_until_it_ends(sessions: Sessions) -> None:
    name = sessions.begin("ann", "ghu_token")
    sessions.remember(name, [SHOP])
    known, places = sessions.get(name), sessions.places(name)

    sessions.end(name)

    assert known is not None
    assert (known.login, known.token) == ("ann", "ghu_token")
    assert places == (SHOP,)
    assert (sessions.get(name), sessions.places(name), sessions.get("")) == (None, None, None)


def test_who_reads_redis_finds_no_name_and_no_token(sessions: Sessions, redis: Redis, prefix: str) -> None:
    name = sessions.begin("ann", "ghu_token")
    keys = list(redis.scan_iter(f"{prefix}session:*"))
    seconds: Any = redis.ttl(keys[0])

    assert len(keys) == 1
    assert name.encode() not in keys[0]
    assert "ghu_token" not in str(redis.get(keys[0]))
    assert LASTS - 60 < seconds <= LASTS
    assert Sessions(redis, prefix, "another secret").get(name) is None


def test_one_more_session_than_a_person_may_have_ends_the_oldest(sessions: Sessions) -> None:
    first, second, *_ = [sessions.begin("ann", "ghu_token") for _ in range(AT_ONCE)]
    other = sessions.begin("bea", "ghu_token")
    sessions.remember(first, [SHOP])

    last = sessions.begin("ann", "ghu_token")

    assert sessions.get(first) is None
    assert sessions.places(first) is None
    assert all(sessions.get(name) is not None for name in (second, other, last))
