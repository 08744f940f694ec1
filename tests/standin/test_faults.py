"""Faults on demand: before the work, after it, late, or with the connection cut."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from deploy.standin.control import PullRequest, StandIn
from tests.dialogues.scene import eventually
from tests.standin.conftest import Caller, as_installation, new_pull, new_repository


@pytest.fixture
def stage(own: StandIn) -> tuple[PullRequest, Caller]:
    repository = new_repository(own)
    return new_pull(repository), as_installation(own, repository)


def test_a_fault_strikes_as_often_as_it_was_asked_to(own: StandIn, stage: tuple[PullRequest, Caller]) -> None:
    pull, bot = stage
    own.fail(method="GET", path=r"/pulls/\d+$", status=502, count=2, skip=1)

    seen = [bot.get(f"/pulls/{pull.number}").status_code for _ in range(4)]

    assert seen == [200, 502, 502, 200]
    assert own.heal() == 2


def test_an_answer_can_be_lost_after_the_work_was_done(own: StandIn, stage: tuple[PullRequest, Caller]) -> None:
    pull, bot = stage
    own.fail(method="POST", path="/comments", status=502, after=True)

    answer = bot.post(f"/issues/{pull.number}/comments", body="Summary")

    assert answer.status_code == 502
    assert [each.body for each in pull.look().comments] == ["Summary"]


def test_a_request_can_fail_before_anything_is_done(own: StandIn, stage: tuple[PullRequest, Caller]) -> None:
    pull, bot = stage
    own.fail(method="POST", path="/comments", status=500)

    assert bot.post(f"/issues/{pull.number}/comments", body="Summary").status_code == 500
    assert pull.look().comments == ()


@pytest.mark.parametrize("after", [True, False])
def test_a_connection_can_be_cut(own: StandIn, stage: tuple[PullRequest, Caller], *, after: bool) -> None:
    pull, bot = stage
    own.fail(method="POST", path="/comments", drop=True, after=after)

    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        bot.post(f"/issues/{pull.number}/comments", body="Summary")
    assert [each.body for each in pull.look().comments] == (["Summary"] if after else [])


def test_a_secondary_limit_says_how_long_to_wait(own: StandIn, stage: tuple[PullRequest, Caller]) -> None:
    pull, bot = stage
    own.hit_secondary_limit(path="/comments", retry_after=7)

    answer = bot.post(f"/issues/{pull.number}/comments", body="Summary")

    assert (answer.status_code, answer.headers["retry-after"]) == (403, "7")
    assert "secondary rate limit" in answer.json()["message"]


def test_graphql_fails_like_the_rest(own: StandIn, stage: tuple[PullRequest, Caller]) -> None:
    _, bot = stage
    own.fail(method="POST", path="^/graphql$", status=502)

    answer = requests.post(f"{own.url}/graphql", json={"query": "{ viewer { login } }"}, timeout=30)

    assert answer.status_code == 502
    assert bot.graphql("{ viewer { login } }")["data"] == {"viewer": {"login": "ecto-fix[bot]"}}


def test_a_delay_is_only_a_delay(own: StandIn, stage: tuple[PullRequest, Caller]) -> None:
    pull, bot = stage
    own.fail(path="/pulls", delay=0.05)

    assert bot.get(f"/pulls/{pull.number}").status_code == 200
    assert own.heal() == 1


def test_a_storm_hits_the_same_requests_again_for_the_same_seed(
    own: StandIn, stage: tuple[PullRequest, Caller]
) -> None:
    pull, bot = stage

    def seen() -> list[int]:
        own.storm(0.5, seed=7)
        answers = []
        for _ in range(20):
            try:
                answers.append(bot.get(f"/pulls/{pull.number}").status_code)
            except requests.RequestException:
                answers.append(0)
        own.heal()
        return answers

    first, second = seen(), seen()

    assert first == second
    assert {200, 502} < set(first) <= {0, 200, 403, 429, 502, 503, 504}


@pytest.mark.parametrize(("after", "there"), [(True, ["Summary"]), (False, [])])
def test_a_request_can_be_held(
    own: StandIn, stage: tuple[PullRequest, Caller], *, after: bool, there: list[str]
) -> None:
    pull, bot = stage
    own.fail(method="POST", body="Summary", hold=True, after=after)

    with ThreadPoolExecutor() as asking:
        answer = asking.submit(bot.post, f"/issues/{pull.number}/comments", body="Summary")
        eventually("it is held", own.struck)
        while_held = [each.body for each in pull.look().comments]
        own.release()

    assert answer.result().status_code == 201
    assert while_held == there
    assert [each.body for each in pull.look().comments] == ["Summary"]
