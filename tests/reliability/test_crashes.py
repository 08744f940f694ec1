"""A worker dies at each of its steps, before and after its effect: people see what they would have seen anyway."""

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from deploy.standin.control import PullRequest, StandIn
from deploy.standin.server import running
from tests.dialogues.scene import migration, new_shop, opens
from tests.reliability.chaos.truth import twice
from workers.github.auth import App
from workers.github.wire import path
from workers.jobs import Job, PullRequestKey, ReviewPullRequest, RunCommand
from workers.memory.connection import connect
from workers.memory.inbox import Inbox

INDEX: Final = {"20260201000000_index_users.exs": migration("create index(:users, [:email])")}
KILLED: Final = -9


class Worker:
    """A worker that is told where to die, and the inbox that it serves."""

    def __init__(self, redis_url: str, github: StandIn, key: Path) -> None:
        prefix = f"test-{secrets.token_hex(6)}:"
        named = {
            "REDIS_URL": redis_url,
            "REDIS_PREFIX": prefix,
            "GITHUB_API_URL": github.url,
            "APP_ID": str(github.app().id),
            "PRIVATE_KEY": str(key),
            "REHEARSES": "false",
        }
        settings = {f"ECTO_FIX_{name}": value for name, value in named.items()}
        self.app = App(github.url, github.app().id, github.app().private_key)
        self.prefix = prefix
        self.redis = connect(redis_url)
        self.inbox = Inbox(self.redis, prefix)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.reliability.crashing"],
            env=dict(os.environ) | settings,  # noqa: TID251 - what a child inherits, coverage's marks among it
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def key(self, pull: PullRequest) -> PullRequestKey:
        """Return what the bot calls a pull request."""
        found = self.app.wire.get(path("repos", *pull.repository.name.split("/"), "installation"))
        return PullRequestKey(found["id"], pull.repository.name, pull.number)

    def hears(self, job: Job) -> Job:
        """Accept a job."""
        self.inbox.accept(secrets.token_hex(8), "event", [job])
        return job

    def work(self, job: Job, number: int | None = None, *, after: bool = False) -> dict[str, Any]:
        """Let one process do *job*, and die at the step of that *number*; afterwards its lease has run out."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"job": job.id, "number": number, "after": after}) + "\n")
        self.process.stdin.flush()
        told: dict[str, Any] = json.loads(self.process.stdout.readline())
        self.redis.delete(f"{self.prefix}lease:{job.key}")
        return told

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()
        for key in self.redis.scan_iter(f"{self.prefix}*"):
            self.redis.delete(key)
        self.redis.close()


@pytest.fixture(scope="module")
def github(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    with running(tmp_path_factory.mktemp("github")) as standin:
        yield standin
        assert standin.violations() == []
        standin.close()


@pytest.fixture(scope="module")
def worker(redis_url: str, github: StandIn, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    key = tmp_path_factory.mktemp("key") / "app.pem"
    key.write_text(github.app().private_key)
    made = Worker(redis_url, github, key)
    yield made
    made.close()


def proposed(github: StandIn) -> PullRequest:
    """Open a pull request in a repository of its own."""
    return opens(new_shop(github), INDEX)


def asked_for_review(worker: Worker, pull: PullRequest) -> Job:
    return worker.hears(ReviewPullRequest(worker.key(pull)))


def asked_for_rewrite(worker: Worker, pull: PullRequest) -> Job:
    comment = pull.comment("/ecto-fix", by="joe")
    now = datetime.fromtimestamp(time.time(), UTC).isoformat()
    return worker.hears(RunCommand(worker.key(pull), comment, "joe", "/ecto-fix", now))


def seen_of_review(pull: PullRequest) -> tuple[object, ...]:
    """Return what people see of a review, counted."""
    picture = pull.look()
    conclusions = [check.conclusion for check in picture.checks]
    return conclusions, len(picture.reviews), len(picture.threads), len(picture.comments), list(twice(picture))


def seen_of_rewrite(pull: PullRequest) -> tuple[object, ...]:
    """Return what people see of a command, counted."""
    picture = pull.look()
    authors = [commit["author"] for commit in pull.repository.log(picture.head_ref)]
    return authors, [comment.reactions for comment in picture.comments], list(twice(picture))


Ask = Callable[[Worker, PullRequest], Job]
See = Callable[[PullRequest], tuple[object, ...]]
SOME: Final = frozenset({"github.post_review", "github.commit"})  # the dearest effects; `make prove` takes all


REVIEW: Final = (asked_for_review, seen_of_review)
COMMAND: Final = (asked_for_rewrite, seen_of_rewrite)


@pytest.mark.parametrize(
    ("ask", "see", "some", "after"),
    [
        pytest.param(*REVIEW, SOME, True, id="a review, after its dearest step"),
        *(
            pytest.param(*what, None, after, marks=pytest.mark.prove, id=f"{name}, {'after' if after else 'before'}")
            for name, what in {"a review": REVIEW, "a command": COMMAND}.items()
            for after in (False, True)
        ),
    ],
)
def test_who_dies_at_a_step_is_not_missed(
    worker: Worker, github: StandIn, ask: Ask, see: See, some: frozenset[str] | None, *, after: bool
) -> None:
    calm = proposed(github)
    steps = worker.work(ask(worker, calm))["steps"]
    expected, wrong = see(calm), {}

    for number, step in enumerate(steps):
        if some is None or step in some:
            pull = proposed(github)
            job = ask(worker, pull)
            told = worker.work(job, number, after=after)
            assert (told["steps"][-1], told["ended"]) == (step, KILLED)
            if worker.inbox.is_due(job.id):
                assert worker.work(job)["ended"] == 0
            if see(pull) != expected or worker.inbox.is_due(job.id):
                wrong[f"{number} {step}"] = see(pull)

    assert wrong == {}
    assert (steps[0], steps[-1]) == ("inbox.claim", "inbox.finish")
