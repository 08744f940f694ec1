"""A real worker process whose work is to write into Redis what it does, slowly enough to be killed at it.

Arguments: Redis' address, prefix.
"""

import sys
import time
from functools import cache, partial

from redis import Redis

from tests.workers.engine.fakes import Work, engine
from workers import tasks, telemetry
from workers.app import create_celery
from workers.context import Context, Done, Outcome
from workers.drive import Engine
from workers.memory.connection import connect


def review(redis: Redis, prefix: str, context: Context) -> Outcome:
    """Begin, wait to be told to go on, check the lease and finish."""
    redis.rpush(f"{prefix}begun", str(context.key))
    while not redis.exists(f"{prefix}go"):
        time.sleep(0.02)
    context.lease.check()
    redis.rpush(f"{prefix}done", str(context.key))
    return Done()


def build(url: str, prefix: str) -> Engine:
    """Make the engine of one process, after the fork."""
    redis = connect(url)
    return engine(redis, prefix, url, Work(review=partial(review, redis, prefix)), lease_seconds=2)


def main(url: str, prefix: str) -> None:
    """Work until told to end."""
    telemetry.configure()
    celery = create_celery(url, prefix)
    tasks.install(celery, cache(partial(build, url, prefix)), sweep_seconds=0.1)
    celery.worker_main(["worker", "--concurrency=2", "--without-gossip", "--without-mingle", "--without-heartbeat"])


if __name__ == "__main__":
    main(*sys.argv[1:])
