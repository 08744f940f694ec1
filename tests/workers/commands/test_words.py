"""What people say beside `/ecto-fix`: all, a rule, allow, one-way, explain, recheck; here and in a finding's thread."""

import time
from datetime import UTC, datetime

import pytest

from deploy.standin.control import PullRequest
from deploy.standin.pictured import Thread
from rules.analysis import analyse
from tests.workers.commands.speaking import answers, done, heard
from tests.workers.github.hub import ADD_INDEX, FOLDER, NEW, Hub
from tests.workers.review.surroundings import surroundings
from workers.commands.parser import Spoken, spoken
from workers.context import Done
from workers.jobs import RunCommand
from workers.review.flow import review_pull_request

DROP = """\
defmodule Shop.Repo.Migrations.AddEmail do
  use Ecto.Migration

  def change do
    create index(:users, [:email])
    execute "DELETE FROM users WHERE name = '/'"
  end
end
"""

TWO = """\
defmodule Shop.Repo.Migrations.AddEmail do
  use Ecto.Migration

  @disable_ddl_transaction true
  @disable_migration_lock true

  def change do
    create index(:users, [:email])

    alter table(:users) do
      remove :name
    end
  end
end
"""


def say(hub: Hub, pull: PullRequest, body: str) -> str:
    """Let Maria say *body* in the conversation and return the answer."""
    done(hub, pull, heard(hub, pull, body), analyse=analyse)
    return answers(pull)[-1]


def reply(hub: Hub, pull: PullRequest, thread: Thread, body: str) -> None:
    """Let Maria say *body* in *thread*."""
    number = pull.reply(thread, body, by="maria")
    created = datetime.fromtimestamp(time.time(), UTC).isoformat()
    root = thread.comments[0].id
    done(hub, pull, RunCommand(hub.key(pull), number, "maria", body, created, "thread", root), analyse=analyse)


def reviewed(hub: Hub, text: str) -> PullRequest:
    pull = hub.opens({NEW: text})
    assert review_pull_request(surroundings(hub, pull, analyse=analyse)) == Done()
    return pull


def head(hub: Hub) -> str:
    return hub.repository.read(NEW, ref="add-email") or ""


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("/ecto-fix", Spoken("")),
        ("/ecto-fix allow a-rule because it is small", Spoken("allow", ("a-rule",), "it is small")),
        ("/ecto-fix allow because small", Spoken("allow", (), "small")),
        ("/ecto-fix one-way BECAUSE: rows are gone", Spoken("one-way", (), "rows are gone")),
        ("/ecto-fix one-way — rows are gone", Spoken("one-way", (), "rows are gone")),
        ("/ecto-fix because why not", Spoken("", (), "why not")),
    ],
)
def test_the_reason_stands_behind_because(comment: str, expected: Spoken) -> None:
    assert spoken(comment) == expected


def test_a_rule_alone_asks_for_its_rewrites_and_for_no_others(hub: Hub) -> None:
    pull = hub.opens({NEW: TWO})

    answer = say(hub, pull, "/ecto-fix column-removed-without-type")

    assert answer.startswith("Committed in ")
    assert "remove :name, :string\n" in head(hub)
    assert "concurrently: true" not in head(hub)


def test_a_rule_that_is_none_is_answered_with_the_nearest(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})

    assert "Did you mean `/ecto-fix index-without-concurrently`?" in say(hub, pull, "/ecto-fix index-concurrently")
    assert "Did you mean `one-way-execute`?" in say(hub, pull, "/ecto-fix explain one-way-exec")


def test_what_is_allowed_stands_in_the_file_with_its_reason_and_is_not_said_again(hub: Hub) -> None:
    pull = reviewed(hub, ADD_INDEX)

    answer = say(hub, pull, "/ecto-fix allow index-without-concurrently because `users` is small <!-- & @all -->")

    reason = "`users` is small"
    assert f"    # ecto-fix: allow index-without-concurrently — {reason}" in head(hub)
    assert answer.startswith("Committed in ")
    review_pull_request(surroundings(hub, pull, analyse=analyse))
    assert pull.checks()[-1].conclusion == "success"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("allow index-without-concurrently", "Say why, please"),
        ("allow because I say so", "Which rule?"),
        ("allow down-missing because there is one", "There is no such finding here."),
        ("allow unreadable-elixir because I can read it", "it has to be mended"),
        ("one-way", "Say why, please"),
        ("one-way because it is", "There is no migration here whose rollback would not restore the schema."),
        ("one-way index-without-concurrently because it is", "is about migrations, not rules"),
        (f"allow index-without-concurrently because {'x' * 301}", "at most 300 characters"),
    ],
)
def test_what_cannot_be_declared_is_said_and_nothing_is_committed(hub: Hub, words: str, expected: str) -> None:
    broken = ADD_INDEX.replace("    create", "    create(") if "unreadable" in words else ADD_INDEX
    pull = hub.opens({NEW: broken})
    before = pull.look().head_sha

    assert expected in say(hub, pull, f"/ecto-fix {words}")
    assert pull.look().head_sha == before


def test_where_no_comment_is_heard_costs_the_other_files_nothing(hub: Hub) -> None:
    broken = f"{FOLDER}/20250101000000_broken.exs"
    pull = hub.opens({NEW: DROP, broken: "defmodule Shop.Broken do\n  use Ecto.Migration\n  def change do )\n"})

    answer = say(hub, pull, "/ecto-fix one-way because the rows are gone for good")

    assert answer.startswith("Committed in ")
    assert answer.endswith(
        f"A comment does not help in `{broken}`: its place lies within a string, or the file cannot be read."
    )
    assert "# ecto-fix: one-way" in head(hub)


def test_a_migration_declared_one_way_says_so_below_its_use(hub: Hub) -> None:
    pull = hub.opens({NEW: DROP})

    say(hub, pull, "/ecto-fix one-way because the rows are gone for good")

    assert "  use Ecto.Migration\n\n  # ecto-fix: one-way — the rows are gone for good\n\n  def change" in head(hub)


def test_a_reply_in_a_thread_means_its_finding_and_is_answered_there(hub: Hub) -> None:
    pull = reviewed(hub, DROP)
    thread = next(one for one in pull.threads() if "index-without-concurrently" in one.comments[0].body)

    reply(hub, pull, thread, "/ecto-fix allow because the table is small")

    assert "# ecto-fix: allow index-without-concurrently — the table is small" in head(hub)
    assert "one-way" not in head(hub)
    (answered,) = [one for one in pull.threads() if one.id == thread.id]
    assert answered.comments[-1].body.startswith("Committed in ")
    assert answers(pull) == []


def test_in_a_thread_explain_needs_no_name(hub: Hub) -> None:
    pull = reviewed(hub, ADD_INDEX)
    (thread,) = pull.threads()

    reply(hub, pull, thread, "/ecto-fix explain")

    (answered,) = pull.threads()
    assert "[index-without-concurrently]" in answered.comments[-1].body
    assert "<details><summary>Instead of this, write that</summary>" in answered.comments[-1].body


def test_explain_alone_explains_what_speaks_here(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})

    assert "index-without-concurrently" in say(hub, pull, "/ecto-fix explain")
    assert "Name one" in say(hub, hub.opens({"README.md": "Hello"}, "other"), "/ecto-fix explain")


def test_recheck_reviews_the_present_head(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})

    done(hub, pull, heard(hub, pull, "/ecto-fix recheck"), analyse=analyse)

    assert pull.checks()[-1].conclusion == "failure"
    assert len(pull.threads()) == 1


def test_all_takes_what_a_person_has_to_review(hub: Hub) -> None:
    pull = hub.opens({NEW: DROP})

    assert "No finding here has a rewrite that is proven safe." in say(hub, pull, "/ecto-fix")
    assert "New migrations, to be deployed afterwards" in say(hub, pull, "/ecto-fix all")
    assert "create index" not in head(hub)
