"""The doorbell: whoever rings it has better things to do than to wait for it."""

from redis import Redis

from deploy.services.ports import free_port
from workers.app import create_celery
from workers.memory.connection import connect
from workers.queue import Doorbell


def test_each_job_is_rung_for(redis: Redis, redis_url: str, prefix: str) -> None:
    doorbell = Doorbell(create_celery(redis_url, prefix), redis, prefix)

    doorbell.ring(["42:acme/shop#7", "42:acme/shop#8"])

    assert doorbell.waiting() == 2


def test_a_doorbell_that_does_not_work_stops_nobody() -> None:
    nowhere = f"redis://127.0.0.1:{free_port()}/0"
    doorbell = Doorbell(create_celery(nowhere, "nowhere:"), connect(nowhere), "nowhere:")

    doorbell.ring(["42:acme/shop#7"])
