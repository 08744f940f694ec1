"""Reviews and comments on the diff: where they may stand, and that a review is taken whole or not at all."""

from typing import Any

import pytest

from deploy.standin.control import PullRequest, Repository, StandIn
from tests.standin.conftest import NEW, OLD, Caller

WHOLE = (
    "Pull request review thread line must be part of the diff and Pull request review thread diff hunk can't be blank"
)
RANGE = (
    "Pull request review thread line must be part of the diff, Pull request review thread start line must be part of "
    "the same hunk as the line., and Pull request review thread diff hunk can't be blank"
)


def review(bot: Caller, pull: PullRequest, *comments: dict[str, Any], **more: Any) -> Any:
    wanted = {"event": "COMMENT", "body": "Two findings.", "comments": list(comments), **more}
    return bot.post(f"/pulls/{pull.number}/reviews", **wanted)


def on(path: str, line: int, **more: Any) -> dict[str, Any]:
    return {"path": path, "line": line, "side": "RIGHT", "body": "Look here.", **more}


def test_a_review_brings_its_comments(bot: Caller, pull: PullRequest) -> None:
    answer = review(bot, pull, on(NEW, 5), on(NEW, 6, start_line=4, start_side="RIGHT"))

    seen = pull.look()
    assert (answer.status_code, answer.json()["state"]) == (200, "COMMENTED")
    assert [(each.path, each.start_line, each.line) for each in seen.threads] == [(NEW, None, 5), (NEW, 4, 6)]
    assert [(each.author, each.body) for each in seen.reviews] == [("ecto-fix[bot]", "Two findings.")]


@pytest.mark.parametrize(
    ("comment", "words"),
    [
        (on(OLD, 20), WHOLE),  # between the hunks
        (on(NEW, 99), WHOLE),
        (
            on(OLD, 30, start_line=10),
            "Pull request review thread start line must be part of the same hunk as the line.",
        ),
        (on(OLD, 20, start_line=10), RANGE),
        (on(NEW, 5, start_line=5), "Pull request review thread start line must precede the end line."),
        (on("mix.exs", 1), "Path could not be resolved"),
        (on(NEW, 5, side="LEFT"), WHOLE),
    ],
)
def test_one_comment_outside_of_the_diff_spoils_the_whole_review(
    bot: Caller, pull: PullRequest, comment: dict[str, Any], words: str
) -> None:
    answer = review(bot, pull, on(NEW, 5), comment)

    assert (answer.status_code, answer.json()["message"]) == (422, "Unprocessable Entity")
    assert answer.json()["errors"] == [words]
    assert pull.look().reviews == ()
    assert pull.look().threads == ()


@pytest.mark.parametrize(
    ("line", "side", "status"),
    [
        (10, "RIGHT", 201),  # the added line
        (10, "LEFT", 201),  # the deleted line
        (8, "RIGHT", 201),  # context, on either side
        (8, "LEFT", 201),
        (6, "RIGHT", 422),  # one above the hunk
    ],
)
def test_context_can_be_commented_on_both_sides(
    bot: Caller, pull: PullRequest, line: int, side: str, status: int
) -> None:
    wanted = on(OLD, line, side=side, commit_id=pull.look().head_sha)

    assert bot.post(f"/pulls/{pull.number}/comments", **wanted).status_code == status


def test_a_single_comment_outside_of_the_diff_is_refused_field_by_field(bot: Caller, pull: PullRequest) -> None:
    wanted = on(OLD, 20, start_line=10, start_side="RIGHT", commit_id=pull.look().head_sha)

    answer = bot.post(f"/pulls/{pull.number}/comments", **wanted)

    assert answer.status_code == 422
    assert answer.json()["message"] == "Validation Failed"
    assert answer.json()["errors"] == [
        {
            "resource": "PullRequestReviewComment",
            "code": "custom",
            "field": "pull_request_review_thread.line",
            "message": "pull_request_review_thread.line must be part of the diff",
        },
        {
            "resource": "PullRequestReviewComment",
            "code": "custom",
            "field": "pull_request_review_thread.start_line",
            "message": "pull_request_review_thread.start_line must be part of the same hunk as the line.",
        },
        {
            "resource": "PullRequestReviewComment",
            "code": "missing_field",
            "field": "pull_request_review_thread.diff_hunk",
        },
    ]


def test_a_position_counts_from_the_first_hunk_and_through_the_next(bot: Caller, pull: PullRequest) -> None:
    review(bot, pull, {"path": OLD, "position": 14, "body": "By position."})

    comment = bot.get(f"/pulls/{pull.number}/comments").json()[0]
    assert (comment["line"], comment["side"], comment["position"]) == (30, "RIGHT", 14)


def test_a_comment_shows_the_hunk_down_to_its_line(bot: Caller, pull: PullRequest) -> None:
    review(bot, pull, on(OLD, 10))

    hunk = bot.get(f"/pulls/{pull.number}/comments").json()[0]["diff_hunk"].split("\n")
    assert hunk[0].startswith("@@ -7,7 +7,7 @@")
    assert hunk[1:] == [" line 7", " line 8", " line 9", "-line 10", "+line ten"]


def test_a_whole_file_can_be_commented_alone(bot: Caller, pull: PullRequest) -> None:
    head = pull.look().head_sha

    made = bot.post(f"/pulls/{pull.number}/comments", path=OLD, subject_type="file", body="All of it.", commit_id=head)

    assert made.status_code == 201
    assert (made.json()["subject_type"], made.json()["line"]) == ("file", None)
    assert review(bot, pull, {"path": OLD, "subject_type": "file", "body": "No."}).status_code == 422


def test_an_answer_ignores_every_anchor_and_stands_in_its_thread(bot: Caller, pull: PullRequest) -> None:
    head = pull.look().head_sha
    root = bot.post(f"/pulls/{pull.number}/comments", **on(NEW, 5, commit_id=head)).json()["id"]

    wanted = {"in_reply_to": root, "path": "nowhere", "line": 999, "body": "Agreed.", "commit_id": head}
    answer = bot.post(f"/pulls/{pull.number}/comments", **wanted)
    below = bot.post(f"/pulls/{pull.number}/comments/{answer.json()['id']}/replies", body="And I.")

    assert answer.json()["in_reply_to_id"] == root
    assert below.status_code == 422
    assert [each.body for each in pull.threads()[0].comments] == ["Look here.", "Agreed."]


def test_a_review_without_an_event_is_seen_by_its_author_alone(
    standin: StandIn, bot: Caller, pull: PullRequest, repository: Repository
) -> None:
    pending = bot.post(f"/pulls/{pull.number}/reviews", body="Not yet.", comments=[on(NEW, 5)]).json()
    person = Caller(standin.url, standin.user("maria").token, f"/repos/{repository.name}")

    assert (pending["state"], "submitted_at" in pending) == ("PENDING", False)
    assert len(bot.get(f"/pulls/{pull.number}/reviews").json()) == 1
    assert person.get(f"/pulls/{pull.number}/reviews").json() == []
    assert person.get(f"/pulls/{pull.number}/comments").json() == []
    assert person.get(f"/pulls/{pull.number}/reviews/{pending['id']}").status_code == 404


def test_one_pending_review_is_enough(bot: Caller, pull: PullRequest) -> None:
    first = bot.post(f"/pulls/{pull.number}/reviews", body="One.").json()["id"]

    second = bot.post(f"/pulls/{pull.number}/reviews", body="Two.")
    submitted = bot.post(f"/pulls/{pull.number}/reviews/{first}/events", event="COMMENT")

    assert second.json()["errors"] == ["User can only have one pending review per pull request"]
    assert submitted.json()["state"] == "COMMENTED"


def test_a_pending_review_can_be_thrown_away(bot: Caller, pull: PullRequest) -> None:
    number = bot.post(f"/pulls/{pull.number}/reviews", body="One.", comments=[on(NEW, 5)]).json()["id"]

    assert bot.ask("DELETE", f"/pulls/{pull.number}/reviews/{number}").status_code == 200
    assert pull.look().pending_reviews == 0
    assert pull.threads() == ()


@pytest.mark.parametrize("event", ["COMMENT", "REQUEST_CHANGES"])
def test_a_review_says_something(bot: Caller, pull: PullRequest, event: str) -> None:
    assert bot.post(f"/pulls/{pull.number}/reviews", event=event).status_code == 422


def test_nobody_approves_their_own_pull_request(standin: StandIn, repository: Repository, pull: PullRequest) -> None:
    author = Caller(standin.url, standin.user("sam").token, f"/repos/{repository.name}")

    answer = author.post(f"/pulls/{pull.number}/reviews", event="APPROVE")

    assert answer.json()["errors"] == ["Can not approve your own pull request"]


def test_a_body_has_an_end(bot: Caller, pull: PullRequest) -> None:
    head = pull.look().head_sha

    assert review(bot, pull, on(NEW, 5, body="x" * 65_537)).status_code == 422
    assert review(bot, pull, on(NEW, 5, body="ü" * 65_536)).status_code == 200
    long = bot.post(f"/pulls/{pull.number}/comments", **on(NEW, 5, body="x" * 65_537, commit_id=head))
    assert long.json()["errors"][0]["message"] == "body is too long (maximum is 65536 characters)"


def test_a_review_has_at_most_a_hundred_comments(bot: Caller, pull: PullRequest) -> None:
    assert review(bot, pull, *[on(NEW, 5)] * 101).status_code == 422
    assert pull.threads() == ()


def test_a_review_is_of_a_commit_of_the_pull_request(bot: Caller, pull: PullRequest, repository: Repository) -> None:
    elsewhere = repository.push("other", {"mix.exs": "# other\n"}, by="sam")

    answer = review(bot, pull, on(NEW, 5), commit_id=elsewhere)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "commit_id"


def test_an_approval_can_be_dismissed_and_a_comment_cannot(bot: Caller, pull: PullRequest) -> None:
    approval = pull.review("APPROVE", by="maria")
    remark = pull.review("COMMENT", by="maria", body="Hm.")

    first = bot.ask("PUT", f"/pulls/{pull.number}/reviews/{approval}/dismissals", json={"message": "Changed."})
    second = bot.ask("PUT", f"/pulls/{pull.number}/reviews/{remark}/dismissals", json={"message": "Changed."})

    assert (first.json()["state"], second.status_code) == ("DISMISSED", 422)


def test_a_comment_can_be_changed_and_deleted(bot: Caller, pull: PullRequest) -> None:
    review(bot, pull, on(NEW, 5))
    comment = bot.get(f"/pulls/{pull.number}/comments").json()[0]["id"]

    changed = bot.patch(f"/pulls/comments/{comment}", body="Better.").json()["body"]
    gone = bot.ask("DELETE", f"/pulls/comments/{comment}").status_code

    assert (changed, gone) == ("Better.", 204)
    assert bot.get(f"/pulls/comments/{comment}").status_code == 404
    assert pull.threads() == ()


def test_the_comments_of_one_review_are_listed_apart(bot: Caller, pull: PullRequest) -> None:
    first = review(bot, pull, on(NEW, 5)).json()["id"]
    review(bot, pull, on(NEW, 6))

    listed = bot.get(f"/pulls/{pull.number}/reviews/{first}/comments").json()

    assert [each["original_line"] for each in listed] == [5]


def test_somebody_reacts_once_in_one_way(bot: Caller, pull: PullRequest) -> None:
    comment = pull.comment("/ecto-fix", by="maria")

    answers = [bot.post(f"/issues/comments/{comment}/reactions", content="eyes") for _ in range(2)]
    bot.post(f"/issues/comments/{comment}/reactions", content="rocket")

    assert [each.status_code for each in answers] == [201, 200]
    assert pull.look().comments[0].reactions == ("eyes", "rocket")


def test_the_conversation_can_be_written_changed_and_cut(bot: Caller, pull: PullRequest) -> None:
    number = bot.post(f"/issues/{pull.number}/comments", body="Summary").json()["id"]
    bot.patch(f"/issues/comments/{number}", body="Better summary")
    seen = [(each.author, each.body, each.edited) for each in pull.look().comments]
    bot.ask("DELETE", f"/issues/comments/{number}")

    assert seen == [("ecto-fix[bot]", "Better summary", True)]
    assert bot.get(f"/issues/{pull.number}/comments").json() == []
    assert bot.post(f"/issues/{pull.number}/comments", body="x" * 65_537).status_code == 422
