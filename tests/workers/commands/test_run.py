"""A command in a comment: who may, what is answered, and that it happens once."""

from contextlib import suppress
from dataclasses import replace

import pytest

from rules.finding import Report
from rules.settings import Settings
from rules.source import Change
from tests.workers.commands.speaking import FIXED, answers, done, heard, reactions
from tests.workers.github.hub import ADD_INDEX, NEW, Hub
from tests.workers.review.surroundings import FakeLease, LeaseEnded, surroundings
from workers.commands.run import apologise, run_command
from workers.commands.spoken import commands
from workers.context import AnalysisFailed, Failure
from workers.github.errors import RetryLater


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


def test_help_shows_every_command(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})

    done(hub, pull, heard(hub, pull, "/ecto-fix help"))

    (answer,) = answers(pull)
    assert all(command.usage in answer and command.help in answer for command in commands().values())
    assert set(commands()) >= {"fix", "all", "explain", "allow", "one-way", "recheck", "help"}


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("hlep", "I do not know `hlep`. Did you mean `/ecto-fix help`?"),
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


def test_a_command_that_was_deleted_is_not_done(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})

    done(hub, pull, replace(heard(hub, pull), comment_id=999_999))

    assert hub.repository.read(NEW, ref="add-email") == ADD_INDEX
    assert answers(pull) == []


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
