"""What GitHub is told while Redis is away: never 2xx for what is not remembered."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.services.redis import RedisServer
from tests.bot.payloads import REVIEW, pull_request
from tests.bot.sender import Sender, listening


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    with RedisServer(tmp_path) as started:
        yield started


@pytest.fixture
def github(server: RedisServer) -> Iterator[Sender]:
    with listening(server.url, "outage:") as sender:
        yield sender


def test_while_redis_is_down_nothing_is_accepted_and_afterwards_all_is(server: RedisServer, github: Sender) -> None:
    github.deliver("pull_request", pull_request())
    server.kill()

    refused = github.deliver("pull_request", pull_request("synchronize"))
    unready, _ = github.get("/readyz")
    alive, _ = github.get("/healthz")
    server.start()
    accepted = github.deliver("pull_request", pull_request("synchronize"))

    assert (refused, unready, alive, accepted) == (503, 503, 200, 202)
    assert github.generations() == {REVIEW: 2}


def test_while_redis_is_frozen_github_gets_its_answer_before_it_hangs_up(server: RedisServer, github: Sender) -> None:
    github.deliver("pull_request", pull_request())
    assert server.process is not None
    os.kill(server.process.pid, signal.SIGSTOP)

    # Ten seconds is GitHub's patience; the sender's own is shorter here.
    github.patience = 5
    refused = github.deliver("pull_request", pull_request("synchronize"))
    unready, _ = github.get("/readyz")
    os.kill(server.process.pid, signal.SIGCONT)
    accepted = github.deliver("pull_request", pull_request("synchronize"))

    assert (refused, unready, accepted) == (503, 503, 202)


def test_a_redis_that_is_full_is_not_asked_to_forget(server: RedisServer, github: Sender) -> None:
    github.redis.config_set("maxmemory", "1")

    refused = github.deliver("pull_request", pull_request())
    github.redis.config_set("maxmemory", "0")
    accepted = github.deliver("pull_request", pull_request())

    assert server.process is not None
    assert (refused, accepted) == (503, 202)
