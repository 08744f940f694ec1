"""Jobs survive JSON, and nothing else passes for one."""

import json

import pytest

from workers.jobs import Job, PullRequestKey, ReviewPullRequest, RunCommand, from_json, to_json

KEY = PullRequestKey(42, "acme/shop", 7)


@pytest.mark.parametrize(
    "job", [ReviewPullRequest(KEY), RunCommand(KEY, 900, "jo", '/ecto-fix "\ud800"\n', "2026-11-21T09:00:00Z")]
)
def test_every_job_survives_json_and_back(job: Job) -> None:
    assert from_json(to_json(job)) == job


def test_a_key_survives_its_text() -> None:
    assert PullRequestKey.parse(str(KEY)) == KEY


@pytest.mark.parametrize(
    "text",
    ["", "acme/shop#7", "42:acme/shop", "42:acme#7", "0:acme/shop#7", "42:acme/shop#0", "42:a/b/c#7", "4:a/b#7\n"],
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not the key"):
        PullRequestKey.parse(text)


def test_a_key_that_github_could_not_have_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="could have"):
        PullRequestKey(42, "acme/../shop", 7)


@pytest.mark.parametrize(
    "text",
    [
        "null",
        "[]",
        "{}",
        json.dumps({"kind": "Launch", "key": str(KEY)}),
        json.dumps({"kind": "ReviewPullRequest", "key": str(KEY), "more": 1}),
        json.dumps({"kind": "RunCommand", "key": str(KEY)}),
        json.dumps({"kind": ["ReviewPullRequest"], "key": str(KEY)}),
        json.dumps({"kind": "ReviewPullRequest", "key": 7}),
    ],
)
def test_what_is_no_job_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a job"):
        from_json(text)
