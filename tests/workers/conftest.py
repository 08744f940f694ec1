"""A corner of a real Redis for each test."""

import secrets
from collections.abc import Iterator

import pytest
from redis import Redis

from workers.memory.connection import connect
from workers.memory.inbox import Inbox


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    client = connect(redis_url)
    yield client
    client.close()


@pytest.fixture
def prefix(redis: Redis) -> Iterator[str]:
    """What every key of this test begins with."""
    mine = f"test-{secrets.token_hex(6)}:"
    yield mine
    for key in redis.scan_iter(f"{mine}*"):
        redis.delete(key)


@pytest.fixture
def inbox(redis: Redis, prefix: str) -> Inbox:
    return Inbox(redis, prefix)
