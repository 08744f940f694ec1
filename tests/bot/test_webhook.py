"""What becomes of a delivery that GitHub sent."""

import json
import time
from datetime import UTC, datetime

import pytest

from tests.bot.payloads import COMMAND, REVIEW, WHERE, comment, pull_request
from tests.bot.sender import OTHER_SECRET, Sender, signed
from workers.jobs import PullRequestKey, RunCommand
from workers.memory.inbox import Claim


def test_an_opened_pull_request_is_due(github: Sender) -> None:
    status = github.deliver("pull_request", pull_request("opened"))

    assert status == 202
    assert github.generations() == {REVIEW: 1}


def test_a_due_pull_request_is_rung_for(github: Sender) -> None:
    github.deliver("pull_request", pull_request("opened"))

    github.until(lambda: github.bells() == 1)


def test_pushes_make_one_review_due(github: Sender) -> None:
    for _ in range(5):
        github.deliver("pull_request", pull_request("synchronize"))

    assert github.generations() == {REVIEW: 5}
    assert github.inbox.waiting() == 1


def test_the_same_delivery_again_is_accepted_and_says_nothing_new(github: Sender) -> None:
    github.deliver("pull_request", pull_request(), guid="one-and-the-same")

    status = github.deliver("pull_request", pull_request(), guid="one-and-the-same")

    assert status == 202
    assert github.generations() == {REVIEW: 1}
    assert github.redis.xlen(f"{github.prefix}deliveries") == 1


def test_a_command_is_due_with_what_was_said(github: Sender) -> None:
    payload = comment("Please:\n/ecto-fix all")

    github.deliver("issue_comment", payload)

    claim = github.inbox.claim(COMMAND, 5)
    assert isinstance(claim, Claim)
    said_at = payload["comment"]["created_at"]
    key = PullRequestKey(42, "acme/shop", 7)
    assert claim.job == RunCommand(key, 900, "jo", "Please:\n/ecto-fix all", said_at)


def test_a_command_replayed_under_another_guid_is_done_once(github: Sender) -> None:
    payload = comment("/ecto-fix")
    github.deliver("issue_comment", payload, guid="first")
    claim = github.inbox.claim(COMMAND, 5)
    assert isinstance(claim, Claim)
    github.inbox.finish(claim)

    status = github.deliver("issue_comment", payload, guid="second")

    assert status == 202
    assert github.inbox.waiting() == 0


def at_home(repository: str, number: int = 7) -> dict[str, object]:
    """Return a pull request for *repository* as checks name it, which those of a fork do, too."""
    return {"number": number, "base": {"repo": {"url": f"https://api.github.com/repos/{repository}"}}}


@pytest.mark.parametrize(
    ("event", "payload", "reason"),
    [
        ("ping", {"zen": "Keep it logically awesome."}, "not an event that we act on"),
        ("installation_target", {"action": "renamed", "installation": {"id": 42}}, "not an event that we act on"),
        ("star", {"action": "created"} | WHERE, "not an event that we act on"),
        ("pull_request", pull_request("labeled"), "not an event that we act on"),
        ("pull_request", pull_request("edited", changes={"title": {"from": "x"}}), "only words were edited"),
        ("issue_comment", comment() | {"action": "edited"}, "not an event that we act on"),
        ("issue_comment", comment() | {"issue": {"number": 7}}, "not on a pull request"),
        ("issue_comment", comment("What is `/ecto-fix`?"), "not a command"),
        ("issue_comment", comment("/ecto-fixture"), "not a command"),
        ("issue_comment", comment("/ecto-fix " + "x" * 65_536), "not a command"),
        ("issue_comment", comment(user={"login": "renovate[bot]", "type": "Bot"}), "not written by a person"),
        ("issue_comment", comment(user=None), "not written by a person"),
        ("issue_comment", comment(created_at="2020-02-02T02:02:02Z"), "too old"),
        (
            "check_suite",
            {"action": "rerequested", "check_suite": {"pull_requests": []}} | WHERE,
            "names no pull request",
        ),
        (
            "check_suite",
            {"action": "rerequested", "check_suite": {"pull_requests": [at_home("upstream/shop")]}} | WHERE,
            "names no pull request",
        ),
    ],
)
def test_what_asks_for_nothing_is_ignored_with_a_reason(
    github: Sender, event: str, payload: dict[str, object], reason: str
) -> None:
    status, answer = github.post(json.dumps(payload).encode(), {"X-GitHub-Event": event})

    assert status == 202
    assert answer == f"ignored: {reason}\n".encode()
    assert github.inbox.waiting() == 0


CONFIGURATION_RUN = {"pull_requests": [], "external_id": "configuration/7/a1b2"}


@pytest.mark.parametrize(
    ("event", "payload"),
    [
        ("pull_request", pull_request("edited", changes={"base": {"ref": {"from": "main"}}})),
        ("pull_request", pull_request("ready_for_review")),
        ("pull_request", pull_request("converted_to_draft")),
        ("pull_request", pull_request("closed")),
        ("check_run", {"action": "rerequested", "check_run": {"pull_requests": [{"number": 7}]}} | WHERE),
        ("check_suite", {"action": "rerequested", "check_suite": {"pull_requests": [{"number": 7}]}} | WHERE),
        ("check_run", {"action": "rerequested", "check_run": {"pull_requests": [], "external_id": "7/a1b2"}} | WHERE),
        ("check_run", {"action": "rerequested", "check_run": CONFIGURATION_RUN} | WHERE),
        (
            "check_suite",
            {
                "action": "rerequested",
                "check_suite": {"pull_requests": [at_home("upstream/shop", 9), at_home("acme/shop")]},
            }
            | WHERE,
        ),
    ],
)
def test_what_changes_the_answer_makes_the_review_due(github: Sender, event: str, payload: dict[str, object]) -> None:
    github.deliver(event, payload)

    assert github.generations() == {REVIEW: 1}


MIGRATION = "priv/repo/migrations/1_a.exs"
SHOP = {"action": "created", "installation": {"id": 42}, "repositories": [{"full_name": "acme/shop"}]}
ADDED = {"action": "added", "installation": {"id": 42}, "repositories_added": [{"full_name": "acme/shop"}]}
OF_A_FORK = {"head_sha": "a" * 40, "head_branch": None}
RENAMED = {"action": "renamed", "changes": {"repository": {"name": {"from": "old"}}}} | WHERE
TRANSFERRED = {"action": "transferred", "changes": {"owner": {"from": {"user": {"login": "jo"}}}}} | WHERE


def pushed(ref: str = "refs/heads/main", path: str = MIGRATION, **changes: object) -> dict[str, object]:
    return {"ref": ref, "commits": [{"added": [path]}]} | WHERE | changes


@pytest.mark.parametrize(
    ("event", "payload", "places"),
    [
        ("installation", SHOP, ["42:acme/shop"]),
        ("installation", {"action": "new_permissions_accepted", "installation": {"id": 42}}, ["42:"]),
        ("installation", {"action": "unsuspend", "installation": {"id": 42}}, ["42:"]),
        ("installation_repositories", ADDED, ["42:acme/shop"]),
        ("check_suite", {"action": "rerequested", "check_suite": OF_A_FORK} | WHERE, [f"42:acme/shop^{'a' * 40}"]),
        ("repository", RENAMED, ["42:acme/shop"]),
        ("repository", TRANSFERRED, ["42:acme/shop"]),
        ("push", pushed(), ["42:acme/shop@main"]),
        ("push", pushed(path="lib/shop.ex"), []),
        ("push", pushed("refs/tags/v1"), []),
        ("push", pushed(deleted=True), []),
    ],
)
def test_repositories_that_came_or_changed_are_looked_through(
    github: Sender, event: str, payload: dict[str, object], places: list[str]
) -> None:
    assert github.deliver(event, payload) == 202

    assert github.places() == places


def test_a_renamed_repository_takes_nothing_of_its_old_name_along(github: Sender) -> None:
    github.deliver("pull_request", pull_request() | {"repository": {"full_name": "acme/old"}})

    github.deliver("repository", RENAMED)

    assert github.inbox.waiting() == 0


@pytest.mark.parametrize(
    ("identifier", "sender", "jobs"),
    [
        ("fix", "User", ["42:acme/shop#7/fix-button/5"]),
        ("explain", "User", ["42:acme/shop#7/explain-button/5"]),
        ("recheck", "User", ["42:acme/shop#7"]),
        ("fix", "Bot", []),
        ("elsewhere", "User", []),
    ],
)
def test_a_button_is_a_command_of_who_pressed_it(github: Sender, identifier: str, sender: str, jobs: list[str]) -> None:
    pressed = {
        "action": "requested_action",
        "check_run": {"id": 5, "external_id": "7/a1b2", "pull_requests": []},
        "requested_action": {"identifier": identifier},
        "sender": {"login": "jo", "type": sender},
    }

    github.deliver("check_run", pressed | WHERE)

    assert list(github.generations()) == jobs


def test_a_reply_and_a_review_may_hold_a_command(github: Sender) -> None:
    said = {"body": "/ecto-fix", "user": {"login": "jo"}}
    now = datetime.fromtimestamp(time.time(), UTC).isoformat()
    where = {"pull_request": {"number": 7}} | WHERE
    reply = {"id": 901, "in_reply_to_id": 800, "created_at": now}

    github.deliver("pull_request_review_comment", {"action": "created", "comment": said | reply} | where)
    github.deliver(
        "pull_request_review", {"action": "submitted", "review": said | {"id": 902, "submitted_at": now}} | where
    )

    assert sorted(github.generations()) == ["42:acme/shop#7/review/902", "42:acme/shop#7/thread/901"]


def test_a_merge_group_is_judged_for_its_last_pull_request(github: Sender) -> None:
    head = "a" * 40
    group = {"head_sha": head, "head_ref": f"refs/heads/gh-readonly-queue/main/pr-7-{'b' * 40}"}

    github.deliver("merge_group", {"action": "checks_requested", "merge_group": group} | WHERE)

    assert list(github.generations()) == [f"42:acme/shop#7/merge-group/{head}"]


def test_a_merge_group_is_judged_again_when_somebody_asks_for_it(github: Sender) -> None:
    suite = {"head_sha": "a" * 40, "head_branch": f"gh-readonly-queue/main/pr-7-{'b' * 40}", "pull_requests": []}
    run = {"pull_requests": [], "external_id": f"queue/7/{'a' * 40}", "check_suite": suite}

    github.deliver("check_run", {"action": "rerequested", "check_run": run} | WHERE)
    github.deliver("check_suite", {"action": "rerequested", "check_suite": suite} | WHERE)

    assert github.generations() == {f"42:acme/shop#7/merge-group/{'a' * 40}": 2}


@pytest.mark.parametrize(
    ("event", "payload"),
    [
        ("installation", {"action": "deleted", "installation": {"id": 42}}),
        ("installation", {"action": "suspend", "installation": {"id": 42}}),
        (
            "installation_repositories",
            {"action": "removed", "installation": {"id": 42}, "repositories_removed": [{"full_name": "acme/shop"}]},
        ),
        ("repository", {"action": "deleted"} | WHERE),
    ],
)
def test_what_waits_for_a_removed_installation_is_forgotten(
    github: Sender, event: str, payload: dict[str, object]
) -> None:
    elsewhere = pull_request() | {"installation": {"id": 421}}
    github.deliver("pull_request", pull_request())
    github.deliver("issue_comment", comment())
    github.deliver("pull_request", elsewhere)

    status = github.deliver(event, payload)

    assert status == 202
    assert github.generations() == {"421:acme/shop#7": 1}


def test_both_secrets_are_good_while_one_replaces_the_other(github: Sender) -> None:
    body = json.dumps(pull_request()).encode()

    status, _ = github.post(body, {"X-Hub-Signature-256": signed(body, OTHER_SECRET)})

    assert status == 202


def test_health_and_readiness_answer_without_a_word(github: Sender) -> None:
    answers = [github.get(path) for path in ("/healthz", "/readyz")]

    assert answers == [(200, b""), (200, b"")]


@pytest.mark.parametrize("path", ["/docs/oauth2-redirect", "/redoc", "/openapi.json"])
def test_nothing_generated_is_served(github: Sender, path: str) -> None:
    status, _ = github.get(path)

    assert status == 404


def test_the_rules_pages_are_served(github: Sender) -> None:
    status, page = github.get("/rules")

    assert status == 200
    assert b"<html" in page
