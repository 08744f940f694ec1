"""`ecto-fix inbox`: what people see of what waits and of what was given up, and what they can do about it."""

import json
import re
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from bot.cli.main import main
from workers.jobs import PullRequestKey, ReviewPullRequest, RunCommand
from workers.memory.connection import connect
from workers.memory.inbox import Claim, Inbox

PROGRAM = Path(sys.executable).with_name("ecto-fix")
KEY = PullRequestKey(42, "acme/shop", 7)
REVIEW = ReviewPullRequest(KEY)
OTHER = ReviewPullRequest(PullRequestKey(42, "acme/shop", 8))
COMMAND = RunCommand(KEY, 900, "jo", "/ecto-fix \x1b[31m\nfix", "2026-11-21T09:00:00Z")
Ask = Callable[..., str]


@pytest.fixture
def prefix() -> str:
    return f"test-{secrets.token_hex(6)}:"


@pytest.fixture
def inbox(redis_url: str, prefix: str) -> Iterator[Inbox]:
    """A job that was given up, one that is held, and one that waits for it."""
    redis = connect(redis_url)
    made = Inbox(redis, prefix)
    made.accept("d-1", "pull_request", [OTHER])
    claim = made.claim(OTHER.id, 60)
    assert isinstance(claim, Claim)
    made.bury(claim, "it crashed")
    yield made
    for key in redis.scan_iter(f"{prefix}*"):
        redis.delete(key)
    redis.close()


@pytest.fixture
def ask(redis_url: str, prefix: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Run the sub-command as `ecto-fix` does, and return what it says."""
    monkeypatch.setenv("ECTO_FIX_REDIS_URL", redis_url)
    monkeypatch.setenv("ECTO_FIX_REDIS_PREFIX", prefix)

    def run(*arguments: str) -> str:
        monkeypatch.setattr(sys, "argv", ["ecto-fix", "inbox", *arguments])
        with suppress(SystemExit):
            main()
        said = capsys.readouterr()
        return said.out + said.err

    return run


def test_the_program_knows_it(inbox: Inbox, redis_url: str, prefix: str) -> None:
    environment = {"ECTO_FIX_REDIS_URL": redis_url, "ECTO_FIX_REDIS_PREFIX": prefix}

    listed = subprocess.run([str(PROGRAM), "inbox"], env=environment, capture_output=True, check=False, timeout=60)
    missing = subprocess.run([str(PROGRAM), "inbox", "retry", "x"], env=environment, capture_output=True, check=False)

    assert (listed.returncode, listed.stderr) == (0, b"")
    assert inbox.dead()[0].id.encode() in listed.stdout
    assert (missing.returncode, missing.stdout) == (2, b"")


def test_what_waits_and_what_was_given_up_is_listed_for_people(inbox: Inbox, ask: Ask) -> None:
    inbox.accept("d-2", "pull_request", [REVIEW])
    claim = inbox.claim(REVIEW.id, 60)
    assert isinstance(claim, Claim)
    inbox.postpone(claim, 3600, "GitHub asks for patience", counted=True)

    answer = ask("list")

    lines = [re.sub(r"  +", "  ", line) for line in answer.splitlines()]
    assert re.fullmatch(rf"dead  \d+ s  0 attempts  {OTHER.id}  it crashed", lines[0])
    assert re.fullmatch(rf"later  in (1 h|60 min)  1 attempts  {REVIEW.id}  GitHub asks for patience", lines[1])
    assert lines[2] == "0 due, 0 held, 1 later, 1 dead"


def test_and_for_programs(inbox: Inbox, ask: Ask) -> None:
    inbox.accept("d-2", "issue_comment", [COMMAND])

    listed: dict[str, Any] = json.loads(ask("list", "--format", "json"))
    shown: dict[str, Any] = json.loads(ask("show", COMMAND.id, "--format", "json"))

    census = listed["census"]
    assert (census["due"], census["dead"]) == (1, 1)
    assert [job["state"] for job in listed["jobs"]] == ["dead", "due"]
    assert (shown["author"], shown["body"], shown["kind"]) == ("jo", COMMAND.body, "RunCommand")


def test_a_job_is_shown_with_all_that_was_heard_and_nothing_that_a_terminal_obeys(inbox: Inbox, ask: Ask) -> None:
    inbox.accept("d-2", "issue_comment", [COMMAND])

    answer = ask("show", COMMAND.id)

    assert "body       /ecto-fix \\u001b[31m\\nfix" in answer.splitlines()


def test_what_was_given_up_can_be_tried_again(inbox: Inbox, ask: Ask) -> None:
    answer = ask("retry", OTHER.id)

    assert answer == f"{OTHER.id} is due again; a worker takes it within seconds.\n"
    assert (inbox.dead(), inbox.is_due(OTHER.id)) == ((), True)


def test_what_nobody_wants_can_be_forgotten(inbox: Inbox, ask: Ask) -> None:
    inbox.accept("d-2", "pull_request", [REVIEW])

    assert ask("drop", "42:acme/shop#") == "Forgot 2 jobs.\n"
    assert (inbox.dead(), inbox.waiting()) == ((), 0)


@pytest.mark.parametrize("act", ["show", "retry", "drop"])
def test_what_is_not_there_is_said(inbox: Inbox, ask: Ask, act: str) -> None:
    assert inbox.waiting() == 0

    answer = ask(act, "42:acme/shop#9\x1b")

    assert answer == "ecto-fix: there is no such job: 42:acme/shop#9\\u001b\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["list", "42:"], "list takes no job"), (["retry"], "retry which job? `ecto-fix inbox list` names them")],
)
def test_what_cannot_be_meant_is_said(ask: Ask, arguments: list[str], said: str) -> None:
    assert ask(*arguments) == f"ecto-fix: {said}\n"


def test_a_redis_that_is_away_is_said_without_its_password(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECTO_FIX_REDIS_URL", "redis://:geheim@127.0.0.1:1/0")

    assert ask("list") == "ecto-fix: Redis does not answer: ConnectionError\n"
