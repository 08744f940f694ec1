"""What a history came to is kept for its own repository, in bounded room, and forgotten with it."""

import pytest
from redis import Redis

from workers.jobs import PullRequestKey
from workers.memory import past
from workers.memory.inbox import Inbox
from workers.memory.past import RepositoryPast

KEY = PullRequestKey(42, "acme/shop", 7)
SAME = PullRequestKey(42, "acme/shop", 8)
OTHERS = (PullRequestKey(42, "acme/shop-2", 7), PullRequestKey(43, "acme/shop", 7), PullRequestKey(42, "acme/sho", 7))


def test_what_one_pull_request_worked_out_serves_the_others_of_its_repository(redis: Redis, prefix: str) -> None:
    RepositoryPast(redis, prefix, KEY).keep({"a": b"\x00\xff"})
    RepositoryPast(redis, prefix, SAME).keep({"b": b"2"})

    assert RepositoryPast(redis, prefix, KEY).recall() == {"a": b"\x00\xff", "b": b"2"}


def test_no_other_repository_sees_it_and_none_can_write_it(redis: Redis, prefix: str) -> None:
    RepositoryPast(redis, prefix, KEY).keep({"a": b"true"})

    for other in OTHERS:
        RepositoryPast(redis, prefix, other).keep({"a": b"a lie"})

    assert RepositoryPast(redis, prefix, KEY).recall() == {"a": b"true"}


def test_where_there_is_no_room_it_begins_afresh(redis: Redis, prefix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(past, "ROOM", 100)
    memory = RepositoryPast(redis, prefix, KEY)

    memory.keep({"a": b"x" * 60})
    memory.keep({"b": b"x" * 60})
    memory.keep({"too large for any room": b"x" * 101})
    memory.keep({"n" * 65: b""})

    assert memory.recall() == {"b": b"x" * 60}


def test_it_ends_by_itself_and_with_its_repository(redis: Redis, prefix: str) -> None:
    memory = RepositoryPast(redis, prefix, KEY)
    memory.keep({"a": b"1"})
    (life,) = [redis.ttl(key) for key in redis.scan_iter(f"{prefix}*")]

    Inbox(redis, prefix).forget("42:acme/shop#")

    assert int(str(life)) > 0
    assert memory.recall() == {}
