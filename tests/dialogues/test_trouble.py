"""Forgeries, a Redis that is away, a worker that is killed: nothing false is believed, nothing accepted is lost."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from deploy.services.ecto_fix import EctoFix
from deploy.services.redis import RedisServer
from deploy.standin.control import StandIn
from deploy.standin.server import running
from tests.dialogues.scene import check_of, eventually, migration, new_shop, opens

INDEX = {"20260201000000_index_users.exs": migration("create index(:users, [:email])")}
LEASE = "3"  # seconds, so that a dead worker is missed soon


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[RedisServer]:
    (tmp_path / "redis").mkdir()
    with RedisServer(tmp_path / "redis") as server:
        yield server


@pytest.fixture
def own_github(tmp_path: Path) -> Iterator[StandIn]:
    with running(tmp_path / "github") as standin:
        yield standin
        assert standin.violations() == []
        standin.close()


@pytest.fixture
def own_bot(own_github: StandIn, own_redis: RedisServer, tmp_path: Path) -> Iterator[EctoFix]:
    (tmp_path / "bot").mkdir()
    with EctoFix.connected(tmp_path / "bot", own_redis.url, own_github, LEASE_SECONDS=LEASE) as product:
        yield product


def test_a_forged_delivery_is_refused_and_has_no_effect(github: StandIn, bot: EctoFix) -> None:
    shop = new_shop(github)
    github.pause_deliveries()
    pull_request = opens(shop, INDEX)
    payload = {"action": "opened", "number": pull_request.number, "repository": {"full_name": shop.name}}
    headers = {"X-GitHub-Event": "pull_request", "X-GitHub-Delivery": "forged", "Content-Type": "application/json"}

    unsigned = requests.post(f"{bot.url}/webhook", data=json.dumps(payload), headers=headers, timeout=10)
    signed = headers | {"X-Hub-Signature-256": f"sha256={'0' * 64}"}
    wrong = requests.post(f"{bot.url}/webhook", data=json.dumps(payload), headers=signed, timeout=10)

    assert (unsigned.status_code, wrong.status_code) == (401, 401)
    assert pull_request.checks() == ()
    github.resume_deliveries()
    assert check_of(pull_request).conclusion == "failure"  # it was the signature, and nothing else


def test_while_redis_is_down_nothing_is_accepted_and_what_is_redelivered_is_reviewed(
    own_bot: EctoFix, own_github: StandIn, own_redis: RedisServer
) -> None:
    assert own_bot.receiver is not None
    shop = new_shop(own_github)
    own_redis.kill()

    pull_request = opens(shop, INDEX)
    own_github.settle()
    (refused,) = own_github.deliveries("pull_request", "opened")
    own_redis.start()
    own_github.redeliver(refused)

    assert refused.status_code == 503
    assert check_of(pull_request).conclusion == "failure"
    assert len(pull_request.look().reviews) == 1


@pytest.mark.parametrize(
    ("method", "path"),
    [
        pytest.param("GET", "/git/trees/", id="while it reads", marks=pytest.mark.prove),
        pytest.param("POST", "/reviews$", id="while it posts the review"),
        pytest.param("PATCH", "/check-runs/", id="while it concludes the check", marks=pytest.mark.prove),
    ],
)
def test_a_worker_killed_in_mid_review_is_missed_and_the_review_appears_once(
    own_bot: EctoFix, own_github: StandIn, method: str, path: str
) -> None:
    own_github.fail(method=method, path=path, delay=2.0)
    pull_request = opens(new_shop(own_github), INDEX)
    eventually("the worker waits for an answer", own_github.struck)

    own_bot.kill_worker(own_bot.workers[0])
    own_bot.start_worker()

    assert check_of(pull_request).conclusion == "failure"
    time.sleep(2.0)  # what the dead worker asked for may still be done
    assert len(pull_request.look().reviews) == 1
    assert len(pull_request.threads()) == 1


def test_a_delivery_that_is_repeated_has_no_second_effect(github: StandIn, bot: EctoFix) -> None:
    assert bot.receiver is not None
    pull_request = opens(new_shop(github), INDEX)
    check_of(pull_request)
    delivery = github.deliveries("pull_request", "opened")[-1]

    github.redeliver(delivery)

    github.settle()
    assert check_of(pull_request).conclusion == "failure"
    assert len(pull_request.look().reviews) == 1


def test_an_answer_that_was_lost_does_not_make_a_second_review(github: StandIn, bot: EctoFix) -> None:
    assert bot.receiver is not None
    shop = new_shop(github)
    github.fail(method="POST", path=f"/{shop.name}/pulls/.*/reviews$", status=502, after=True)

    pull_request = opens(shop, INDEX)

    assert check_of(pull_request).conclusion == "failure"
    assert len(pull_request.look().reviews) == 1


@pytest.fixture
def watchful_bot(own_github: StandIn, own_redis: RedisServer, tmp_path: Path) -> Iterator[EctoFix]:
    """A bot that looks for what it missed every half second."""
    (tmp_path / "bot").mkdir()
    with EctoFix.connected(tmp_path / "bot", own_redis.url, own_github, ROUND_SECONDS="0.5") as product:
        yield product


def test_what_never_arrived_is_asked_for_again(own_github: StandIn, watchful_bot: EctoFix) -> None:
    assert watchful_bot.receiver is not None
    shop = new_shop(own_github)
    pull_request = opens(shop, INDEX)
    assert check_of(pull_request).conclusion == "failure"
    assert own_github.settle()  # or what is lost would be what is still under way, and not the comment
    own_github.lose_deliveries(1)

    comment = pull_request.comment("/ecto-fix", by="maria")
    assert own_github.settle()
    own_github.advance(120)  # GitHub's log shows that some time has passed since
    pull_request.comment("Did it hear me?", by="maria")

    eventually("an answer", lambda: any("Committed in" in one.body for one in pull_request.look().comments))
    assert own_github.settle()  # the answer is delivered, too
    assert len(own_github.deliveries("issue_comment")) == len(pull_request.look().comments) + 1
    assert any(one.id == comment and "rocket" in str(one.reactions) for one in pull_request.look().comments)


def test_a_head_of_which_nothing_was_heard_is_reviewed(own_github: StandIn, watchful_bot: EctoFix) -> None:
    assert watchful_bot.receiver is not None
    shop = new_shop(own_github)
    own_github.pause_deliveries()

    pull_request = opens(shop, INDEX)

    assert check_of(pull_request).conclusion == "failure"
    assert len(pull_request.threads()) == 1
