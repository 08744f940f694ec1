"""What was heard and is not done yet: a job is due until somebody who holds its lease says that it is done."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from redis import Redis

from workers.jobs import Job, PullRequestKey, RunCommand, from_json, to_json
from workers.memory.archive import Archive
from workers.memory.connection import erase, keys_about
from workers.memory.scripts import script

LOOK: Final = "look"  # list: repositories whose open pull requests are to be looked through, the next one first
REMEMBERED: Final = 3 * 24 * 3600  # seconds; as long as GitHub keeps a delivery and lets it be sent again
BELL_SOUNDS: Final = 20  # seconds until a bell that nobody answered is rung again
ABOUT: Final = ("blob", "past", "said", "heard", "token", "written", "spent", "answer")  # keys that name a repository
UNREADABLE: Final = "another version wrote it, and this one cannot read it"
GONE_FOR: Final = 900  # seconds; longer than whatever was begun before may go on


@dataclass(frozen=True, slots=True)
class Claim:
    """A job in hand, and what letting go of it takes."""

    job: Job
    token: str  # of the lease: whoever holds it later holds a greater one
    generation: str  # how often the job had been heard
    attempt: int  # 1 the first time
    heard: float = 0.0  # seconds since the epoch, on Redis' clock: when it became due, however often it is put back
    reason: str = ""  # why it was last put back, if anybody lived to say so


@dataclass(frozen=True, slots=True)
class Obituary:
    """A job that was given up, since which second of the epoch, and why."""

    id: str
    since: float
    reason: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """What GitHub delivered under a GUID, and what it asks for."""

    guid: str
    event: str
    jobs: tuple[Job, ...]

    def spoken(self) -> list[str | int]:
        """Return the arguments of the script that accepts it."""
        jobs = ((one.id, to_json(one), "once" if isinstance(one, RunCommand) else "again") for one in self.jobs)
        return [self.guid, self.event, REMEMBERED, BELL_SOUNDS, *(part for job in jobs for part in job)]


class Inbox:
    """The record of accepted work; each change of it is one atomic script."""

    def __init__(self, redis: Redis, prefix: str) -> None:
        self._redis = redis
        self._prefix = prefix

    def accept(self, guid: str, event: str, jobs: Iterable[Job]) -> tuple[str, ...]:
        """Record a delivery and make its *jobs* due; return the ids to ring for.

        A review is due once however often it is heard; a command is accepted once, whatever the delivery's GUID says.
        """
        return self.accept_all([Delivery(guid, event, tuple(jobs))])[0]

    def accept_all(self, deliveries: Iterable[Delivery]) -> list[tuple[str, ...]]:
        """Accept each of several deliveries, in one exchange with Redis."""
        accept, pipeline = self._redis.register_script(script("accept")), self._redis.pipeline(transaction=False)
        for delivery in deliveries:
            accept(keys=[self._prefix], args=delivery.spoken(), client=pipeline)
        return [self._ids(ring) for ring in pipeline.execute()]

    def claim(self, job_id: str, seconds: float) -> Claim | str:
        """Take a due job and the lease of its pull request for *seconds*, or say why not; bury what cannot be read."""
        match self._run("claim", job_id, round(seconds * 1000)):
            case [token, job, generation, attempt, heard, reason]:
                try:
                    read = from_json(job)
                except ValueError:
                    self._run("bury", job_id, token, generation, UNREADABLE)
                    return "unreadable"
                return Claim(read, str(token), generation.decode(), attempt, float(heard), reason.decode())
            case refusal:
                return str(refusal.decode())

    def renew(self, claim: Claim, seconds: float) -> bool:
        """Keep the lease for *seconds* from now; False when it is no longer ours."""
        return bool(self._run("renew", claim.job.id, claim.token, round(seconds * 1000)))

    def finish(self, claim: Claim) -> str:
        """Let go of a job that is done: `finished`, or `again` when it was heard meanwhile, `dropped` or `lost`."""
        return self._word("finish", claim.job.id, claim.token, claim.generation)

    def postpone(self, claim: Claim, seconds: float, reason: str, *, counted: bool) -> str:
        """Put a job back for *seconds*; only if *counted* has the attempt been one."""
        return self._word("postpone", claim.job.id, claim.token, seconds, int(counted), reason)

    def bury(self, claim: Claim, reason: str) -> str:
        """Give a job up, for people to see: `buried`, or `again` when it was heard meanwhile, `dropped` or `lost`."""
        return self._word("bury", claim.job.id, claim.token, claim.generation, reason)

    def is_due(self, job_id: str) -> bool:
        """Tell whether a job waits, or is being done."""
        return self._redis.zscore(f"{self._prefix}due", job_id) is not None

    def overdue(self, most: int) -> tuple[str, ...]:
        """Return at most *most* ids that are due and forgotten, as their bells begin to sound."""
        return self._ids(self._run("overdue", BELL_SOUNDS, most))

    def dead(self) -> tuple[Obituary, ...]:
        """Return what was given up, the oldest first."""
        buried: Any = self._redis.zrange(f"{self._prefix}dead", 0, -1, withscores=True)
        reasons: Any = self._redis.hgetall(f"{self._prefix}reasons")
        return tuple(Obituary(one.decode(), since, reasons.get(one, b"").decode()) for one, since in buried)

    def retry(self, job_id: str) -> bool:
        """Make a dead job due again, as new; False when there is none."""
        return bool(self._run("retry", job_id))

    def drop(self, wanted: str) -> int:
        """Forget a job by its id, a repository's (`7:acme/shop#`) or an installation's (`7:`); return how many."""
        return int(self._run("drop", wanted))

    def forget(self, beginning: str) -> None:
        """Forget all about a repository (`7:acme/shop#`) or an installation (`7:`): what is due, and what was said."""
        self.drop(beginning)
        self._redis.set(f"{self._prefix}gone:{beginning}", 1, ex=GONE_FOR)
        self._erase(beginning)

    def forget_again(self, key: PullRequestKey) -> None:
        """Forget what somebody has written about a repository who was at work when it was forgotten."""
        for beginning in (f"{key.installation_id}:", f"{key.installation_id}:{key.repository}#"):
            if self._redis.exists(f"{self._prefix}gone:{beginning}"):
                self._erase(beginning)

    def _erase(self, beginning: str) -> None:
        Archive(self._redis, self._prefix).forget(beginning)
        erase(self._redis, keys_about(self._redis, self._prefix, beginning, *ABOUT))

    def look(self, places: Iterable[str]) -> None:
        """Let the open pull requests of repositories be looked through next; `@branch` behind one means its base."""
        pipeline = self._redis.pipeline()
        for place in places:
            pipeline.lrem(f"{self._prefix}{LOOK}", 0, place)
            pipeline.lpush(f"{self._prefix}{LOOK}", place)
        pipeline.execute()

    def waiting(self) -> int:
        """Return how many jobs are due, now or later."""
        count: Any = self._redis.zcard(f"{self._prefix}due")
        return int(count)

    def _run(self, name: str, *arguments: str | float) -> Any:
        return self._redis.register_script(script(name))(keys=[self._prefix], args=arguments)

    def _word(self, name: str, *arguments: str | float) -> str:
        return str(self._run(name, *arguments).decode())

    @staticmethod
    def _ids(answer: list[bytes]) -> tuple[str, ...]:
        return tuple(one.decode() for one in answer)
