"""Writes deliveries into the inbox, always all together that came while the last were being written.

Each is a script of its own, and none is answered before it is on disk; but Redis writes all that wait at once in one
go, and one thread that waits for it costs less than one for each delivery.
"""

import asyncio
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeAlias

from redis.exceptions import RedisError

from workers.jobs import Job
from workers.memory.inbox import Delivery, Inbox

AT_ONCE: Final = 128  # deliveries in one exchange, which then still takes a few milliseconds

Ring: TypeAlias = tuple[str, ...]


class Intake:
    """The way into the inbox for those who run in an event loop."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._thread = ThreadPoolExecutor(1, "intake")
        self._waiting: list[tuple[Delivery, asyncio.Future[Ring]]] = []
        self._writing: asyncio.Task[None] | None = None

    def close(self) -> None:
        """Let go of the thread."""
        self._thread.shutdown()

    async def accept(self, guid: str, event: str, jobs: Iterable[Job]) -> Ring:
        """Do as `Inbox.accept` does; what is cancelled may have been accepted all the same."""
        done: asyncio.Future[Ring] = asyncio.get_running_loop().create_future()
        self._waiting.append((Delivery(guid, event, tuple(jobs)), done))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        return await done

    async def _write(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
            batch = [(delivery, done) for delivery, done in batch if not done.done()]  # whose sender has not given up
            deliveries = [delivery for delivery, _ in batch]
            try:
                rings = await loop.run_in_executor(self._thread, self._inbox.accept_all, deliveries)
            except RedisError as error:
                _settle(batch, error)
            else:
                for (_, done), ring in zip(batch, rings, strict=True):
                    if not done.done():
                        done.set_result(ring)


def _settle(batch: Iterable[tuple[Delivery, asyncio.Future[Ring]]], error: RedisError) -> None:
    for _, done in batch:
        if not done.done():
            done.set_exception(error)
