"""The HTTP server around the receiver: no patience with slow or endless requests."""

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

REQUEST_WITHIN: Final = 5.0  # seconds for a request line and its headers, from the connection or the last answer
OPTIONS: Final[dict[str, Any]] = {
    "h11_max_incomplete_event_size": 16_384,  # bytes of headers; GitHub sends under two thousand
    "limit_concurrency": 1_000,
    "timeout_graceful_shutdown": 10,
    "server_header": False,
    "access_log": False,  # the receiver logs what it accepts
    "log_config": None,  # as JSON, like everything
}


class ImpatientProtocol(H11Protocol):
    """Hangs up on a connection that is neither being answered nor done asking in time."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Stop waiting once the headers are whole."""
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """Begin to wait for the next request, or the rest of a body that nobody wants."""
        super().on_response_complete()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        super().connection_lost(exc)
        self._stop_waiting()

    def _watch(self) -> None:
        answering: RequestResponseCycle | None = self.cycle
        if answering is not None and not answering.response_complete:
            self._stop_waiting()
        elif self._deadline is None and not self.transport.is_closing():
            self._deadline = self.loop.call_later(REQUEST_WITHIN, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
