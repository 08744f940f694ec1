"""The simulated day adds up, and the documentation shows what it comes to."""

from pathlib import Path

import pytest

from deploy.scaling.__main__ import LOAD, picture
from deploy.scaling.day import DAY, Job, Load, arrivals, intensity, waits

ROOT = Path(__file__).parents[2]


def test_a_day_has_all_of_its_work() -> None:
    assert sum(intensity(second) for second in range(0, DAY, 60)) * 60 == pytest.approx(1, rel=0.01)


def test_as_many_jobs_arrive_as_installations_make() -> None:
    jobs = arrivals(Load(1000, deliveries=10, migrating=0.5, review_seconds=2.0, glance_seconds=1.0), seed=1)

    assert len(jobs) == pytest.approx(10_000, rel=0.05)
    assert [job.at for job in jobs] == sorted(job.at for job in jobs)


def test_who_comes_first_is_served_first_and_the_others_wait() -> None:
    jobs = (Job(0.0, 10.0), Job(1.0, 10.0), Job(2.0, 1.0))

    assert waits(jobs, 1).ages == (0.0, 9.0, 18.0)
    assert waits(jobs, 2).ages == (0.0, 0.0, 8.0)
    assert waits(jobs, 3).ages == (0.0, 0.0, 0.0)


def test_the_documentation_shows_what_is_simulated(capsys: pytest.CaptureFixture[str]) -> None:
    shown = (ROOT / "docs/scaling.svg").read_text()

    assert picture() == shown
    assert f"of {LOAD.installations:,} installations in a day" in capsys.readouterr().out
