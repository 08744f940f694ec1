"""The composition root: settings become real clients here and nowhere else."""

import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from typing import Any, Final, assert_never

import structlog
from celery import Celery
from celery.signals import setup_logging, worker_process_init, worker_process_shutdown
from redis import Redis

from rules.postgres.observation import Observation
from rules.settings import Settings as RepositorySettings
from rules.source import Change
from workers import tasks, telemetry
from workers.app import create_celery
from workers.commands.run import apologise, run_command
from workers.context import Context, Origin, nowhere
from workers.drive import Engine, Flows, back_off
from workers.figures import RECOVERED
from workers.github.auth import App
from workers.github.client import Client
from workers.isolation import Analyst
from workers.jobs import Job, ReviewMergeGroup, ReviewPullRequest, RunCommand
from workers.journal import Journal, Run
from workers.memory.archive import Archive
from workers.memory.connection import connect
from workers.memory.inbox import Claim, Inbox
from workers.memory.lease import Lease
from workers.memory.past import RepositoryPast
from workers.memory.recollection import Recollection
from workers.memory.tally import Tally
from workers.missed import DeliveryLog, Heads
from workers.observers import Observers
from workers.queue import Doorbell
from workers.rehearsal.house import house
from workers.review.flow import conclude_failure, conclude_group_failure, review_merge_group, review_pull_request
from workers.rounds import Chore, Turns
from workers.settings import Settings

HEEDED: Final = 5.0  # seconds until what was heard of a repository is looked at

log = structlog.get_logger(__name__)


def create_worker(settings: Settings) -> Celery:
    """Return a Celery app whose processes do jobs, and ring again for those that were forgotten."""
    celery = create_celery(settings.redis_url, settings.redis_prefix)
    # Nothing is connected before the fork: two processes on one socket read each other's answers.
    engine = cache(partial(build_engine, settings, celery))
    tasks.install(celery, engine, settings.sweep_seconds, lambda: build_rounds(settings, engine()))
    setup_logging.connect(log_as_json, weak=False)
    worker_process_init.connect(partial(observe, settings), weak=False)
    return celery


def observe(settings: Settings, **_: Any) -> None:
    """Let this process be observed until it ends."""
    observers = Observers(settings, "worker")
    worker_process_shutdown.connect(lambda **_: observers.close(), weak=False)


def log_as_json(**_: Any) -> None:
    """Take Celery's place in configuring logs."""
    telemetry.configure()


def build_engine(settings: Settings, celery: Celery) -> Engine:
    """Connect one worker process to Redis and GitHub."""
    redis = connect(settings.redis_url)
    app = sign_in(settings, redis)
    analyst = Analyst(settings.analysis_seconds)
    rehearse = rehearsing(settings, analyst)
    tally, archive = Tally(redis, settings.redis_prefix), Archive(redis, settings.redis_prefix)

    def journal(claim: Claim) -> Journal:
        run = Run(claim.job.id, type(claim.job).__name__, claim.heard, time.time(), claim.attempt)
        name = secrets.token_urlsafe(16)  # whoever has it may see the page, so nobody can guess it
        page = f"{settings.public_url}/reviews/{name}" if settings.public_url else ""
        return Journal(run, tally, partial(archive.keep, name), page)

    def surroundings(claim: Claim, lease: Lease, journal: Journal) -> Context:
        github = Client(app, claim.job.key, journal.call, journal.page)
        memory = Recollection(redis, settings.redis_prefix, claim.job.key)
        analyse = partial(analyst.analyse, past=RepositoryPast(redis, settings.redis_prefix, claim.job.key))
        given = (claim.job.key, github, lease, memory, analyse, settings.public_url, claim.attempt)
        return Context(*given, rehearse, journal, analyst.author)

    return Engine(
        inbox=Inbox(redis, settings.redis_prefix),
        doorbell=Doorbell(celery, redis, settings.redis_prefix),
        journal=journal,
        surroundings=surroundings,
        flows=Flows(review_pull_request, run_command, review_merge_group, give_up),
        lease_seconds=settings.lease_seconds,
        back_off=back_off,
    )


def sign_in(settings: Settings, redis: Redis) -> App:
    """Return the App, which shares its tokens and limits with other processes through Redis."""
    key = settings.private_key.get_secret_value()
    return App(settings.github_api_url, settings.app_id, key, redis=redis, prefix=settings.redis_prefix)


def rehearsing(
    settings: Settings, analyst: Analyst
) -> Callable[[Change, RepositorySettings, Origin], tuple[Observation, ...]]:
    """Return how a change is rehearsed, and log what keeps it in bounds, or why there is no place for it."""
    place = house(settings.templates, settings.pg_bin, seconds=settings.rehearsal_seconds)
    reason = place.closed() if settings.rehearses else "it is switched off"
    if reason:
        log.warning("no rehearsals", reason=reason)
        return nowhere
    if not place.yard.walls.stand:
        missing = place.yard.walls.missing
        log.warning("rehearsals of own branches only", reason=place.yard.walls.reason, missing=missing)
    log.info("rehearsals", memory=place.yard.limits.said)

    def rehearse(change: Change, wanted: RepositorySettings, origin: Origin) -> tuple[Observation, ...]:
        there = replace(place, trusted=origin is Origin.OWN_BRANCH)
        return tuple(there.rehearse(analyst.programs(change, wanted), wanted.postgres))

    return rehearse


def build_rounds(settings: Settings, engine: Engine) -> tuple[Turns, tuple[Chore, ...]]:
    """Return what one of the worker processes does from time to time."""
    redis, prefix = connect(settings.redis_url), settings.redis_prefix
    app, tally = sign_in(settings, redis), Tally(redis, prefix)
    log = DeliveryLog(app, redis, prefix)
    heads = Heads(app, redis, prefix, engine.inbox, engine.doorbell)

    def chore(name: str, seconds: float, recover: Callable[[], int]) -> Chore:
        def act() -> int:
            number = recover()
            tally.count(RECOVERED, name, by=number)
            tally.flush()
            return number

        return Chore(name, seconds, act)

    return Turns(redis, prefix), (
        chore("deliveries", settings.round_seconds, log.recover),
        chore("heard of", min(HEEDED, settings.round_seconds), heads.heed),
        chore("heads", 5 * settings.round_seconds, heads.recover),  # asks more of GitHub
    )


def give_up(context: Context, job: Job, reason: str) -> None:
    """Tell the pull request that a job was given up: a gate never hangs, and a command is never met with silence."""
    match job:
        case ReviewPullRequest():
            conclude_failure(context, reason)
        case RunCommand():
            apologise(context, job, reason)
        case ReviewMergeGroup():
            conclude_group_failure(context, job, reason)
        case _:
            assert_never(job)
