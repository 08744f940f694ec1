"""`/ecto-fix`: what is committed, what is told, and what is left alone."""

import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest

from rules.finding import Report
from rules.rewrite.edit import NewMigration
from rules.settings import Settings
from rules.source import Change
from tests.workers.commands.speaking import FIXED, answers, done, heard, reactions
from tests.workers.github.hub import ADD_INDEX, FOLDER, NEW, Hub
from tests.workers.review.surroundings import judge, surroundings
from workers.commands.run import run_command
from workers.context import Done
from workers.github.client import Client
from workers.github.errors import RetryLater
from workers.github.models import PullRequest as AskedFor

TWO = ADD_INDEX.replace("[:email])\n", "[:email])\n    create index(:users, [:name])\n    remove :age\n")


def test_every_safe_rewrite_is_committed_and_the_rest_is_told(hub: Hub) -> None:
    pull = hub.opens({NEW: TWO})
    command = heard(hub, pull)

    done(hub, pull, command)

    fixed = FIXED.replace("true)\n", "true)\n    create index(:users, [:name], concurrently: true)\n    remove :age\n")
    (commit, *_) = hub.repository.log("add-email")
    assert hub.repository.read(NEW, ref="add-email") == fixed
    assert commit["message"].startswith("Rewrite 1 migration to deploy and roll back safely\n\n")
    (answer,) = answers(pull)
    assert answer == (
        f"Committed in {commit['sha']}:\n"
        "\n"
        f"- `{NEW}` Build it concurrently, 2 times (index-without-concurrently)\n"
        "\n"
        "Left for a person:\n"
        "\n"
        f"- `{NEW}:7` A rollback cannot add this column."
    )
    assert reactions(pull) == ["eyes", "rocket"]


def test_what_needs_several_migrations_gets_them_after_the_newest(hub: Hub) -> None:
    hub.repository.push("main", {f"{FOLDER}/20240601000059_newest.exs": "defmodule Newest do\nend\n"}, by="maria")
    pull = hub.opens({NEW: "    modify :email, :string, null: false\n"})

    done(hub, pull, heard(hub, pull))

    later = f"{FOLDER}/20240601000100_require_email.exs"
    assert hub.repository.read(NEW, ref="add-email") == "    modify :email, :string\n"
    assert hub.repository.read(later, ref="add-email") == "defmodule Later do\nend\n"
    assert f"New migrations, to be deployed afterwards:\n\n- `{later}`" in answers(pull)[0]


def test_a_version_that_an_unreadable_file_has_is_taken(hub: Hub) -> None:
    unreadable = f"{FOLDER}/20240601000000_latin.exs"
    pull = hub.opens({NEW: "    modify :email, :string, null: false\n", unreadable: b"\xe9"})

    done(hub, pull, heard(hub, pull))

    assert hub.repository.read(f"{FOLDER}/20240601000001_require_email.exs", ref="add-email") is not None


def test_no_name_leads_out_of_the_folder_of_migrations(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    head = pull.look().head_sha
    escape = (NewMigration("x/../../../../.github/workflows/1_x", "evil"),)

    def lead_astray(change: Change, settings: Settings) -> Report:
        (file,) = judge(change, settings).files[:1]
        findings = [
            replace(each, rewrite=replace(each.rewrite, follow_ups=escape)) for each in file.findings if each.rewrite
        ]
        return Report((replace(file, findings=tuple(findings)),))

    done(hub, pull, heard(hub, pull), analyse=lead_astray)

    assert pull.look().head_sha == head
    assert answers(pull)[0].startswith("I could not do that: a rewrite would have written `")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (FIXED, "There is nothing to rewrite here."),
        ("    remove :age\n", "No finding here has a rewrite that is proven safe.\n\nLeft for a person:\n\n"),
    ],
)
def test_with_nothing_to_rewrite_there_is_no_commit(hub: Hub, text: str, expected: str) -> None:
    pull = hub.opens({NEW: text})
    head = pull.look().head_sha

    done(hub, pull, heard(hub, pull))

    assert pull.look().head_sha == head
    assert answers(pull)[0].startswith(expected)


def test_line_breaks_of_windows_stay(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX.replace("\n", "\r\n").encode()})

    done(hub, pull, heard(hub, pull))

    assert hub.repository.read(NEW, ref="add-email") == FIXED.replace("\n", "\r\n")


def test_a_branch_in_a_fork_gets_a_patch_that_git_applies(hub: Hub, tmp_path: Path) -> None:
    hub.standin.user("zoe")
    fork = hub.repository.fork(by="zoe")
    fork.push("patch-1", {NEW: ADD_INDEX}, by="zoe")
    pull = hub.repository.open_pull_request("patch-1", by="zoe", head_repository=fork.name)

    done(hub, pull, heard(hub, pull))

    (answer,) = answers(pull)
    patch = answer.partition("```diff\n")[2].partition("```")[0]
    (tmp_path / NEW).parent.mkdir(parents=True)
    (tmp_path / NEW).write_text(ADD_INDEX)
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=patch.encode(), check=True)
    assert (tmp_path / NEW).read_text() == FIXED
    assert fork.read(NEW, ref="patch-1") == ADD_INDEX


class Orphaned(Client):
    """Sees a pull request as it is when its fork was deleted after its owner had let maintainers edit."""

    def pull_request(self) -> AskedFor:
        pull = super().pull_request()
        return replace(pull, head=replace(pull.head, repository=None), maintainers_may_edit=True)


def test_what_comes_of_a_deleted_fork_is_not_committed_to_a_branch_of_that_name(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    command = heard(hub, pull)
    context = replace(surroundings(hub, pull), github=Orphaned(hub.app, hub.key(pull)))

    assert run_command(context, command) == Done()

    assert hub.repository.read(NEW, ref="add-email") == ADD_INDEX
    assert "```diff\n" in answers(pull)[0]


def test_a_patch_too_long_for_a_comment_is_made_at_home(hub: Hub) -> None:
    hub.standin.user("zoe")
    fork = hub.repository.fork(by="zoe")
    fork.push("patch-1", {NEW: ADD_INDEX.replace("[:email]", f"[:{'e' * 30_000}]")}, by="zoe")
    pull = hub.repository.open_pull_request("patch-1", by="zoe", head_repository=fork.name)

    done(hub, pull, heard(hub, pull))

    assert answers(pull)[0].endswith("`ecto-fix fix --write` does the same on your machine.")


def test_a_closed_pull_request_is_not_committed_to(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    command = heard(hub, pull)
    pull.close(by="maria")

    done(hub, pull, command)

    assert hub.repository.read(NEW, ref="add-email") == ADD_INDEX
    assert answers(pull) == ["This pull request is closed, so I left its branch alone."]


def test_what_was_asked_for_is_done_on_the_new_head_of_a_branch_that_moved_meanwhile(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    command = heard(hub, pull)

    def push_meanwhile(change: Change, settings: Settings) -> Report:
        pull.push({"README.md": f"{len(change.proposed)}{time.time()}\n"}, by="maria")
        return judge(change, settings)

    with pytest.raises(RetryLater, match="the branch moved"):
        run_command(surroundings(hub, pull, analyse=push_meanwhile), command)
    untouched = hub.repository.read(NEW, ref="add-email")
    done(hub, pull, command)

    assert untouched == ADD_INDEX
    assert hub.repository.read(NEW, ref="add-email") == FIXED
    assert (hub.repository.read("README.md", ref="add-email") or "").startswith("1")
    assert len(answers(pull)) == 1


def test_where_graphql_makes_no_commit_it_is_made_of_its_parts(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    # Before the commit GraphQL is asked for our answers and for file contents.
    hub.standin.fail(method="POST", path="/graphql$", skip=2, status=422, message="Unknown mutation")

    done(hub, pull, heard(hub, pull))

    assert hub.repository.read(NEW, ref="add-email") == FIXED
    (made, *_) = hub.repository.log("add-email")
    assert made["author"] == "ecto-fix[bot]"
    assert "Co-authored-by: maria" in made["message"]


def test_without_the_right_to_write_contents_the_answer_says_so(hub: Hub) -> None:
    permissions = {"checks": "write", "contents": "read", "metadata": "read", "pull_requests": "write"}
    hub.standin.set_installation(hub.repository.name, permissions=permissions)
    pull = hub.opens({NEW: ADD_INDEX})

    done(hub, pull, heard(hub, pull))

    hub.standin.set_installation(hub.repository.name, permissions=permissions | {"contents": "write"})
    assert answers(pull)[0].startswith("GitHub did not let me commit: ")


def test_a_commit_whose_answer_was_lost_is_found(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    command = heard(hub, pull)
    # Before the commit GraphQL is asked for our answers and for file contents.
    hub.standin.fail(method="POST", path="/graphql$", skip=2, status=502, after=True)

    with pytest.raises(RetryLater):
        run_command(surroundings(hub, pull), command)
    done(hub, pull, command)

    assert len(hub.repository.log("add-email")) == 3
    assert answers(pull) == ["Done: the commit is on this branch."]
