"""Analysts for strangers: few, with threads of their own, and nobody waits long for one."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Final, TypeVar

from bot.pages.playground.paste import Refused
from workers.isolation import Analyst

Answer = TypeVar("Answer")
AT_ONCE: Final = 2  # reviews; each has a child process
SECONDS: Final = 5.0  # for one question to the child; a review asks two or three
MEMORY: Final = 320 * 2**20  # bytes of address space; the interpreter maps most of 200 MiB
QUEUE: Final = 8  # who wait for an analyst
WAIT: Final = 4.0  # seconds; a moment later somebody types on


class Desk:
    """Lends analysts; their children start when first needed, and a file that ends one is not looked for."""

    def __init__(self) -> None:
        self._analysts = [Analyst(SECONDS, MEMORY, culprits=0) for _ in range(AT_ONCE)]
        self._threads = ThreadPoolExecutor(AT_ONCE, "playground")
        self._free: asyncio.LifoQueue[Analyst] = asyncio.LifoQueue()  # the last one used is warm
        self._waiting = 0
        for analyst in self._analysts:
            self._free.put_nowait(analyst)

    async def ask(self, work: Callable[[Analyst], Answer]) -> Answer:
        """Return what *work* makes of an analyst, in a thread; Refused where too many want one."""
        analyst = await self._lent()
        loop = asyncio.get_running_loop()

        def working() -> Answer:
            try:
                return work(analyst)
            finally:  # by the thread, which goes on where nobody waits for it any more
                loop.call_soon_threadsafe(self._free.put_nowait, analyst)

        return await loop.run_in_executor(self._threads, working)

    def close(self) -> None:
        """End the children; what they were at fails."""
        for analyst in self._analysts:
            analyst.close()
        self._threads.shutdown()

    async def _lent(self) -> Analyst:
        if self._waiting >= QUEUE:
            raise _full()
        self._waiting += 1
        try:
            async with asyncio.timeout(WAIT):
                return await self._free.get()
        except TimeoutError as error:
            raise _full() from error
        finally:
            self._waiting -= 1


def _full() -> Refused:
    return Refused(HTTPStatus.SERVICE_UNAVAILABLE, "Everybody is trying something just now. Wait a moment.")
