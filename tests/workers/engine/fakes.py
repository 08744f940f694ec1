"""An engine on a real inbox whose work is what a test says it is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from redis import Redis

from workers.app import create_celery
from workers.context import Context, Done, Outcome
from workers.drive import Engine, Flows
from workers.isolation import Analyst
from workers.jobs import Job, PullRequestKey, ReviewMergeGroup, ReviewPullRequest, RunCommand
from workers.journal import Journal, unkept
from workers.memory.inbox import Claim, Inbox
from workers.memory.lease import Lease
from workers.memory.recollection import Recollection
from workers.queue import Doorbell

KEY = PullRequestKey(42, "acme/shop", 7)
REVIEW = ReviewPullRequest(KEY)
COMMAND = RunCommand(KEY, 900, "jo", "/ecto-fix", "2026-11-21T09:00:00Z")


@dataclass
class Work:
    """What is done with jobs, and what was."""

    review: Callable[[Context], Outcome] = lambda _context: Done()
    farewell: Callable[[], None] = lambda: None
    done: list[str] = field(default_factory=list)

    def on_review(self, context: Context) -> Outcome:
        self.done.append(f"review {context.attempt}")
        return self.review(context)

    def on_command(self, _context: Context, command: RunCommand) -> Outcome:
        self.done.append(f"command {command.comment_id}")
        return Done()

    def on_merge_group(self, _context: Context, group: ReviewMergeGroup) -> Outcome:
        self.done.append(f"merge group {group.head}")
        return Done()

    def on_give_up(self, _context: Context, job: Job, reason: str) -> None:
        self.done.append(f"gave up {job.id}: {reason}")
        self.farewell()


def engine(redis: Redis, prefix: str, url: str, work: Work, lease_seconds: float = 30) -> Engine:
    def surroundings(claim: Claim, lease: Lease, _journal: Journal) -> Context:
        nobody: Any = None  # these tests' work asks nothing of GitHub
        memory = Recollection(redis, prefix, claim.job.key)
        return Context(claim.job.key, nobody, lease, memory, Analyst(1).analyse, "", claim.attempt)

    return Engine(
        inbox=Inbox(redis, prefix),
        doorbell=Doorbell(create_celery(url, prefix), redis, prefix),
        journal=lambda _claim: unkept(),
        surroundings=surroundings,
        flows=Flows(work.on_review, work.on_command, work.on_merge_group, work.on_give_up),
        lease_seconds=lease_seconds,
        back_off=lambda _attempt: 0,
    )
