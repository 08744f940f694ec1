"""A TCP link between two parts that can be cut, held up and half-opened: a proxy of one address."""

import asyncio
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from types import TracebackType
from typing import Final, Self

from deploy.services.ports import free_port

CHUNK: Final = 65_536  # bytes


class State(Enum):
    """What happens to bytes."""

    OPEN = "they pass"
    CUT = "every connection is closed, and new ones at once"
    HELD = "they wait until the link is open again, as TCP lets them after a partition"
    GONE = "they vanish, and what was connected then stays so without ever an answer"


@dataclass(eq=False, slots=True)
class Connection:
    """Two sockets that should be one; *gone* if the ends do not know of each other any more."""

    writers: list[asyncio.StreamWriter] = field(default_factory=list)
    gone: bool = False

    def abort(self) -> None:
        """Close both ends without a good-bye."""
        for writer in self.writers:
            writer.transport.abort()


class Link:
    """Whoever connects to *port* of this machine reaches *target*, as far as the state lets them."""

    def __init__(self, target: int) -> None:
        self.port = free_port()
        self.target = target
        self._state = State.OPEN
        self._connections: set[Connection] = set()
        self._loop = asyncio.new_event_loop()
        self._opened = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="link", daemon=True)

    def set(self, state: State) -> None:
        """Change what happens to bytes from now on."""
        asyncio.run_coroutine_threadsafe(self._set(state), self._loop).result(10)

    async def _set(self, state: State) -> None:
        self._state = state
        for connection in tuple(self._connections):
            connection.gone |= state is State.GONE
            if state is State.CUT:
                connection.abort()
        self._opened.clear() if state is State.HELD else self._opened.set()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._opened.set()
        self._server = self._loop.run_until_complete(asyncio.start_server(self._accept, "127.0.0.1", self.port))
        self._ready.set()
        self._loop.run_forever()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = Connection([writer], self._state is State.GONE)
        self._connections.add(connection)
        try:
            await self._join(connection, reader, writer)
        finally:
            connection.abort()
            self._connections.discard(connection)

    async def _join(self, connection: Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._state is State.CUT:
            return
        await self._opened.wait()
        with suppress(OSError):
            theirs, onward = await asyncio.open_connection("127.0.0.1", self.target)
            connection.writers.append(onward)
            await asyncio.gather(self._pump(connection, reader, onward), self._pump(connection, theirs, writer))

    async def _pump(self, connection: Connection, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await source.read(CHUNK):
            await self._opened.wait()
            if not connection.gone:
                sink.write(data)
                await sink.drain()
        if not connection.gone:
            connection.abort()

    async def _end(self) -> None:
        self._server.close()
        self._opened.set()
        for connection in tuple(self._connections):
            connection.abort()
        await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}), return_exceptions=True)

    def __enter__(self) -> Self:
        self._ready = threading.Event()
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
