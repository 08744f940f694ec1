"""What pushes do to threads: they move with their lines, and are outdated when their lines change."""

import pytest

from deploy.standin.control import PullRequest, Repository
from tests.standin.conftest import NEW, NEW_TEXT, OLD, OLD_TEXT, Caller

CHANGED = OLD_TEXT.replace("line 10\n", "line ten\n").replace("line 30\n", "line thirty\n")


@pytest.fixture
def thread(bot: Caller, pull: PullRequest) -> PullRequest:
    """A pull request with a thread on line 30 of the old file."""
    comment = {"path": OLD, "line": 30, "side": "RIGHT", "body": "Why thirty?"}
    bot.post(f"/pulls/{pull.number}/reviews", event="COMMENT", comments=[comment])
    return pull


def test_a_thread_moves_when_lines_come_above_it(thread: PullRequest, bot: Caller) -> None:
    thread.push({OLD: "new\nnew\n" + CHANGED}, by="sam")

    seen = thread.threads()[0]
    comment = bot.get("/pulls/comments").json()[0]
    assert (seen.outdated, seen.line, seen.original_line) == (False, 32, 30)
    assert (comment["line"], comment["original_line"]) == (32, 30)
    assert comment["commit_id"] == thread.look().head_sha
    assert comment["original_commit_id"] != comment["commit_id"]


def test_a_thread_moves_up_when_lines_above_it_go(thread: PullRequest) -> None:
    thread.push({OLD: CHANGED.removeprefix("line 1\nline 2\n")}, by="sam")

    assert thread.threads()[0].line == 28


def test_a_thread_is_outdated_when_its_line_changes(thread: PullRequest, bot: Caller) -> None:
    thread.push({OLD: CHANGED.replace("line thirty", "line XXX")}, by="sam")

    comment = bot.get("/pulls/comments").json()[0]
    assert thread.threads()[0].outdated
    assert (comment["line"], comment["position"]) == (None, None)
    assert (comment["original_line"], comment["original_position"]) == (30, 14)


def test_a_thread_is_outdated_when_its_line_is_no_longer_part_of_the_diff(thread: PullRequest) -> None:
    thread.push({OLD: OLD_TEXT}, by="sam")

    assert thread.threads()[0].outdated


def test_a_thread_stays_when_another_file_changes(thread: PullRequest) -> None:
    thread.push({NEW: NEW_TEXT + "# more\n"}, by="sam")

    assert thread.threads()[0].line == 30


def test_a_thread_stays_when_the_base_is_merged_into_the_branch(thread: PullRequest, repository: Repository) -> None:
    repository.push("main", {"mix.exs": "# newer\n"}, by="maria")

    thread.push({"mix.exs": "# newer\n"}, by="sam", message="Merge main, in effect")

    assert thread.threads()[0].line == 30
    assert {each["filename"] for each in _files(thread)} == {NEW, OLD, "mix.exs"}


def _files(pull: PullRequest) -> list[dict[str, str]]:
    standin = pull.repository.standin
    person = Caller(standin.url, standin.user("maria").token, f"/repos/{pull.repository.name}")
    files: list[dict[str, str]] = person.get(f"/pulls/{pull.number}/files").json()
    return files


def test_a_thread_outlives_a_force_push_that_keeps_its_line(thread: PullRequest, repository: Repository) -> None:
    main = repository.log("main")[0]["sha"]
    repository.force_push("index-users", main, by="sam")
    repository.push("index-users", {OLD: CHANGED}, by="sam")

    seen = thread.threads()[0]

    assert (seen.outdated, seen.line) == (False, 30)


def test_a_resolved_thread_names_who_resolved_it_and_can_be_opened_again(thread: PullRequest) -> None:
    thread.resolve(thread.threads()[0], by="sam")
    resolved = thread.threads()[0]
    thread.resolve(resolved, by="maria", resolved=False)

    assert (resolved.resolved, resolved.resolved_by) == (True, "sam")
    assert not thread.threads()[0].resolved
