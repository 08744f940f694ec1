"""A review with a rehearsal: what was seen is shown, and nothing that goes wrong with it keeps the review back."""

from dataclasses import replace

from deploy.standin.control import PullRequest
from rules.postgres.observation import Observation, Outcome, OverRows
from rules.settings import Settings
from rules.source import Change
from tests.workers.github.hub import NEW, Hub
from tests.workers.review.surroundings import FIXED, surroundings
from workers.context import Done, Origin
from workers.jobs import ReviewMergeGroup
from workers.review.fetch import CONFIGURATION
from workers.review.flow import review_merge_group, review_pull_request


def restored(change: Change, _settings: Settings, _origin: Origin) -> tuple[Observation, ...]:
    paths = (file.path for file in change.proposed)
    return tuple(Observation(path, Outcome.RESTORED, server="16.4", over_rows=OverRows()) for path in paths)


def broken(_change: Change, _settings: Settings, _origin: Origin) -> tuple[Observation, ...]:
    raise OSError("no space left")


def summary(hub: Hub, pull: PullRequest | None = None, **different: object) -> str:
    pull = pull or hub.opens({NEW: FIXED})
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


def of_fork(hub: Hub) -> PullRequest:
    """Let somebody without rights open a pull request."""
    hub.standin.user("zoe")
    fork = hub.repository.fork(by="zoe")
    fork.push("patch", {NEW: FIXED}, by="zoe")
    return hub.repository.open_pull_request("patch", by="zoe", head_repository=fork.name)


def test_why_a_fork_is_not_rehearsed_is_said_once(hub: Hub) -> None:
    said = summary(hub, of_fork(hub), rehearse=restored)

    name = NEW.rpartition("/")[2]
    assert f"`{name}` not rehearsed, because anybody can open a pull request from a fork" in said
    assert "rehearsed on" not in said


def test_where_none_is_wanted_nothing_is_said_of_rehearsals(hub: Hub) -> None:
    hub.repository.push("main", {CONFIGURATION: "rehearsal: off\n"}, by="maria")

    for pull in (hub.opens({NEW: FIXED}), of_fork(hub)):
        assert "rehearsed" not in summary(hub, pull, rehearse=restored)


def test_whence_a_change_comes_is_told_to_whoever_rehearses(hub: Hub) -> None:
    hub.repository.push("main", {CONFIGURATION: "rehearsal: always\n"}, by="maria")
    told: list[Origin] = []

    def rehearse(change: Change, settings: Settings, origin: Origin) -> tuple[Observation, ...]:
        told.append(origin)
        return restored(change, settings, origin)

    own, theirs = hub.opens({NEW: FIXED}), of_fork(hub)
    for pull in (own, theirs):
        summary(hub, pull, rehearse=rehearse)
    base, head = hub.repository.log()[0]["sha"], hub.repository.enqueue(own, by="maria")
    group = ReviewMergeGroup(hub.key(own), f"gh-readonly-queue/main/pr-{own.number}-{base}", head)
    review_merge_group(replace(surroundings(hub, own), rehearse=rehearse), group)

    assert told == [Origin.OWN_BRANCH, Origin.FORK, Origin.MERGE_QUEUE]
    assert "schema restored" in (hub.repository.checks_of(head, "ecto-fix")[0].summary or "")
