"""A review with a rehearsal: what was seen is shown, and nothing that goes wrong with it keeps the review back."""

from dataclasses import replace

import pytest

from rules.postgres.observation import Observation, Outcome, OverRows
from rules.settings import Rehearsal, Settings
from rules.source import Change
from tests.workers.github.hub import NEW, Hub
from tests.workers.review.surroundings import FIXED, surroundings
from workers.context import Done
from workers.review.flow import review_pull_request
from workers.review.rehearsal import is_wanted


def restored(change: Change, _settings: Settings) -> tuple[Observation, ...]:
    paths = (file.path for file in change.proposed)
    return tuple(Observation(path, Outcome.RESTORED, server="16.4", over_rows=OverRows()) for path in paths)


def broken(_change: Change, _settings: Settings) -> tuple[Observation, ...]:
    raise OSError("no space left")


def summary(hub: Hub, **different: object) -> str:
    pull = hub.opens({NEW: FIXED})
    context = replace(surroundings(hub, pull), **different)  # type: ignore[arg-type]  # passed on

    assert review_pull_request(context) == Done()

    (check,) = pull.checks("ecto-fix")
    return check.summary or ""


def test_what_was_seen_stands_in_the_check(hub: Hub) -> None:
    assert "rehearsed on PostgreSQL 16.4: up 0 ms, down 0 ms, schema restored" in summary(hub, rehearse=restored)


def test_a_rehearsal_that_fails_costs_nothing_but_itself(hub: Hub) -> None:
    assert "reversible" in summary(hub, rehearse=broken)


def test_without_a_place_for_it_nothing_is_said_of_rehearsals(hub: Hub) -> None:
    assert "ehears" not in summary(hub)


@pytest.mark.parametrize(
    ("rehearsal", "own", "of_fork"),
    [(Rehearsal.OFF, False, False), (Rehearsal.OWN_BRANCHES, True, False), (Rehearsal.ALWAYS, True, True)],
)
def test_whose_pull_requests_are_rehearsed_is_configured(rehearsal: Rehearsal, own: bool, of_fork: bool) -> None:  # noqa: FBT001 - columns of the table
    settings = Settings(rehearsal=rehearsal)

    assert is_wanted(settings, from_fork=False) is own
    assert is_wanted(settings, from_fork=True) is of_fork
