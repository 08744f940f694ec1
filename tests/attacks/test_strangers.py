"""Deliveries that strangers can bring about, each by what it tries: none of them is work."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

import pytest

from bot.events import Ignored, Malformed, hear
from tests.bot.payloads import WHERE, comment, pull_request

NOW: Final = datetime.fromtimestamp(time.time(), UTC)
STRANGER: Final = {"login": "stranger", "type": "User"}
PRESSED: Final = {"requested_action": {"identifier": "fix"}, "sender": STRANGER}
RUN: Final = {"id": 5, "external_id": f"7/{'a' * 40}", "pull_requests": []}
QUEUED: Final = f"refs/heads/gh-readonly-queue/main/pr-7-{'b' * 40}"

DELIVERIES: Final[Mapping[str, tuple[str, Mapping[str, Any]]]] = MappingProxyType(
    {
        "a comment edited into a command": ("issue_comment", comment() | {"action": "edited"}),
        "a comment deleted": ("issue_comment", comment() | {"action": "deleted"}),
        "a command of a bot (Dependabot, confused deputy)": (
            "issue_comment",
            comment(user={"login": "dependabot[bot]", "type": "Bot"}),
        ),
        "a command of an organisation": ("issue_comment", comment(user={"login": "acme", "type": "Organization"})),
        "a command of a mannequin": ("issue_comment", comment(user={"login": "old", "type": "Mannequin"})),
        "a command of a ghost": ("issue_comment", comment(user=None)),
        "a command on an issue": ("issue_comment", comment() | {"issue": {"number": 7}}),
        "a command from long ago, replayed": (
            "issue_comment",
            comment(created_at=(NOW - timedelta(hours=2)).isoformat()),
        ),
        "a comment longer than GitHub takes": ("issue_comment", comment("/ecto-fix\n" + "x" * 65_536)),
        "a command in a word": ("issue_comment", comment("try /ecto-fixes and not/ecto-fix")),
        "a command with a hidden letter": ("issue_comment", comment("/ecto\u200b-fix")),
        "a command turned round (CVE-2021-42574)": ("issue_comment", comment("\u202e/ecto-fix")),
        "a command in letters that look alike": ("issue_comment", comment("/ecto-f\u0456x")),
        "a command with a wide slash": ("issue_comment", comment("\uff0fecto-fix")),
        "a command in the title": ("pull_request", pull_request("labeled", title="/ecto-fix all")),
        "a command on a commit": ("commit_comment", comment()),
        "a command in a discussion": ("discussion_comment", comment()),
        "a command in a dismissed review": (
            "pull_request_review",
            WHERE | {"action": "dismissed", "review": {"id": 1, "body": "/ecto-fix"}, "pull_request": {"number": 7}},
        ),
        "a label": ("pull_request", pull_request("labeled")),
        "an assignment": ("pull_request", pull_request("assigned")),
        "a fork": ("fork", dict(WHERE)),
        "a star": ("star", WHERE | {"action": "created"}),
        "a watch": ("watch", WHERE | {"action": "started"}),
        "a workflow that ended (GHSL, pwn request)": ("workflow_run", WHERE | {"action": "completed"}),
        "a dispatch": ("repository_dispatch", WHERE | {"action": "ecto-fix"}),
        "an action that is no word": ("pull_request", pull_request() | {"action": ["opened"]}),
        "an action with a letter that is another": ("pull_request", pull_request("op\u0435ned")),
        "an event of another name": ("pull_request\u200b", pull_request()),
        "a webhook that somebody made by hand": (
            "pull_request",
            {key: value for key, value in pull_request().items() if key != "installation"},
        ),
        "a button of somebody else's": (
            "check_run",
            WHERE
            | {"action": "requested_action", "check_run": RUN}
            | PRESSED
            | {"requested_action": {"identifier": "x"}},
        ),
        "a button pressed by a bot": (
            "check_run",
            WHERE
            | {"action": "requested_action", "check_run": RUN}
            | PRESSED
            | {"sender": {"login": "a[bot]", "type": "Bot"}},
        ),
        "a button on a run of somebody else's": (
            "check_run",
            WHERE | {"action": "requested_action", "check_run": RUN | {"external_id": "7; rm -rf /"}} | PRESSED,
        ),
        "a queue that is none": (
            "merge_group",
            WHERE
            | {"action": "checks_requested", "merge_group": {"head_sha": "a" * 40, "head_ref": "refs/heads/pr-7-x"}},
        ),
        "a queue within a branch's name": (
            "merge_group",
            WHERE | {"action": "checks_requested", "merge_group": {"head_sha": "a" * 40, "head_ref": f"{QUEUED}\n"}},
        ),
        "a push of a tag": ("push", WHERE | {"ref": "refs/tags/v1", "commits": []}),
        "a push that deletes": ("push", WHERE | {"ref": "refs/heads/a", "deleted": True, "commits": []}),
        "a push without migrations": (
            "push",
            WHERE | {"ref": "refs/heads/a", "commits": [{"added": ["priv/repo/migrations/../../x.exs"]}]},
        ),
    }
)
BROKEN: Final[Mapping[str, tuple[str, Mapping[str, Any]]]] = MappingProxyType(
    {
        "a repository upwards": ("pull_request", pull_request(repository={"full_name": "acme/shop/../other"})),
        "a repository with a pattern": ("pull_request", pull_request(repository={"full_name": "acme/*"})),
        "a repository with a key's end": ("pull_request", pull_request(repository={"full_name": "acme/shop#8"})),
        "an installation that is a text": ("pull_request", pull_request(installation={"id": "42"})),
        "an installation below nothing": ("pull_request", pull_request(installation={"id": -1})),
        "a pull request beyond all numbers": ("pull_request", pull_request(pull_request={"number": 10**30})),
        "a comment beyond all numbers": ("issue_comment", comment(id=2**64)),
        "a comment of no time": ("issue_comment", comment(created_at="now")),
        "a login with a line break": ("issue_comment", comment(user={"login": "a\nb", "type": "User"})),
        "a login of a path": ("issue_comment", comment(user={"login": "../../users/maria", "type": "User"})),
        "a head that is no hash": (
            "merge_group",
            WHERE | {"action": "checks_requested", "merge_group": {"head_sha": "main; id", "head_ref": QUEUED}},
        ),
        "a branch of half a character": ("push", WHERE | {"ref": "refs/heads/\ud800", "commits": []}),
    }
)


@pytest.mark.parametrize(("event", "payload"), DELIVERIES.values(), ids=DELIVERIES)
def test_it_is_ignored_with_a_reason(event: str, payload: Mapping[str, Any]) -> None:
    assert isinstance(hear(event, payload, NOW), Ignored)


@pytest.mark.parametrize(("event", "payload"), BROKEN.values(), ids=BROKEN)
def test_it_is_a_bad_request(event: str, payload: Mapping[str, Any]) -> None:
    with pytest.raises(Malformed) as refused:
        hear(event, payload, NOW)

    assert "input_value" not in str(refused.value.__cause__)  # it is logged, and may be what nobody else may read
