"""People comment, ecto-fix hears it and answers: the words for it in these tests."""

import time
from datetime import UTC, datetime

from deploy.standin.control import PullRequest
from tests.workers.github.hub import ADD_INDEX, Hub
from tests.workers.review.surroundings import surroundings
from workers.commands.run import run_command
from workers.context import Context, Done
from workers.jobs import RunCommand
from workers.review.fingerprint import marked

FIXED = ADD_INDEX.replace("[:email])", "[:email], concurrently: true)")


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
