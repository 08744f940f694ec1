"""What outlives a job, for a while."""

import pytest
from redis import Redis

from workers.jobs import PullRequestKey
from workers.memory import recollection
from workers.memory.recollection import Recollection

KEY = PullRequestKey(42, "acme/shop", 7)
OTHER = PullRequestKey(42, "acme/shop", 8)


def test_a_blob_is_remembered_as_it_was(redis: Redis, prefix: str) -> None:
    memory = Recollection(redis, prefix, KEY)
    memory.put("abc", b"\x00\xffdefmodule")

    assert memory.get("abc") == b"\x00\xffdefmodule"
    assert memory.get("abd") is None


def test_a_blob_too_large_to_be_reviewed_is_not_kept(redis: Redis, prefix: str) -> None:
    memory = Recollection(redis, prefix, KEY)
    memory.put("abc", b"x" * 1_000_001)

    assert memory.get("abc") is None


def test_a_repository_takes_no_more_room_than_it_is_given(
    redis: Redis, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recollection, "ROOM", 25)
    memory = Recollection(redis, prefix, KEY)
    for sha in ("abc", "abd"):
        memory.put(sha, sha.encode())  # eleven bytes, packed
    memory.put("abe", b"abe")

    assert [memory.get(sha) for sha in ("abc", "abd", "abe")] == [b"abc", b"abd", None]


def test_what_was_said_on_a_pull_request_is_remembered_there(redis: Redis, prefix: str) -> None:
    memory = Recollection(redis, prefix, KEY)
    memory.say(KEY, ["one", "two"])
    memory.say(KEY, ["two"])
    memory.say(OTHER, [])

    assert memory.said(KEY) == {"one", "two"}
    assert memory.said(OTHER) == frozenset()


def test_nothing_is_remembered_for_ever(redis: Redis, prefix: str) -> None:
    memory = Recollection(redis, prefix, KEY)
    memory.put("abc", b"x")
    memory.say(KEY, ["one"])

    lives = [redis.ttl(key) for key in redis.scan_iter(f"{prefix}*")]

    assert len(lives) == 3
    assert min(int(str(life)) for life in lives) > 0
