"""Somebody writes `/ecto-fix` on a pull request."""

from deploy.standin.control import PullRequest, Repository, StandIn
from tests.dialogues.scene import MIGRATIONS, answer_to, check_of, eventually, migration, opens

INDEX = "20260201000000_index_users.exs"
NICKNAME = "20260202000000_remove_nickname.exs"
BAD = {
    INDEX: migration("create index(:users, [:email])"),
    NICKNAME: migration("alter table(:users) do\n  remove :nickname\nend"),
}


def reviewed(shop: Repository) -> PullRequest:
    pull_request = opens(shop, BAD)
    assert check_of(pull_request).conclusion == "failure"
    return pull_request


def reactions_to(pull_request: PullRequest, comment: int) -> tuple[str, ...]:
    return next(each.reactions for each in pull_request.look().comments if each.id == comment)


def test_a_maintainer_gets_the_rewrites_in_one_commit_and_the_check_turns_green(shop: Repository) -> None:
    pull_request = reviewed(shop)
    commits = len(shop.log("feature"))

    comment = pull_request.comment("/ecto-fix", by="maria")

    answer = answer_to(pull_request, comment)
    assert "2" in answer.body
    assert len(shop.log("feature")) == commits + 1
    assert "concurrently: true" in (shop.read(f"{MIGRATIONS}/{INDEX}", ref="feature") or "")
    assert "remove :nickname, :string, size: 40" in (shop.read(f"{MIGRATIONS}/{NICKNAME}", ref="feature") or "")
    assert "rocket" in reactions_to(pull_request, comment)
    assert check_of(pull_request).conclusion == "success"


def test_a_stranger_gets_no_commit(shop: Repository) -> None:
    pull_request = reviewed(shop)
    head = pull_request.look().head_sha

    comment = pull_request.comment("/ecto-fix", by="mallory")

    eventually("a reaction", lambda: "eyes" in (seen := reactions_to(pull_request, comment)) and len(seen) > 1)
    assert pull_request.look().head_sha == head
    assert "rocket" not in reactions_to(pull_request, comment)


def test_help_says_what_there_is(shop: Repository) -> None:
    pull_request = reviewed(shop)

    comment = pull_request.comment("/ecto-fix help", by="maria")

    assert "/ecto-fix help" in answer_to(pull_request, comment).body


def test_an_unknown_word_gets_a_short_answer_with_the_nearest_command(shop: Repository) -> None:
    pull_request = reviewed(shop)
    head = pull_request.look().head_sha

    comment = pull_request.comment("/ecto-fix hlep", by="maria")

    assert "Did you mean `/ecto-fix help`?" in answer_to(pull_request, comment).body
    assert pull_request.look().head_sha == head


def test_quotes_and_code_are_not_commands(shop: Repository) -> None:
    pull_request = reviewed(shop)
    head = pull_request.look().head_sha

    quoted = pull_request.comment("> /ecto-fix\n\nWhat does this do?", by="maria")
    fenced = pull_request.comment("```\n/ecto-fix\n```", by="maria")
    heard = pull_request.comment("/ecto-fix help", by="maria")

    answer_to(pull_request, heard)
    assert pull_request.look().head_sha == head
    assert (reactions_to(pull_request, quoted), reactions_to(pull_request, fenced)) == ((), ())


def test_two_maintainers_at_once_get_one_commit(shop: Repository) -> None:
    pull_request = reviewed(shop)
    commits = len(shop.log("feature"))

    first = pull_request.comment("/ecto-fix", by="maria")
    second = pull_request.comment("/ecto-fix", by="joe")

    answer_to(pull_request, second)
    eventually("both are done", lambda: all(len(reactions_to(pull_request, each)) > 1 for each in (first, second)))
    assert len(shop.log("feature")) == commits + 1


def test_a_reply_to_a_finding_is_about_that_finding(shop: Repository) -> None:
    pull_request = reviewed(shop)
    thread = next(one for one in pull_request.threads() if "index-without-concurrently" in one.comments[0].body)

    pull_request.reply(thread, "/ecto-fix allow because the table is small", by="maria")

    def answered() -> bool:
        return any("Committed in" in comment.body for one in pull_request.threads() for comment in one.comments)

    eventually("an answer in the thread", answered)
    allowed = "# ecto-fix: allow index-without-concurrently — the table is small"
    assert allowed in (shop.read(f"{MIGRATIONS}/{INDEX}", ref="feature") or "")
    assert check_of(pull_request).conclusion == "failure"  # the other finding stands


def test_a_command_in_the_text_of_a_review_is_heard(shop: Repository) -> None:
    pull_request = reviewed(shop)

    pull_request.review("COMMENT", by="maria", body="Good, but:\n\n/ecto-fix index-without-concurrently")

    eventually("a commit", lambda: "concurrently" in (shop.read(f"{MIGRATIONS}/{INDEX}", ref="feature") or ""))
    assert "remove :nickname\n" in (shop.read(f"{MIGRATIONS}/{NICKNAME}", ref="feature") or "")


def test_the_buttons_of_the_check_do_what_they_say(shop: Repository) -> None:
    pull_request = reviewed(shop)
    check = check_of(pull_request)

    pull_request.press(check, "explain", by="maria")
    eventually("an explanation", lambda: any("Instead of this" in one.body for one in pull_request.look().comments))
    pull_request.press(check, "fix", by="maria")

    eventually("a commit", lambda: "concurrently" in (shop.read(f"{MIGRATIONS}/{INDEX}", ref="feature") or ""))
    assert check_of(pull_request).conclusion == "success"


def test_a_stranger_may_press_a_button_and_nothing_happens(shop: Repository, github: StandIn) -> None:
    pull_request = reviewed(shop)
    head = pull_request.look().head_sha
    github.user("mallory")

    pull_request.press(check_of(pull_request), "fix", by="mallory")
    pull_request.press(check_of(pull_request), "explain", by="maria")  # comes after it

    eventually("an explanation", lambda: pull_request.look().comments)
    assert pull_request.look().head_sha == head
    assert len(pull_request.look().comments) == 1
