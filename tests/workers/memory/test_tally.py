"""Figures are summed over processes, and survive a Redis that is away."""

from pathlib import Path

import pytest
from redis import Redis

from deploy.services.redis import RedisServer
from workers.figures import CALL_SECONDS, DELIVERIES, RECOVERED
from workers.memory.connection import connect
from workers.memory.tally import LONGEST, Sample, Tally


@pytest.fixture
def tally(redis: Redis, prefix: str) -> Tally:
    return Tally(redis, prefix)


def test_two_processes_count_together(redis: Redis, prefix: str, tally: Tally) -> None:
    other = Tally(redis, prefix)
    tally.count(DELIVERIES, "push", "accepted")
    other.count(DELIVERIES, "push", "accepted", by=2)

    tally.flush()
    other.flush()

    assert list(tally.read()) == [Sample(DELIVERIES, ("push", "accepted"), "", 3.0)]


def test_a_time_falls_into_the_first_bucket_that_holds_it(tally: Tally) -> None:
    for seconds in (0.004, 0.3, 11.0):
        tally.observe(CALL_SECONDS, seconds, "GET /app")
    tally.flush()

    assert {sample.bucket: sample.value for sample in tally.read()} == {
        "0.005": 1,
        "0.5": 1,
        "+Inf": 1,
        "sum": pytest.approx(11.304),
    }


def test_nothing_is_handed_over_twice(tally: Tally) -> None:
    tally.count(RECOVERED, "heads")
    tally.flush()
    tally.flush()

    assert [sample.value for sample in tally.read()] == [1.0]


def test_a_label_is_one_short_line(tally: Tally) -> None:
    tally.count(RECOVERED, "he\tads\n" + "x" * 200)
    tally.flush()

    assert [sample.labels for sample in tally.read()] == [(("heads" + "x" * 200)[:LONGEST],)]


def test_there_is_a_label_for_each_name(tally: Tally) -> None:
    with pytest.raises(ValueError, match="deliveries has 2 labels"):
        tally.count(DELIVERIES, "push")


def test_what_another_version_counted_is_left_out(redis: Redis, prefix: str, tally: Tally) -> None:
    redis.hset(f"{prefix}tally", "forgotten\tlabel\t", "1")
    redis.hset(f"{prefix}tally", "deliveries\tone label\t", "1")

    assert list(tally.read()) == []


def test_while_redis_is_away_figures_are_kept(tmp_path: Path) -> None:
    with RedisServer(tmp_path) as server, connect(server.url) as redis:
        tally = Tally(redis, "ecto-fix:")
        tally.count(RECOVERED, "heads")
        server.kill()
        tally.flush()
        server.start()

        tally.flush()

        assert [sample.value for sample in tally.read()] == [1.0]
