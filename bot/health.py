"""Whether this process lives, and whether it could accept a delivery now."""

import asyncio
from http import HTTPStatus

from fastapi import APIRouter, Response
from redis import Redis
from redis.exceptions import RedisError


def health(redis: Redis) -> APIRouter:
    """Return `/healthz` and `/readyz`; neither says more than its status."""
    router = APIRouter()

    @router.get("/healthz")
    async def live() -> Response:
        """Answer."""
        return Response()

    @router.get("/readyz")
    async def ready() -> Response:
        """Answer 503 while Redis does not."""
        try:
            await asyncio.to_thread(redis.ping)
        except RedisError:
            return Response(status_code=HTTPStatus.SERVICE_UNAVAILABLE)
        return Response()

    return router
