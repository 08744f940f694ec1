"""One job from the bell to its end: claimed, done under a lease, then put away, put back or given up."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias, assert_never

import structlog
from redis.exceptions import RedisError

from workers.context import AnalysisFailed, Context, Done, Later, Outcome
from workers.github.errors import RetryLater, Trouble
from workers.jobs import Job, ReviewMergeGroup, ReviewPullRequest, RunCommand
from workers.journal import Journal
from workers.memory.inbox import Claim, Inbox
from workers.memory.lease import Lease, LeaseLost
from workers.queue import Doorbell
from workers.telemetry import about

ATTEMPTS: Final = 5  # what fails so often fails always
FAREWELLS: Final = 3  # more attempts, which only tell people that we gave up
AWAY: Final = 2.0  # seconds until a job is taken up again in which Redis did not answer; that is no fault of the job
KILLED: Final = "the worker died while it worked on it"  # nobody lived to give a reason
PATIENCE: Final = 3600.0  # seconds in which limits and outages are no attempts; what they keep longer may be at fault
RARER: Final = 20.0  # whatever is put back waits for at least this part of the time that it has waited already
RAREST: Final = 300.0  # seconds between two tries, unless GitHub asks for more

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class GivenUp:
    """Every attempt failed, and the pull request says so if it could be told."""

    reason: str


Ending: TypeAlias = Outcome | GivenUp


@dataclass(frozen=True, slots=True)
class Flows:
    """What is done with a claimed job."""

    review: Callable[[Context], Outcome]
    command: Callable[[Context, RunCommand], Outcome]
    merge_group: Callable[[Context, ReviewMergeGroup], Outcome]
    give_up: Callable[[Context, Job, str], None]


@dataclass(frozen=True, slots=True)
class Engine:
    """All that a worker process needs to do jobs."""

    inbox: Inbox
    doorbell: Doorbell
    journal: Callable[[Claim], Journal]
    surroundings: Callable[[Claim, Lease, Journal], Context]
    flows: Flows
    lease_seconds: float
    back_off: Callable[[int], float]  # seconds to wait after so many attempts


def back_off(attempt: int) -> float:
    """Return the seconds to wait after *attempt* failed: 5, 15, 45, 135, then 300."""
    return min(300.0, 5.0 * 3.0 ** (attempt - 1))


def drive(engine: Engine, job_id: str) -> str:
    """Do the job if it is due and its pull request is free; return in a word what became of it.

    Whatever kills this function on its way leaves the job due, its attempt counted and its lease about to expire.
    """
    taken = time.monotonic()
    claim = engine.inbox.claim(job_id, engine.lease_seconds)
    if isinstance(claim, str):
        log.info("not claimed", job=job_id, reason=claim)
        return claim
    journal = engine.journal(claim)
    with about(job=job_id, attempt=claim.attempt, lease=claim.token), _lease(engine, claim, taken) as lease:
        log.info("claimed")
        try:
            ending = _attempt(engine, claim, lease, journal)
        except LeaseLost:
            log.warning("lease lost")
            journal.end("lost")
            return "lost"
        word = _settle(engine.inbox, claim, ending)
        journal.end(word, "" if isinstance(ending, Done) else ending.reason)
        log.info("settled", ending=word, seconds=round(time.monotonic() - taken, 3))
    if word == "again":
        engine.doorbell.ring([job_id])
    if word == "dropped":
        engine.inbox.forget_again(claim.job.key)
    return word


def _lease(engine: Engine, claim: Claim, taken: float) -> Lease:
    return Lease(engine.lease_seconds, taken, lambda: engine.inbox.renew(claim, engine.lease_seconds))


def _attempt(engine: Engine, claim: Claim, lease: Lease, journal: Journal) -> Ending:
    exhausted = claim.attempt > ATTEMPTS
    try:
        context = engine.surroundings(claim, lease, journal)
        if exhausted:
            engine.flows.give_up(context, claim.job, claim.reason or KILLED)
            return GivenUp(claim.reason or KILLED)
        return _do(engine.flows, claim.job, context)
    except LeaseLost:
        raise
    except Exception as error:  # noqa: BLE001  # logged there, as what it is
        return _failed(engine, claim, error)


def _failed(engine: Engine, claim: Claim, error: Exception) -> Ending:
    """Put the job back, or give it up; while it is being given up, the first reason stays."""
    reason = claim.reason if claim.attempt > ATTEMPTS else _reason(error)
    if isinstance(error, RedisError):
        log.warning("memory is away", error=type(error).__name__)
        return Later(AWAY, reason)
    asked = error.seconds if isinstance(error, RetryLater) else 0.0
    if isinstance(error, RetryLater) and _waited(claim) < PATIENCE:
        log.info("put back by GitHub", reason=error.reason, seconds=asked)
        return Later(asked, reason)
    log.error("attempt failed", exc_info=error)
    if claim.attempt >= ATTEMPTS + FAREWELLS:
        return GivenUp(claim.reason or KILLED)
    # What is given up next need not wait for it.
    seconds = 0.0 if claim.attempt == ATTEMPTS else engine.back_off(claim.attempt)
    return Later(max(seconds, asked), reason, counted=True)


def _waited(claim: Claim) -> float:
    """Return for how many seconds the job has been due."""
    return max(0.0, time.time() - claim.heard)


def _do(flows: Flows, job: Job, context: Context) -> Outcome:
    match job:
        case ReviewPullRequest():
            return flows.review(context)
        case RunCommand():
            return flows.command(context, job)
        case ReviewMergeGroup():
            return flows.merge_group(context, job)
        case _:
            assert_never(job)


def _reason(error: Exception) -> str:
    """Say what went wrong in words fit for a pull request; a stranger's exception may name what is not public."""
    match error:
        case RetryLater():
            return error.reason
        case AnalysisFailed() | Trouble():
            return str(error)
        case RedisError():
            return "our memory did not answer"
        case _:
            return f"an internal error ({type(error).__name__})"


def _settle(inbox: Inbox, claim: Claim, ending: Ending) -> str:
    match ending:
        case Done():
            return inbox.finish(claim)
        case Later(seconds, reason, counted):
            least = 0.0 if counted else min(RAREST, _waited(claim) / RARER)
            return inbox.postpone(claim, max(seconds, least), reason, counted=counted)
        case GivenUp(reason):
            log.error("given up", reason=reason)
            return inbox.bury(claim, reason)
        case _:
            assert_never(ending)
