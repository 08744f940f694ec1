"""Tokens that processes share: asked for once, unreadable without the App's key, gone in time."""

import secrets
import threading
import time
from collections.abc import Callable

import pytest
from redis import Redis

from workers.github.errors import Forbidden
from workers.memory.connection import connect
from workers.memory.vault import Vault

KEY, OTHER_KEY = "the App's private key", "the key that it had before"


@pytest.fixture
def redis(redis_url: str) -> Redis:
    return connect(redis_url)


@pytest.fixture
def prefix() -> str:
    return f"test-{secrets.token_hex(6)}:"


def asked(answers: list[str], seconds: float = 3000) -> Callable[[], tuple[str, float]]:
    """Give a new token each time, and write down which."""

    def ask() -> tuple[str, float]:
        answers.append(f"ghs_{len(answers)}")
        return answers[-1], seconds

    return ask


def test_what_one_process_got_another_has(redis: Redis, prefix: str) -> None:
    answers: list[str] = []
    one, other = (Vault.behind(KEY, redis, prefix) for _ in range(2))

    got = [vault.get("7:acme/shop#", asked(answers)) for vault in (one, other, one)]

    assert got == ["ghs_0"] * 3
    assert answers == ["ghs_0"]


def test_nobody_reads_it_without_the_key(redis: Redis, prefix: str) -> None:
    answers: list[str] = []
    Vault.behind(KEY, redis, prefix).get("7:acme/shop#", asked(answers))

    stored = [redis.get(key) for key in redis.scan_iter(f"{prefix}*")]
    got = Vault.behind(OTHER_KEY, redis, prefix).get("7:acme/shop#", asked(answers))

    assert len(stored) == 1
    assert b"ghs_" not in b"".join(value for value in stored if isinstance(value, bytes))
    assert got == "ghs_1"


def test_processes_that_want_it_at_once_ask_once(redis: Redis, prefix: str) -> None:
    answers: list[str] = []
    got: list[str] = []

    def slow() -> tuple[str, float]:
        time.sleep(0.3)
        return asked(answers)()

    threads = [
        threading.Thread(target=lambda: got.append(Vault.behind(KEY, redis, prefix).get("7:", slow))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert got == ["ghs_0"] * 8
    assert len(answers) == 1


def test_a_process_that_failed_lets_the_next_one_ask(redis: Redis, prefix: str) -> None:
    vault = Vault.behind(KEY, redis, prefix)

    def refused() -> tuple[str, float]:
        raise Forbidden("suspended")

    with pytest.raises(Forbidden):
        vault.get("7:", refused)

    assert vault.get("7:", asked([])) == "ghs_0"


def test_what_is_forgotten_or_about_to_end_is_asked_for_again(redis: Redis, prefix: str) -> None:
    answers: list[str] = []
    vault = Vault.behind(KEY, redis, prefix)

    vault.get("7:", asked(answers))
    vault.forget("7:")
    vault.get("7:", asked(answers))
    vault.get("8:", asked(answers, seconds=0))
    vault.get("8:", asked(answers, seconds=0))

    assert len(answers) == 4
