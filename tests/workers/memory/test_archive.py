"""Runs are kept for people, and forgotten with their repository."""

import pytest
from redis import Redis

from workers.journal import Call, Run, Step
from workers.memory.archive import Archive

RUN = Run(
    "42:acme/shop#7",
    "ReviewPullRequest",
    99.0,
    100.0,
    1,
    steps=(Step("check started", 0.5),),
    calls=(Call("GET /app", 200, 0.1),),
    facts={"head": "a" * 40},
    ending="finished",
)


@pytest.fixture
def archive(redis: Redis, prefix: str) -> Archive:
    return Archive(redis, prefix)


def test_a_run_is_read_back_as_it_was(archive: Archive) -> None:
    archive.keep("one", RUN)

    assert archive.get("one") == RUN
    assert archive.get("two") is None


def test_the_newest_runs_of_a_repository_come_first(archive: Archive) -> None:
    for number in range(3):
        archive.keep(str(number), Run(f"42:acme/shop#{number}", "ReviewPullRequest", 0.0, float(number), 1))
    archive.keep("other", Run("42:acme/shop-2#1", "ReviewPullRequest", 0.0, 9.0, 1))

    assert [name for name, _ in archive.latest(42, "acme/shop")] == ["2", "1", "0"]
    assert [name for name, _ in archive.latest(42, "acme/shop", 1)] == ["2"]
    assert archive.latest(42, "acme/nothing") == ()
    assert archive.repositories(42) == ("acme/shop", "acme/shop-2")


@pytest.mark.parametrize("beginning", ["42:acme/shop#", "42:"])
def test_runs_are_forgotten_with_their_repository_or_installation(archive: Archive, beginning: str) -> None:
    archive.keep("one", RUN)
    archive.keep("other", Run("43:acme/shop#7", "ReviewPullRequest", 0.0, 0.0, 1))

    archive.forget(beginning)

    assert archive.get("one") is None
    assert archive.latest(42, "acme/shop") == ()
    assert archive.get("other") is not None
