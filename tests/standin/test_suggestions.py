"""The button "Commit suggestion": what it does, and when and in which words it refuses."""

from typing import Any

import pytest

from deploy.standin.control import PullRequest, RefusedError, Repository
from tests.standin.conftest import NEW, NEW_TEXT, OLD, Caller

BETTER = "    create index(:users, [:email], concurrently: true)\n"


def suggest(bot: Caller, pull: PullRequest, text: str, **place: Any) -> None:
    comment = {"path": NEW, "line": 5, "side": "RIGHT", **place, "body": f"Try\n````suggestion\n{text}````\n"}
    made = bot.post(f"/pulls/{pull.number}/reviews", event="COMMENT", body="x", comments=[comment])
    assert made.status_code == 200


def test_a_click_commits_the_suggestion_and_resolves_its_thread(
    bot: Caller, pull: PullRequest, repository: Repository
) -> None:
    suggest(bot, pull, BETTER)

    pull.apply_suggestion(pull.threads()[0], by="sam")

    commit = repository.log("index-users")[0]
    assert repository.read(NEW, ref="index-users") == NEW_TEXT.replace("    create index(:users, [:email])\n", BETTER)
    assert commit["author"] == "sam"
    assert commit["message"].startswith("Apply suggestion from code review\n\nCo-authored-by: ecto-fix[bot] <")
    assert (pull.threads()[0].resolved, pull.threads()[0].resolved_by) == (True, "sam")


def test_a_suggestion_replaces_exactly_its_lines(bot: Caller, pull: PullRequest, repository: Repository) -> None:
    suggest(bot, pull, "  # nothing\n", start_line=4, start_side="RIGHT", line=6)

    pull.apply_suggestion(pull.threads()[0], by="sam")

    text = repository.read(NEW, ref="index-users")
    assert text == "defmodule IndexUsers do\n  use Ecto.Migration\n\n  # nothing\nend\n"


def test_an_empty_suggestion_deletes(bot: Caller, pull: PullRequest, repository: Repository) -> None:
    suggest(bot, pull, "", line=3)

    pull.apply_suggestion(pull.threads()[0], by="sam")

    assert repository.read(NEW, ref="index-users") == NEW_TEXT.replace("\n\n", "\n")


def test_a_batch_is_one_commit(bot: Caller, pull: PullRequest, repository: Repository) -> None:
    suggest(bot, pull, BETTER)
    suggest(bot, pull, "line 10.0\n", path=OLD, line=10)
    suggest(bot, pull, "  # top\n  use Ecto.Migration\n", line=2)
    before = len(repository.log("index-users"))

    pull.apply_suggestions(pull.threads(), by="sam")

    assert len(repository.log("index-users")) == before + 1
    assert "line 10.0\n" in str(repository.read(OLD, ref="index-users"))
    assert str(repository.read(NEW, ref="index-users")).count("\n") == NEW_TEXT.count("\n") + 1
    assert repository.log("index-users")[0]["message"].startswith("Apply suggestions from code review")


def test_new_lines_end_in_lf_where_the_others_end_in_crlf(
    bot: Caller, pull: PullRequest, repository: Repository
) -> None:
    pull.push({NEW: NEW_TEXT.replace("\n", "\r\n")}, by="sam")
    suggest(bot, pull, BETTER)

    pull.apply_suggestion(pull.threads()[0], by="sam")

    lines = str(repository.read(NEW, ref="index-users")).split("\n")
    assert (lines[4] + "\n", lines[3]) == (BETTER, "  def change do\r")


def refused(pull: PullRequest, words: str, *, by: str = "sam", count: int = 1) -> None:
    threads = pull.threads()[:count]
    with pytest.raises(RefusedError, match=words):
        pull.apply_suggestions(threads, by=by)


def test_what_changes_nothing_is_no_suggestion(bot: Caller, pull: PullRequest) -> None:
    suggest(bot, pull, "    create index(:users, [:email])\n")

    refused(pull, "no changes were made to the code")
    assert pull.threads()[0].comments[0].refusal is not None


def test_deleted_lines_cannot_be_suggested_away(bot: Caller, pull: PullRequest) -> None:
    suggest(bot, pull, "x\n", path=OLD, line=10, side="LEFT")

    refused(pull, "Applying suggestions on deleted lines is not supported")


def test_an_outdated_suggestion_stays_where_it_is(bot: Caller, pull: PullRequest) -> None:
    suggest(bot, pull, BETTER)
    pull.push({NEW: NEW_TEXT.replace("[:email]", "[:name]")}, by="sam")

    refused(pull, "Outdated suggestions cannot be applied")


def test_a_resolved_suggestion_is_done(bot: Caller, pull: PullRequest) -> None:
    suggest(bot, pull, BETTER)
    pull.resolve(pull.threads()[0], by="sam")

    refused(pull, "has been applied or marked resolved")


def test_a_closed_pull_request_takes_no_suggestions(bot: Caller, pull: PullRequest) -> None:
    suggest(bot, pull, BETTER)
    pull.close(by="sam")

    refused(pull, "while the pull request is closed")


def test_what_is_queued_to_merge_takes_no_suggestions(bot: Caller, pull: PullRequest) -> None:
    suggest(bot, pull, BETTER)
    pull.repository.enqueue(pull, by="sam")

    refused(pull, "while the pull request is queued to merge")


def test_a_pending_review_is_not_there_yet(bot: Caller, pull: PullRequest) -> None:
    comment = {"path": NEW, "line": 5, "side": "RIGHT", "body": f"```suggestion\n{BETTER}```"}
    bot.post(f"/pulls/{pull.number}/reviews", body="Later.", comments=[comment])

    refused(pull, "cannot be applied from pending reviews")


def test_a_line_is_changed_once_in_a_batch(bot: Caller, pull: PullRequest) -> None:
    suggest(bot, pull, BETTER)
    suggest(bot, pull, "x\n", start_line=4, start_side="RIGHT", line=5)

    refused(pull, "Only one suggestion per line can be applied in a batch", count=2)


def test_readers_click_in_vain(bot: Caller, pull: PullRequest) -> None:
    suggest(bot, pull, BETTER)

    refused(pull, "must have write access", by="rita")


def test_a_fork_is_written_to_by_its_owner_or_where_maintainers_may(bot: Caller, repository: Repository) -> None:
    fork = repository.fork(by="eve")
    fork.push("topic", {NEW: NEW_TEXT}, by="eve")
    closed = repository.open_pull_request("topic", by="eve", head_repository=fork.name)
    suggest(bot, closed, BETTER)

    refused(closed, "must have write access", by="maria")
    closed.apply_suggestion(closed.threads()[0], by="eve")

    assert BETTER in str(fork.read(NEW, ref="topic"))


def test_maintainers_may_write_to_a_fork_that_allows_it(bot: Caller, repository: Repository) -> None:
    fork = repository.fork(by="eve")
    fork.push("topic", {NEW: NEW_TEXT}, by="eve")
    pull = repository.open_pull_request("topic", by="eve", head_repository=fork.name, maintainer_can_modify=True)
    suggest(bot, pull, BETTER)

    pull.apply_suggestion(pull.threads()[0], by="maria")

    assert pull.look().head_sha == fork.log("topic")[0]["sha"]
