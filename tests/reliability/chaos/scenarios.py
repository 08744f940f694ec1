"""For each protection of the product the shortest story that goes wrong without it."""

import signal
import time
from collections.abc import Callable
from typing import Final

from deploy.standin.control import PullRequest, Repository
from tests.dialogues.scene import eventually, migration, new_shop, opens
from tests.reliability.chaos.cluster import PREFIX, Cluster, send
from tests.reliability.chaos.truth import is_concluded, twice

INDEX: Final = {"20260201000000_index_users.exs": migration("create index(:users, [:email])")}
CLEAN: Final = {"20260201000000_add_teams.exs": migration("create table(:teams) do\n  add :name, :string\nend")}
LEASE: Final = 3.0  # seconds, so that a dead worker is missed soon
PATIENCE: Final = 25.0  # seconds in which all of this is long done on a slow machine
SEEN: Final = 100  # comments of a conversation that are looked through for an answer
MOST_DEATHS: Final = 8  # of workers; after five the pull request is given up

Scenario = Callable[[Cluster], None]


def dedupe(parts: Cluster) -> None:
    """A command is heard again when nobody remembers its answer: it is not answered twice."""
    parts.back.start_worker()
    pull = opens(new_shop(parts.github), CLEAN)
    pull.comment("/ecto-fix help", by="joe")
    eventually("an answer", lambda: len(pull.look().comments) > 1)
    for _ in range(SEEN):
        pull.comment("Indeed.", by="joe")
    (said,) = (one for one in parts.github.deliveries("issue_comment") if '"body": "/ecto-fix help"' in one.body)

    parts.github.redeliver(said)

    idle(parts, pull)
    assert list(twice(pull.look())) == []


def generation(parts: Cluster) -> None:
    """A push comes when the review of the head before is all but over: it is reviewed as well."""
    parts.back.start_worker()
    parts.github.fail(method="PATCH", path="/check-runs/", body='"completed"', hold=True)
    pull = opens(new_shop(parts.github), INDEX)
    eventually("the check is about to be concluded", parts.github.struck)

    pull.push({f"priv/repo/migrations/{name}": text for name, text in CLEAN.items()}, by="joe")
    parts.github.settle()
    parts.github.release()

    eventually("the last head is reviewed", lambda: is_concluded(pull), PATIENCE)


def lease_margin(parts: Cluster) -> None:
    """A worker freezes when it knows what to post, and thaws when another has posted it: it does not."""
    frozen = parts.back.start_worker()
    parts.github.fail(path="/graphql", body="query Conversation", after=True, hold=True)
    pull = opens(new_shop(parts.github), INDEX)

    _overtaken(parts, pull, frozen.pid)

    assert [review.commit for review in pull.look().reviews] == [pull.look().head_sha]
    assert list(twice(pull.look())) == []


def convergence(parts: Cluster) -> None:
    """A worker freezes as it posts, and its review arrives after another's: what was said twice is taken back."""
    frozen = parts.back.start_worker()
    parts.github.fail(method="POST", path="/reviews$", hold=True)
    pull = opens(new_shop(parts.github), INDEX)

    _overtaken(parts, pull, frozen.pid)

    named = [thread.comments[0].body for thread in pull.threads() if thread.comments]
    assert len(named) == len(set(named)) == 1


def _overtaken(parts: Cluster, pull: PullRequest, frozen: int) -> None:
    """Freeze a worker that waits for an answer until another one has done its job, and wait for what it does then."""
    eventually("the worker waits", parts.github.struck)
    send(frozen, signal.SIGSTOP, group=True)
    parts.back.start_worker()
    idle(parts, pull)

    parts.github.release()
    send(frozen, signal.SIGCONT, group=True)

    eventually("the frozen worker is done", lambda: parts.back.logs().count('"lease lost"') or _settled(parts) > 1)


def _settled(parts: Cluster) -> int:
    return parts.back.logs().count('"settled"')


def marker(parts: Cluster) -> None:
    """A worker dies between its review and the check's conclusion: the next one does not post again."""
    worker = parts.back.start_worker()
    parts.github.fail(method="PATCH", path="/check-runs/", body='"completed"', hold=True)
    pull = opens(new_shop(parts.github), INDEX)
    eventually("the review is posted", parts.github.struck)

    parts.back.kill_worker(worker)
    parts.github.release()
    parts.back.start_worker()

    idle(parts, pull)
    assert list(twice(pull.look())) == []


def reconciler(parts: Cluster) -> None:
    """A worker dies at its work, and the bell with it: somebody rings again."""
    worker = parts.back.start_worker()
    parts.github.fail(method="GET", path=r"/pulls/\d+$", hold=True)
    pull = opens(new_shop(parts.github), INDEX)
    eventually("the worker waits", parts.github.struck)

    parts.back.kill_worker(worker)
    parts.github.release()
    parts.back.start_worker()

    eventually("the review", lambda: is_concluded(pull), PATIENCE)


def append_only_file(parts: Cluster) -> None:
    """Redis dies right after deliveries were accepted: it knows them when it is back."""
    pull = opens(new_shop(parts.github), INDEX)
    parts.github.settle()

    parts.redis.kill()
    parts.redis.start()
    parts.let_nobody_look()
    parts.back.start_worker()

    eventually("the review", lambda: is_concluded(pull), PATIENCE)


def attempts(parts: Cluster) -> None:
    """A pull request kills whoever looks at it: it is given up after five deaths, and its check says so."""
    worker = parts.back.start_worker()
    shop: Repository = new_shop(parts.github)
    parts.github.fail(path=f"/{shop.name}/git/trees/", hold=True, count=1000)
    pull, deaths = opens(shop, INDEX), 0
    while not is_concluded(pull):
        if parts.github.struck() > deaths:
            deaths += 1
            assert deaths < MOST_DEATHS
            for child in parts.processes("child"):
                send(child, signal.SIGKILL)
            parts.github.release()
        time.sleep(0.1)

    assert worker.poll() is None
    assert [check.conclusion for check in pull.checks("ecto-fix")] == ["neutral"]


def bell_expiry(parts: Cluster) -> None:
    """The bells are lost while they sound: they are rung again when that is over."""
    pull = opens(new_shop(parts.github), INDEX)
    parts.github.settle()
    eventually("the bell is rung", lambda: parts.memory.llen(f"{PREFIX}bells"))

    parts.memory.delete(f"{PREFIX}bells")
    parts.back.start_worker()

    eventually("the review", lambda: is_concluded(pull), PATIENCE + 20)


def idle(parts: Cluster, pull: PullRequest) -> None:
    """Wait until the pull request's check is concluded, and nothing is due any more."""
    parts.github.settle()
    eventually("nothing is due", lambda: is_concluded(pull) and not parts.memory.zcard(f"{PREFIX}due"))


SCENARIOS: Final[dict[str, Scenario]] = {
    "dedupe": dedupe,
    "generation": generation,
    "lease margin": lease_margin,
    "marker": marker,
    "convergence": convergence,
    "reconciler": reconciler,
    "append-only file": append_only_file,
    "attempts": attempts,
    "bell expiry": bell_expiry,
}
