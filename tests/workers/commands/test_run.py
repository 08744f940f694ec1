"""A command in a comment: who may, what happens, what is answered, and that it happens once."""

import subprocess
import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.standin.control import PullRequest
from rules.finding import Report
from rules.rewrite.edit import NewMigration
from rules.settings import Settings
from rules.source import Change
from tests.workers.github.hub import ADD_INDEX, FOLDER, NEW, Hub
from tests.workers.review.surroundings import FakeLease, LeaseEnded, judge, surroundings
from workers.commands.run import apologise, run_command
from workers.commands.spoken import commands
from workers.context import AnalysisFailed, Context, Done, Failure
from workers.github.errors import RetryLater
from workers.jobs import RunCommand
from workers.review.fingerprint import marked

FIXED = ADD_INDEX.replace("[:email])", "[:email], concurrently: true)")
TWO = ADD_INDEX.replace("[:email])\n", "[:email])\n    create index(:users, [:name])\n    remove :age\n")


def heard(hub: Hub, pull: PullRequest, body: str = "/ecto-fix", *, by: str = "maria", age: float = 0) -> RunCommand:
    """Let somebody comment, and hear of it *age* seconds later."""
    created = datetime.fromtimestamp(time.time() - age, UTC).isoformat()
    return RunCommand(hub.key(pull), pull.comment(body, by=by), by, body, created)


def done(hub: Hub, pull: PullRequest, command: RunCommand, **different: object) -> None:
    context: Context = surroundings(hub, pull, **different)  # type: ignore[arg-type]  # passed on
    assert run_command(context, command) == Done()


def answers(pull: PullRequest) -> list[str]:
    """Return what was answered, without the marks."""
    own = [comment.body for comment in pull.look().comments if marked("answer", comment.body)]
    return [body.partition("\n\n<!--")[0] for body in own]


def reactions(pull: PullRequest) -> list[str]:
    return [reaction.split(":")[-1] for reaction in pull.look().comments[0].reactions]


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
        f"- `{NEW}` Build it concurrently (index-without-concurrently)\n"
        f"- `{NEW}` Build it concurrently (index-without-concurrently)\n"
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


def test_with_nothing_to_rewrite_there_is_no_commit(hub: Hub) -> None:
    pull = hub.opens({NEW: FIXED})
    head = pull.look().head_sha

    done(hub, pull, heard(hub, pull))

    assert pull.look().head_sha == head
    assert answers(pull) == ["No finding here has a rewrite that is proven safe."]


def test_line_breaks_of_windows_stay(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX.replace("\n", "\r\n").encode()})

    done(hub, pull, heard(hub, pull))

    assert hub.repository.read(NEW, ref="add-email") == FIXED.replace("\n", "\r\n")


@pytest.mark.parametrize("role", [None, "read", "triage"])
def test_a_stranger_moves_nothing_and_gets_no_answer(hub: Hub, role: str | None) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    head = pull.look().head_sha
    hub.standin.user("zoe")
    if role:
        hub.repository.allow("zoe", role)

    done(hub, pull, heard(hub, pull, by="zoe"))
    done(hub, pull, replace(heard(hub, pull, "/ecto-fix help", by="zoe")))

    assert (pull.look().head_sha, answers(pull)) == (head, [])
    assert reactions(pull) == ["eyes", "confused"]


@pytest.mark.parametrize("role", ["write", "maintain", "admin"])
def test_whoever_may_push_may_ask(hub: Hub, role: str) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    hub.repository.allow("zoe", role)

    done(hub, pull, heard(hub, pull, by="zoe"))

    assert hub.repository.read(NEW, ref="add-email") == FIXED


def test_an_author_without_the_right_to_push_gets_help_but_no_commit(hub: Hub) -> None:
    hub.standin.user("zoe")
    fork = hub.repository.fork(by="zoe")
    fork.push("patch-1", {NEW: ADD_INDEX}, by="zoe")
    pull = hub.repository.open_pull_request("patch-1", by="zoe", head_repository=fork.name)

    done(hub, pull, heard(hub, pull, by="zoe"))
    done(hub, pull, heard(hub, pull, "/ecto-fix help", by="zoe"))

    assert answers(pull)[0] == "Only people who may push to this repository can ask for that."
    assert "`/ecto-fix help`" in answers(pull)[1]


def test_a_ghost_is_not_obeyed(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})

    done(hub, pull, replace(heard(hub, pull), author="ghost"))

    assert hub.repository.read(NEW, ref="add-email") == ADD_INDEX
    assert reactions(pull) == ["eyes", "confused"]


def test_nobody_acts_while_github_does_not_say_who_asks(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    command = heard(hub, pull)
    hub.standin.fail(method="GET", path="/permission$", count=3, status=502)

    with pytest.raises(RetryLater):
        run_command(surroundings(hub, pull), command)

    assert hub.repository.read(NEW, ref="add-email") == ADD_INDEX


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


def test_a_patch_too_long_for_a_comment_is_made_at_home(hub: Hub) -> None:
    hub.standin.user("zoe")
    fork = hub.repository.fork(by="zoe")
    fork.push("patch-1", {NEW: ADD_INDEX.replace("[:email]", f"[:{'e' * 30_000}]")}, by="zoe")
    pull = hub.repository.open_pull_request("patch-1", by="zoe", head_repository=fork.name)

    done(hub, pull, heard(hub, pull))

    assert answers(pull)[0].endswith("`ecto-fix fix --write` does the same on your machine.")


def test_help_shows_every_command(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})

    done(hub, pull, heard(hub, pull, "/ecto-fix help"))

    (answer,) = answers(pull)
    assert [command.usage in answer and command.help in answer for command in commands().values()] == [True, True]
    assert set(commands()) == {"fix", "help"}


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("hlep", "I do not know `hlep`. Did you mean `/ecto-fix help`? `/ecto-fix help` shows what I do."),
        ("@octocat", "I do not know `@octocat`. `/ecto-fix help` shows what I do."),
    ],
)
def test_an_unknown_word_is_answered_with_the_nearest_that_is_known(hub: Hub, word: str, expected: str) -> None:
    pull = hub.opens({NEW: ADD_INDEX})

    done(hub, pull, heard(hub, pull, f"/ecto-fix {word}"))

    assert answers(pull) == [expected]
    assert reactions(pull) == ["eyes", "confused"]


@pytest.mark.parametrize("body", ["Looks good.", "> /ecto-fix", "```\n/ecto-fix\n```"])
def test_what_is_no_command_is_not_touched(hub: Hub, body: str) -> None:
    pull = hub.opens({NEW: ADD_INDEX})

    done(hub, pull, heard(hub, pull, body))

    assert (answers(pull), reactions(pull)) == ([], [])


def test_a_bot_is_not_obeyed(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})

    done(hub, pull, replace(heard(hub, pull), author="dependabot[bot]"))

    assert (answers(pull), reactions(pull)) == ([], [])


def test_a_command_from_long_ago_is_refused(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})

    done(hub, pull, heard(hub, pull, age=3700))

    assert hub.repository.read(NEW, ref="add-email") == ADD_INDEX
    assert answers(pull) == ["This came more than an hour ago, so I left it alone. Please ask again."]


def test_a_closed_pull_request_is_not_committed_to(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    command = heard(hub, pull)
    pull.close(by="maria")

    done(hub, pull, command)

    assert hub.repository.read(NEW, ref="add-email") == ADD_INDEX
    assert answers(pull) == ["This pull request is closed, so I left its branch alone."]


def test_a_command_that_was_deleted_is_not_done(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})

    done(hub, pull, replace(heard(hub, pull), comment_id=999_999))

    assert hub.repository.read(NEW, ref="add-email") == ADD_INDEX
    assert answers(pull) == []


def test_a_branch_that_moved_meanwhile_is_not_committed_to(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    command = heard(hub, pull)

    def push_meanwhile(change: Change, settings: Settings) -> Report:
        pull.push({"README.md": f"{len(change.proposed)}{time.time()}\n"}, by="maria")
        return judge(change, settings)

    done(hub, pull, command, analyse=push_meanwhile)

    assert hub.repository.read(NEW, ref="add-email") == ADD_INDEX
    assert answers(pull) == [
        "The branch moved while I worked. Comment `/ecto-fix` again, and I start from its new head."
    ]


def test_without_the_right_to_write_contents_the_answer_says_so(hub: Hub) -> None:
    permissions = {"checks": "write", "contents": "read", "metadata": "read", "pull_requests": "write"}
    hub.standin.set_installation(hub.repository.name, permissions=permissions)
    pull = hub.opens({NEW: ADD_INDEX})

    done(hub, pull, heard(hub, pull))

    hub.standin.set_installation(hub.repository.name, permissions=permissions | {"contents": "write"})
    assert answers(pull)[0].startswith("GitHub did not let me commit: ")


def test_a_command_is_done_once_however_often_it_is_heard(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    command = heard(hub, pull)

    for _ in range(3):
        done(hub, pull, command)

    assert len(answers(pull)) == 1
    assert len(hub.repository.log("add-email")) == 3


@pytest.mark.parametrize("writes", range(6))
def test_a_worker_that_dies_anywhere_commits_and_answers_once(hub: Hub, writes: int) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    command = heard(hub, pull)

    with pytest.raises(LeaseEnded):
        run_command(surroundings(hub, pull, lease=FakeLease(writes)), command)
    done(hub, pull, command)

    assert len(answers(pull)) == 1
    assert len(hub.repository.log("add-email")) == 3
    assert hub.repository.read(NEW, ref="add-email") == FIXED


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


@pytest.mark.parametrize("call", range(12))
def test_whichever_answer_is_lost_the_command_is_done_once(hub: Hub, call: int) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    command = heard(hub, pull)
    context = surroundings(hub, pull)
    hub.standin.fail(path="/repos/|/graphql", skip=call, status=502, after=True)

    for _ in range(2):
        with suppress(RetryLater):
            run_command(context, command)

    assert hub.standin.heal() == 1
    assert len(hub.repository.log("add-email")) == 3
    assert hub.repository.read(NEW, ref="add-email") == FIXED
    assert len(answers(pull)) == 1
    assert reactions(pull) == ["eyes", "rocket"]


def test_an_answer_that_was_lost_is_not_given_again(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    command = heard(hub, pull)
    hub.standin.fail(method="POST", path="/issues/1/comments$", status=502, after=True)

    done(hub, pull, command)

    assert len(answers(pull)) == 1


def test_an_answer_that_did_not_arrive_is_given_on_the_next_try(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    command = heard(hub, pull, "/ecto-fix help")
    hub.standin.fail(method="POST", path="/issues/1/comments$", status=502)

    with pytest.raises(RetryLater):
        run_command(surroundings(hub, pull), command)
    done(hub, pull, command)

    assert len(answers(pull)) == 1


def test_an_analysis_that_fails_is_answered(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})

    def fail(_change: Change, _settings: Settings) -> Report:
        raise AnalysisFailed(Failure.TIME)

    done(hub, pull, heard(hub, pull), analyse=fail)

    assert answers(pull) == ["I could not do that: it took too long."]


def test_giving_up_is_answered_once(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    command = heard(hub, pull)

    for _ in range(2):
        apologise(surroundings(hub, pull), command, "the worker died")

    assert answers(pull) == ["I could not do that: the worker died."]
    assert reactions(pull) == ["confused"]
