"""The receiver: webhooks, health, and the pages that people read."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from http import HTTPStatus

from fastapi import FastAPI, Response

from bot.health import health
from bot.pages import rules, schema
from bot.pages.setup import Setup
from bot.settings import Settings
from bot.webhook import LARGEST, Receiver
from workers import telemetry
from workers.app import create_celery
from workers.memory.connection import connect
from workers.memory.inbox import Inbox
from workers.queue import Doorbell


def create_app(settings: Settings) -> FastAPI:
    """Return the receiver; it connects to Redis when first asked to remember something.

    Without a webhook secret there is no App yet: it believes nobody, and shows the page that makes one.
    """
    redis = connect(settings.redis_url)
    celery = create_celery(settings.redis_url, settings.redis_prefix)
    receiver = Receiver(
        tuple(secret.get_secret_value().encode() for secret in settings.webhook_secret),
        Inbox(redis, settings.redis_prefix),
        Doorbell(celery, redis, settings.redis_prefix),
        clock=lambda: datetime.fromtimestamp(time.time(), UTC),
    )
    setup = Setup(settings, redis)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await asyncio.to_thread(setup.invite)
        yield
        receiver.close()
        celery.pool.force_close_all()
        redis.close()

    # What nobody needs to know is not served: no schema, no generated documentation.
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan, max_body_size=LARGEST)
    app.add_api_route("/webhook", receiver.receive if settings.webhook_secret else _not_yet, methods=["POST"])
    app.include_router(health(redis))
    app.include_router(rules.router)
    app.include_router(schema.router)
    app.include_router(setup.router)
    return app


async def _not_yet() -> Response:
    """Let GitHub write down that this delivery failed: it is asked for once there is an App that can be believed."""
    return Response(status_code=HTTPStatus.SERVICE_UNAVAILABLE)


def from_environment() -> FastAPI:
    """Return the receiver as the environment describes it: what `uvicorn --factory` calls."""
    telemetry.configure()
    return create_app(Settings())
