"""Check runs: who may say what, how much of it, and what it does to the merge button."""

from typing import Any

import pytest

from deploy.standin.control import PullRequest, RefusedError, Repository, StandIn
from tests.standin.conftest import Caller, as_installation, new_pull, new_repository


def check(bot: Caller, pull: PullRequest, **more: Any) -> Any:
    return bot.post("/check-runs", name="ecto-fix", head_sha=pull.look().head_sha, **more)


def output(**more: Any) -> dict[str, Any]:
    return {"title": "1 finding", "summary": "One.", **more}


def annotation(line: int, **more: Any) -> dict[str, Any]:
    place = {"path": "priv/repo/migrations/1_a.exs", "start_line": line, "end_line": line}
    return {**place, "annotation_level": "warning", "message": "Look.", **more}


def test_a_check_goes_from_queued_to_its_conclusion(bot: Caller, pull: PullRequest) -> None:
    run = check(bot, pull, status="queued", external_id="run-7").json()

    bot.patch(f"/check-runs/{run['id']}", status="in_progress")
    running = pull.checks()[0].status
    done = bot.patch(f"/check-runs/{run['id']}", conclusion="success", output=output()).json()

    assert (run["status"], run["conclusion"], run["external_id"]) == ("queued", None, "run-7")
    assert running == "in_progress"
    assert (done["status"], done["conclusion"]) == ("completed", "success")
    assert done["completed_at"] is not None


def test_completed_needs_a_conclusion(bot: Caller, pull: PullRequest) -> None:
    run = check(bot, pull).json()["id"]

    assert check(bot, pull, status="completed").status_code == 422
    assert bot.patch(f"/check-runs/{run}", status="completed").status_code == 422


def test_a_check_is_about_a_commit_that_exists(bot: Caller, pull: PullRequest) -> None:
    assert pull.number == 1

    answer = bot.post("/check-runs", name="ecto-fix", head_sha="1" * 40)

    assert (answer.status_code, answer.json()["message"]) == (422, f"No commit found for SHA: {'1' * 40}")


def test_fifty_annotations_at_a_time_are_added_up(bot: Caller, pull: PullRequest) -> None:
    fifty = [annotation(line) for line in range(1, 51)]
    run = check(bot, pull, output=output(annotations=fifty)).json()["id"]

    too_many = bot.patch(f"/check-runs/{run}", output=output(annotations=[*fifty, annotation(51)]))
    bot.patch(f"/check-runs/{run}", output=output(annotations=[annotation(51)]))

    assert too_many.status_code == 422
    assert "No more than 50 items are allowed; 51 were supplied." in too_many.json()["message"]
    assert len(pull.checks()[0].annotations) == 51
    listed = bot.get(f"/check-runs/{run}/annotations", per_page=100).json()
    assert [each["start_line"] for each in listed] == list(range(1, 52))


@pytest.mark.parametrize("name", ["summary", "text"])
def test_the_limit_is_counted_in_bytes(bot: Caller, pull: PullRequest, name: str) -> None:
    fits = check(bot, pull, output=output(**{name: "ü" * 32_767}))
    bytes_too_many = check(bot, pull, output=output(**{name: "ü" * 32_768}))

    assert fits.status_code == 201
    assert bytes_too_many.status_code == 422
    assert "Only 65535 characters are allowed; 65536 were supplied." in bytes_too_many.json()["message"]


@pytest.mark.parametrize(
    "wanted",
    [
        {"output": {"title": "No summary"}},
        {"output": output(annotations=[{"path": "a", "start_line": 1, "message": "No end."}])},
        {"output": output(annotations=[annotation(1, end_line=2, start_column=1)])},
        {"actions": [{"label": "x" * 21, "description": "Too long.", "identifier": "fix"}]},
        {"actions": [{"label": str(n), "description": "Too many.", "identifier": str(n)} for n in range(4)]},
        {"conclusion": "fine"},
    ],
)
def test_what_a_check_says_has_a_shape(bot: Caller, pull: PullRequest, wanted: dict[str, Any]) -> None:
    assert check(bot, pull, **wanted).status_code == 422


def test_of_one_name_the_newest_counts(bot: Caller, pull: PullRequest) -> None:
    check(bot, pull, conclusion="failure")
    check(bot, pull, conclusion="success")
    head = pull.look().head_sha

    newest = bot.get(f"/commits/{head}/check-runs").json()
    both = bot.get(f"/commits/{head}/check-runs", filter="all").json()

    assert [each["conclusion"] for each in newest["check_runs"]] == ["success"]
    assert (newest["total_count"], both["total_count"]) == (1, 2)


def test_a_push_opens_a_suite_that_sums_up_its_runs(bot: Caller, pull: PullRequest) -> None:
    head = pull.look().head_sha
    before = bot.get(f"/commits/{head}/check-suites").json()["check_suites"][0]

    run = check(bot, pull, conclusion="failure").json()
    after = bot.get(f"/check-suites/{run['check_suite']['id']}").json()

    assert (before["status"], before["conclusion"]) == ("queued", None)
    assert (after["status"], after["conclusion"], after["id"]) == ("completed", "failure", before["id"])
    assert [each["number"] for each in after["pull_requests"]] == [pull.number]


def test_a_check_of_a_fork_names_no_pull_request(bot: Caller, repository: Repository) -> None:
    fork = repository.fork(by="eve")
    sha = fork.push("topic", {"mix.exs": "# fork\n"}, by="eve")
    pull = repository.open_pull_request("topic", by="eve", head_repository=fork.name)

    run = check(bot, pull).json()
    suite = bot.get(f"/check-suites/{run['check_suite']['id']}").json()

    assert (run["head_sha"], run["pull_requests"], suite["head_branch"]) == (sha, [], None)


def test_merging_waits_for_a_required_check(bot: Caller, pull: PullRequest, repository: Repository) -> None:
    repository.require_checks("ecto-fix")

    with pytest.raises(RefusedError, match='Required status check \\\\"ecto-fix\\\\" is expected'):
        pull.merge(by="maria")
    run = check(bot, pull, status="in_progress").json()["id"]
    with pytest.raises(RefusedError, match="is pending"):
        pull.merge(by="maria")
    bot.patch(f"/check-runs/{run}", conclusion="failure")
    blocked = bot.ask("PUT", f"/pulls/{pull.number}/merge", json={})
    bot.patch(f"/check-runs/{run}", conclusion="neutral")
    merged = pull.merge(by="maria")

    assert (blocked.status_code, blocked.json()["message"]) == (405, 'Required status check "ecto-fix" is failing.')
    assert pull.look().state == "merged"
    assert repository.log("main")[0]["sha"] == merged


def test_the_state_of_a_merge_is_told_in_one_word(bot: Caller, pull: PullRequest, repository: Repository) -> None:
    clean = pull.look().mergeable_state
    run = check(bot, pull, conclusion="failure").json()["id"]
    unstable = pull.look().mergeable_state
    repository.require_checks("ecto-fix")
    blocked = pull.look().mergeable_state
    bot.patch(f"/check-runs/{run}", conclusion="success")
    pull.mark_draft(by="sam")
    draft = pull.look().mergeable_state
    pull.mark_ready(by="sam")
    repository.push("main", {"priv/repo/migrations/20240301000000_index_users.exs": "other\n"}, by="maria")
    dirty = bot.get(f"/pulls/{pull.number}").json()

    assert [clean, unstable, blocked, draft] == ["clean", "unstable", "blocked", "draft"]
    assert (dirty["mergeable_state"], dirty["mergeable"]) == ("dirty", False)


def test_a_check_may_be_asked_for_again_when_it_has_ended(bot: Caller, pull: PullRequest) -> None:
    run = check(bot, pull).json()["id"]

    early = bot.post(f"/check-runs/{run}/rerequest").status_code
    bot.patch(f"/check-runs/{run}", conclusion="failure")
    later = bot.post(f"/check-runs/{run}/rerequest").status_code

    assert (early, later) == (422, 201)


def test_a_check_that_nobody_concludes_is_given_up_after_two_weeks(own: StandIn) -> None:
    pull = new_pull(new_repository(own))
    check(as_installation(own, pull.repository), pull, status="in_progress")

    own.advance(13 * 86_400)
    waiting = pull.checks()[0].conclusion
    own.advance(2 * 86_400)

    assert (waiting, pull.checks()[0].conclusion) == (None, "stale")


def test_a_suite_can_be_opened_read_and_asked_for_again(bot: Caller, pull: PullRequest) -> None:
    head = pull.look().head_sha
    there = bot.post("/check-suites", head_sha=head)
    check(bot, pull, conclusion="success")

    suite = there.json()["id"]
    runs = bot.get(f"/check-suites/{suite}/check-runs").json()

    assert (there.status_code, [each["name"] for each in runs["check_runs"]]) == (200, ["ecto-fix"])
    assert bot.post(f"/check-suites/{suite}/rerequest").status_code == 201
    assert bot.get("/check-suites/1").status_code == 404
