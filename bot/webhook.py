"""The one door: bytes are measured, believed, understood and remembered, in this order, and only then accepted."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, nullcontext
from contextvars import copy_context
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final, TypeVar, assert_never

import structlog
from fastapi import HTTPException, Request, Response
from opentelemetry import trace
from redis.exceptions import RedisError
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse

from bot.events import EVENTS, Ignored, Malformed, Upkeep, Work, hear
from bot.intake import Intake
from bot.signature import BadSignature, verify, well_formed
from workers.figures import DELIVERIES
from workers.memory.connection import ANSWERS_WITHIN
from workers.memory.inbox import Inbox
from workers.memory.tally import Tally
from workers.queue import Doorbell

LARGEST: Final = 26_214_400  # bytes; GitHub sends 25 MB at most
LARGE: Final = 262_144  # bytes; nearly every delivery is a tenth of it
SMALL: Final = re.compile("[0-9]{1,6}", re.ASCII)  # zeros before a length make no body smaller
LARGE_AT_ONCE: Final = 2  # so that strangers cannot make us hold more than 50 MiB unbelieved
ARRIVES_WITHIN: Final = 9.0  # seconds, the wait for room included; GitHub hangs up after ten
THREADS: Final = 4  # that wait for Redis when repositories come and go
LONGEST_NAME: Final = 100  # characters of a delivery's GUID, or an event's name

Answer = TypeVar("Answer")
TRACER: Final = trace.get_tracer(__name__)

log = structlog.get_logger(__name__)


class Receiver:
    """Takes deliveries from GitHub into the inbox."""

    def __init__(
        self, secrets: tuple[bytes, ...], inbox: Inbox, doorbell: Doorbell, tally: Tally, clock: Callable[[], datetime]
    ) -> None:
        self._secrets = secrets
        self._inbox = inbox
        self._intake = Intake(inbox)
        self._doorbell = doorbell
        self._tally = tally
        self._clock = clock
        self._threads = ThreadPoolExecutor(THREADS, "inbox")
        self._bells = ThreadPoolExecutor(1, "doorbell")  # one after the other, and nobody waits for it
        self._large = asyncio.Semaphore(LARGE_AT_ONCE)

    def close(self) -> None:
        """Let go of the threads, once nothing is being received any more."""
        self._intake.close()
        self._threads.shutdown()
        self._bells.shutdown()

    async def receive(self, request: Request) -> Response:
        """Answer 202 for what is remembered or needs nothing, and otherwise say with a status what is wrong."""
        event = request.headers.get("x-github-event", "")
        named = event if event in EVENTS else "other"  # anybody may send any name
        try:
            with TRACER.start_as_current_span("webhook", kind=trace.SpanKind.SERVER, attributes={"event": named}):
                response = await self._receive(request)
        except HTTPException as error:
            self._tally.count(DELIVERIES, named, str(error.status_code))
            raise
        self._tally.count(DELIVERIES, named, "ignored" if isinstance(response, PlainTextResponse) else "accepted")
        return response

    async def _receive(self, request: Request) -> Response:
        guid, event, signature = _envelope(request)
        try:
            async with asyncio.timeout(ARRIVES_WITHIN), self._room(request):
                payload = await self._open(request, signature)
        except TimeoutError as error:
            raise _unread(HTTPStatus.REQUEST_TIMEOUT) from error
        try:
            hearing = hear(event, payload, self._clock())
        except Malformed as error:
            log.warning("not understood", event_name=event, guid=guid, error=str(error.__cause__))
            raise HTTPException(HTTPStatus.BAD_REQUEST) from error
        match hearing:
            case Work(jobs):
                ring = await _within_reason(self._intake.accept(guid, event, jobs))
                log.info("accepted", guid=guid, event_name=event, jobs=[job.id for job in jobs])
                if ring:
                    self._bells.submit(copy_context().run, self._doorbell.ring, ring)
                return Response(status_code=HTTPStatus.ACCEPTED)
            case Upkeep(forget, look):
                for beginning in forget:
                    await self._in_a_thread(self._inbox.forget, beginning)
                await self._in_a_thread(self._inbox.look, look)
                log.info("kept up", guid=guid, event_name=event, forgotten=forget, to_look_at=len(look))
                return Response(status_code=HTTPStatus.ACCEPTED)
            case Ignored(reason):
                return PlainTextResponse(f"ignored: {reason}\n", HTTPStatus.ACCEPTED)
            case _:
                assert_never(hearing)

    def _room(self, request: Request) -> AbstractAsyncContextManager[Any]:
        """Wait for room for a large body, or one of unsaid length."""
        small = SMALL.fullmatch(request.headers.get("content-length", ""))
        return nullcontext() if small and int(small.group()) <= LARGE else self._large

    async def _open(self, request: Request, signature: str) -> Mapping[str, Any]:
        body = await _body(request)
        try:
            if len(body) <= LARGE:
                return _believe(body, signature, self._secrets)
            return await run_in_threadpool(_believe, body, signature, self._secrets)
        except BadSignature as error:
            raise HTTPException(HTTPStatus.UNAUTHORIZED) from error
        except (ValueError, RecursionError) as error:
            raise HTTPException(HTTPStatus.BAD_REQUEST) from error

    async def _in_a_thread(self, remember: Callable[..., None], *what: Any) -> None:
        await _within_reason(asyncio.get_running_loop().run_in_executor(self._threads, remember, *what))


async def _within_reason(remembering: Awaitable[Answer]) -> Answer:
    """Wait for Redis as long as its connection does, what is in front of us included; else 503."""
    try:
        async with asyncio.timeout(ANSWERS_WITHIN * 1.1):
            return await remembering
    except (RedisError, TimeoutError) as error:
        log.warning("cannot remember", error=type(error).__name__)
        raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE) from error


def _envelope(request: Request) -> tuple[str, str, str]:
    """Return GUID, event and signature, or refuse what need not be read."""
    headers = request.headers
    try:
        (signature,) = headers.getlist("x-hub-signature-256")
        well_formed(signature)
    except (ValueError, BadSignature) as error:
        raise _unread(HTTPStatus.UNAUTHORIZED) from error
    content_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "application/json" or "content-encoding" in headers:
        raise _unread(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    guid, event = headers.get("x-github-delivery", ""), headers.get("x-github-event", "")
    if not all(0 < len(name) <= LONGEST_NAME and name.isascii() and name.isprintable() for name in (guid, event)):
        raise _unread(HTTPStatus.BAD_REQUEST)
    return guid, event, signature


async def _body(request: Request) -> bytes:
    try:
        return await request.body()
    except ClientDisconnect as error:
        raise _unread(HTTPStatus.BAD_REQUEST) from error  # nobody reads it


def _unread(status: HTTPStatus) -> HTTPException:
    """Refuse without having read the body: the connection is of no further use."""
    return HTTPException(status, headers={"Connection": "close"})


def _believe(body: bytes, signature: str, secrets: tuple[bytes, ...]) -> Mapping[str, Any]:
    """Parse *body* after its signature was found good; ValueError or RecursionError when it is not a JSON object."""
    verify(body, signature, secrets)
    payload = json.loads(body)
    if not isinstance(payload, dict):
        raise ValueError("not an object")  # noqa: TRY004  # one error for all that is wrong with the text
    return payload
