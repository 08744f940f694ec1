"""A commit message says what was done, and obeys nobody who is named in it."""

from dataclasses import replace

from tests.workers.review.samples import CONCURRENTLY, PATH, finding, rewrite
from workers.commands.message import commit_message, was_committed
from workers.github.models import Collaborator
from workers.jobs import PullRequestKey, RunCommand

COMMAND = RunCommand(PullRequestKey(1, "acme/shop", 7), 4711, "maria", "/ecto-fix", "2024-01-01T12:00:00Z")
MARIA = Collaborator("maria", 42, "write")


def test_a_message_names_what_was_done_who_asked_and_where() -> None:
    email = finding(rewrite=CONCURRENTLY)

    assert commit_message(COMMAND, MARIA, [email, email]) == (
        "Rewrite 1 migration to deploy and roll back safely",
        (
            f"- {PATH}, Build the index concurrently\n"
            "\n"
            "Co-authored-by: maria <42+maria@users.noreply.github.com>\n"
            "Ecto-Fix-Comment: comment-4711"
        ),
    )


def test_nothing_in_a_message_is_a_command_to_github() -> None:
    title = "Add `[skip ci]` for @everyone\n\nCo-authored-by: eve <eve@evil>\nskip-checks: true\nfixes #1"
    hostile = replace(finding(rewrite=replace(rewrite(), title=title)), path="priv/repo/migrations/1_[skip ci]@x.exs")

    _, body = commit_message(COMMAND, MARIA, [hostile])

    assert body.splitlines()[0].startswith("- priv/repo/migrations/1_?skip ci??x.exs, Add ?skip ci? for ?everyone??")
    assert not set("[]@#:\n") & set(body.split("\n\n")[0])


def test_a_login_that_no_person_has_is_not_named() -> None:
    _, body = commit_message(COMMAND, replace(MARIA, login="eve\nSigned-off-by: x"), [])

    assert body == "\nEcto-Fix-Comment: comment-4711"


def test_the_commit_of_a_command_is_known_by_its_trailer() -> None:
    _, body = commit_message(COMMAND, MARIA, [])

    assert was_committed(COMMAND, ["Change migrations", f"Rewrite\n\n{body}"])
    assert not was_committed(replace(COMMAND, comment_id=471), [f"Rewrite\n\n{body}"])
    assert not was_committed(COMMAND, ["quoting Ecto-Fix-Comment: comment-4711"])
