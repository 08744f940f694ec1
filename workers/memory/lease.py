"""The right to act on a pull request, alone: kept alive by a thread, given up rather than doubted."""

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

import structlog
from redis.exceptions import RedisError

RENEWALS: Final = 3  # in the life of a lease: two may fail before it runs out

log = structlog.get_logger(__name__)


class LeaseLost(Exception):
    """Somebody else may be acting on this pull request now."""


class Lease:
    """A lease of *seconds* counted from *taken*, a reading of `time.monotonic` from before it was asked for."""

    def __init__(self, seconds: float, taken: float, renew: Callable[[], bool]) -> None:
        self._seconds = seconds
        self._until = taken + seconds
        self._renew = renew
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="lease", daemon=True)

    def remaining(self) -> float:
        """Return for how many seconds nobody else can act; a process that was frozen finds none left."""
        return max(0.0, self._until - time.monotonic())

    def check(self) -> None:
        """Raise LeaseLost unless a third is left: ten of thirty seconds, as long as one request may take."""
        if self.remaining() < self._seconds / RENEWALS:
            raise LeaseLost

    def _keep(self) -> None:
        while not self._over.wait(self._seconds / RENEWALS):
            asked = time.monotonic()
            try:
                ours = self._renew()
            except RedisError as error:
                log.warning("lease not renewed", error=str(error))
                continue
            if not ours:
                self._until = asked
                return
            self._until = asked + self._seconds

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()
