"""The receiver: webhooks, health, and the pages that people read."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final

from fastapi import FastAPI, Response
from prometheus_client.core import Metric

from bot.health import health
from bot.metrics import gauge, metrics
from bot.pages import docs, home, rules, schema
from bot.pages.dashboard.page import Dashboard
from bot.pages.login import Lobby
from bot.pages.missing import nothing_here
from bot.pages.playground.page import Playground
from bot.pages.reviews import reviews
from bot.pages.setup import Setup
from bot.settings import Settings
from bot.webhook import LARGEST, Receiver
from workers import telemetry
from workers.app import create_celery
from workers.memory.archive import Archive
from workers.memory.census import Census, census
from workers.memory.connection import connect
from workers.memory.inbox import Inbox
from workers.memory.tally import Tally
from workers.observers import Observers
from workers.queue import Doorbell

HAND_OVER_EVERY: Final = 2.0  # seconds


def create_app(settings: Settings, observers: Observers | None = None) -> FastAPI:
    """Return the receiver; it connects to Redis when first asked to remember something.

    Without a webhook secret there is no App yet: it believes nobody, and shows the page that makes one.
    """
    redis = connect(settings.redis_url)
    tally = Tally(redis, settings.redis_prefix)
    celery = create_celery(settings.redis_url, settings.redis_prefix)
    receiver = Receiver(
        tuple(secret.get_secret_value().encode() for secret in settings.webhook_secret),
        Inbox(redis, settings.redis_prefix),
        Doorbell(celery, redis, settings.redis_prefix),
        tally,
        clock=_now,
    )
    setup, playground, lobby = Setup(settings, redis), Playground(_now), Lobby(settings, redis)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await asyncio.to_thread(setup.invite)
        handing_over = asyncio.create_task(_hand_over(tally))
        yield
        handing_over.cancel()
        receiver.close()
        await asyncio.to_thread(playground.close)
        tally.flush()
        if observers is not None:
            observers.close()
        celery.pool.force_close_all()
        redis.close()

    # What nobody needs to know is not served: no schema, no generated documentation.
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan, max_body_size=LARGEST)
    app.add_exception_handler(HTTPStatus.NOT_FOUND, nothing_here)
    app.add_api_route("/webhook", receiver.receive if settings.webhook_secret else _not_yet, methods=["POST"])
    app.include_router(health(redis))
    app.include_router(
        metrics(tally, lambda: _gauges(census(redis, settings.redis_prefix)), settings.metrics_token.get_secret_value())
    )
    app.include_router(home.router)
    app.include_router(docs.router)
    app.include_router(rules.router)
    app.include_router(schema.router)
    app.include_router(reviews(Archive(redis, settings.redis_prefix), settings.github_url))
    app.include_router(lobby.router)
    app.include_router(Dashboard(lobby, redis, settings.redis_prefix, tally, _now).router)
    app.include_router(playground.router)
    app.include_router(setup.router)
    return app


def _now() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)


async def _hand_over(tally: Tally) -> None:
    """Let figures reach Redis now and then: a write for each delivery would cost as much as the delivery."""
    while True:
        await asyncio.sleep(HAND_OVER_EVERY)
        await asyncio.to_thread(tally.flush)


def _gauges(counted: Census) -> Iterator[Metric]:
    yield gauge("jobs_waiting", "Jobs that are due now or later.", counted.due + counted.later + counted.held)
    yield gauge("oldest_due_seconds", "For how long the oldest job that is due has waited.", counted.oldest)
    yield gauge("jobs_dead", "Jobs that were given up and wait for a person.", counted.dead)


async def _not_yet() -> Response:
    """Let GitHub write down that this delivery failed: it is asked for once there is an App that can be believed."""
    return Response(status_code=HTTPStatus.SERVICE_UNAVAILABLE)


def from_environment() -> FastAPI:
    """Return the receiver as the environment describes it: what `uvicorn --factory` calls."""
    telemetry.configure()
    settings = Settings()
    return create_app(settings, Observers(settings, "receiver"))
