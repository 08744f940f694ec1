"""What a job writes down of itself."""

import pytest
from redis import Redis

from workers.figures import FINDINGS, UNTIL_CHECK
from workers.journal import CHECK_STARTED, Call, Journal, Run, Step
from workers.memory.tally import Tally


@pytest.fixture
def tally(redis: Redis, prefix: str) -> Tally:
    return Tally(redis, prefix)


def test_a_job_is_written_down_step_by_step(tally: Tally) -> None:
    times = iter((101.0, 103.5, 104.0, 104.0))
    kept: list[Run] = []
    journal = Journal(
        Run("42:acme/shop#7", "ReviewPullRequest", 98.0, 100.0, 1), tally, kept.append, "", times.__next__
    )

    journal.step(CHECK_STARTED, head="abc")
    journal.call(Call("GET /repos/*/*/pulls/*", 200, 0.2))
    journal.step("fetched")
    journal.count(FINDINGS, "index-without-concurrently", "outage")
    journal.end("finished")

    assert [run.ending for run in kept] == ["", "", "finished"]
    assert kept[-1].steps == (Step(CHECK_STARTED, 1.0), Step("fetched", 3.5), Step("settled", 4.0))
    assert kept[-1].calls == (Call("GET /repos/*/*/pulls/*", 200, 0.2),)
    assert kept[-1].facts == {"head": "abc"}
    counted = {(sample.figure.name, *sample.labels, sample.bucket): sample.value for sample in tally.read()}
    assert counted["findings", "index-without-concurrently", "outage", ""] == 1
    assert counted["jobs", "ReviewPullRequest", "finished", ""] == 1
    assert counted[UNTIL_CHECK.name, "sum"] == 3.0
    assert counted["until_done_seconds", "ReviewPullRequest", "sum"] == 6.0
    assert counted["step_seconds", "fetched", "sum"] == 2.5
    assert counted["github_calls", "GET /repos/*/*/pulls/*", "200", ""] == 1
