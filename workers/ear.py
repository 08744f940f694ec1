"""Whether a worker still hears: it may live, and wait for bells on a connection that is no more.

A connection whose other end vanished without a word is silent like one on which nothing happens, and Celery waits on it
for ever. But each process of the pool has a connection of its own, by which it sees that bells wait while it idles.
"""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import structlog
from redis.exceptions import RedisError

LOOKS: Final = 30  # at bells that wait, one after the other; whoever hears takes the first within a moment

log = structlog.get_logger(__name__)


class Ear:
    """What one process of a worker heard; looks are counted, and not seconds, for it may itself have been frozen.

    Before it has heard anything, twice as many are: a worker on a busy machine takes a while to begin.
    """

    def __init__(self, looks: int = LOOKS) -> None:
        self._usual = looks
        self._looks = 2 * looks
        self._in_vain = 0
        self._answering = False

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Hear a bell, and be busy while it is answered."""
        self._answering = True
        try:
            yield
        finally:
            self._answering, self._in_vain, self._looks = False, 0, self._usual

    def hears_nothing(self, waiting: int) -> bool:
        """Look at how many bells wait; tell whether some did at every look for long, and none was heard."""
        self._in_vain = self._in_vain + 1 if waiting and not self._answering else 0
        return self._in_vain >= self._looks


def listen_for_ever(ear: Ear, waiting: Callable[[], int], seconds: float, over: threading.Event) -> None:
    """Look every so many *seconds* until *over* is set; end the worker that is deaf, for its supervisor starts another.

    It is asked to end, and made to if it is still there after as many looks again.
    """
    worker, asked = os.getppid(), False
    while not over.wait(seconds):
        try:
            deaf = ear.hears_nothing(waiting())
        except RedisError:
            continue  # nobody hears anything now
        if os.getppid() != worker:
            return  # it is gone, and whoever has adopted us is not meant
        if deaf:
            log.error("worker is deaf", asked=asked)
            os.kill(worker, signal.SIGKILL if asked else signal.SIGTERM)
            ear, asked = Ear(), True
