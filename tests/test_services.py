"""The servers that tests stand on are real, and keep what they are told to keep."""

from pathlib import Path

import psycopg
import pytest
import redis

from deploy.services import postgres as postgres_service
from deploy.services.redis import RedisServer


def test_redis_keeps_what_it_answered_for_when_it_is_killed(tmp_path: Path) -> None:
    with RedisServer(tmp_path) as server, redis.Redis.from_url(server.url) as client:
        client.set("accepted", "delivery")

        server.kill()
        server.start()

        assert client.get("accepted") == b"delivery"


def test_postgres_answers_in_utc_and_has_the_contrib_extensions(postgres: psycopg.Connection) -> None:
    row = postgres.execute(
        "SELECT current_setting('timezone'), count(*) FROM pg_available_extensions WHERE name = 'citext'"
    ).fetchone()

    assert row == ("UTC", 1)


def test_the_server_that_the_environment_names_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ECTO_FIX_PG_BIN", str(tmp_path))

    assert postgres_service.postgres_binaries() == tmp_path
