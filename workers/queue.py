"""The doorbell: how a worker hears that something is due."""

from collections.abc import Iterable
from typing import Any

import structlog
from celery import Celery
from kombu.exceptions import KombuError
from redis import Redis
from redis.exceptions import RedisError

from workers.app import DOORBELL, QUEUE

log = structlog.get_logger(__name__)


class Doorbell:
    """Tells some worker that a job is due; whoever is not heard is rung for again by the reconciler."""

    def __init__(self, celery: Celery, redis: Redis, prefix: str) -> None:
        self._celery = celery
        self._redis = redis
        self._queue = f"{prefix}{QUEUE}"

    def ring(self, job_ids: Iterable[str]) -> None:
        """Ring once for each job, and make nothing of it when that fails."""
        try:
            for job_id in job_ids:
                self._celery.send_task(DOORBELL, args=[job_id])
        except (KombuError, RedisError, OSError) as error:
            log.warning("bell not rung", error=type(error).__name__)

    def waiting(self) -> int:
        """Return how many bells no worker has answered yet."""
        count: Any = self._redis.llen(self._queue)
        return int(count)
