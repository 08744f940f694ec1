"""Chores that come round: each is done by one process of many, whichever asks first when it is time."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import structlog
from redis import Redis
from redis.exceptions import RedisError

from workers.github.errors import Trouble

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Chore:
    """Something to do every so many *seconds*; it returns how much there was to do."""

    name: str
    seconds: float
    act: Callable[[], int]


@dataclass(frozen=True, slots=True)
class Turns:
    """Whose turn it is, told by Redis."""

    redis: Redis
    prefix: str

    def take(self, chore: Chore) -> bool:
        """Tell whether it is time for *chore*, and nobody else does it."""
        return bool(self.redis.set(f"{self.prefix}turn:{chore.name}", 1, nx=True, px=round(chore.seconds * 1000)))


def go_round(chores: Iterable[Chore], turns: Turns, seconds: float, over: threading.Event) -> None:
    """Look every so many *seconds* whether a chore is due, until *over* is set.

    Trouble waits for the next round, and so does what nobody thought of: without these rounds what was missed is lost.
    """
    chores = tuple(chores)
    while not over.wait(seconds):
        for chore in chores:
            try:
                done = chore.act() if turns.take(chore) else 0
            except (RedisError, Trouble) as error:
                log.warning("chore not done", chore=chore.name, error=f"{type(error).__name__}: {error}")
                continue
            except Exception:
                log.exception("chore failed", chore=chore.name)
                continue
            if done:
                log.info("chore done", chore=chore.name, number=done)
