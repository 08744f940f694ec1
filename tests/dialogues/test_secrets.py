"""Canaries: after reviews, commands and failures no secret is in logs, in Redis, or in anything that people read."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from deploy.services.ecto_fix import EctoFix
from deploy.standin.control import Repository, StandIn
from tests.dialogues.scene import check_of, eventually, migration, opens
from workers.memory.connection import connect

HAZARD = {
    "20260201000000_index_users.exs": migration('create index(:users, [:email])\nraise System.get_env("HOME")'),
    "20260201000001_crash.exs": migration(f'execute "SELECT {"1+" * 9_000}1", ""', name="Crash"),
}
LARGEST = 100_000  # bytes that are said of one pull request


def remembered(url: str, prefix: str) -> Iterator[bytes]:
    """Yield all keys and values of one product."""
    readers = {"string": "get", "hash": "hgetall", "list": "lrange", "set": "smembers", "zset": "zrange"}
    with connect(url) as redis:
        for key in redis.scan_iter(f"{prefix}*"):
            kind: Any = redis.type(key)
            name = kind.decode()
            bounds = (0, -1) if name in {"list", "zset"} else ()
            kept = redis.xrange(key) if name == "stream" else getattr(redis, readers[name])(key, *bounds)
            yield key + repr(kept).encode()


@pytest.fixture
def secrets(github: StandIn, bot: EctoFix, redis_url: str) -> dict[str, str]:
    """What nobody may ever read, by what it is."""
    key = github.app().private_key.splitlines()
    return {
        "the key's first line": key[1],
        "the key's last line": key[-2],
        "the webhook's secret": bot.webhook_secret,
        "the password of Redis": redis_url.partition("@")[0].rpartition(":")[2] if "@" in redis_url else "\0",
        "a token": "ghs_",
        "what the App signs": "eyJ",
    }


def test_no_secret_is_found_anywhere(bot: EctoFix, shop: Repository, redis_url: str, secrets: dict[str, str]) -> None:
    pull_request = opens(shop, HAZARD)
    check = check_of(pull_request)
    pull_request.comment("/ecto-fix", by="maria")
    eventually("it is answered", lambda: len(pull_request.look().comments) > 1)
    forged = requests.post(f"{bot.url}/webhook", b"{}", headers={"X-Hub-Signature-256": "sha256=0"}, timeout=10)

    seen = pull_request.look()
    said = repr((check, seen.comments, seen.reviews, pull_request.checks())).encode()
    everywhere = {
        "the logs": bot.logs().encode(),
        "Redis": b"".join(remembered(redis_url, bot.environment["ECTO_FIX_REDIS_PREFIX"])),
        "the pull request": said,
        "a refusal": forged.content + repr(forged.headers).encode(),
    }
    found = [
        (what, where)
        for what, secret in secrets.items()
        for where, text in everywhere.items()
        if secret.encode() in text
    ]

    assert found == []
    assert all(everywhere.values())
    assert b"accepted" in everywhere["the logs"]
    assert len(said) < LARGEST
