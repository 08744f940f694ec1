"""Who is in the inbox: for people who look into it, and for whoever counts."""

from collections import Counter
from dataclasses import dataclass
from enum import Enum
from typing import Any, Self

from redis import Redis

from workers.jobs import Job, from_json
from workers.memory.scripts import script


class State(Enum):
    """How a job stands."""

    DUE = "due"  # a worker takes it next
    LATER = "later"  # it was put back
    HELD = "held"  # its pull request is being worked on, for it or for another job
    DEAD = "dead"  # it was given up


@dataclass(frozen=True, slots=True)
class Entry:
    """A job in the inbox; *seconds* since it is due or dead, and negative until it is due."""

    id: str
    state: State
    seconds: float
    attempts: int
    reason: str
    job: Job | None  # None for what this version cannot read


@dataclass(frozen=True, slots=True)
class Census:
    """How many jobs stand how, and for how many seconds the one has waited that waits longest."""

    due: int = 0
    later: int = 0
    held: int = 0
    dead: int = 0
    oldest: float = 0.0

    @classmethod
    def of(cls, entries: tuple[Entry, ...]) -> Self:
        """Count *entries*."""
        states = Counter(entry.state.value for entry in entries)
        waits = (entry.seconds for entry in entries if entry.state is State.DUE)
        return cls(**states, oldest=max(waits, default=0.0))


def entries(redis: Redis, prefix: str) -> tuple[Entry, ...]:
    """Return all jobs at one moment, the dead first, and otherwise in the order in which they are due."""
    now, rows = _run(redis, prefix, "list")
    return tuple(
        Entry(one.decode(), State(state.decode()), float(now) - float(second), int(tries), reason.decode(), _job(job))
        for one, state, second, tries, reason, job in rows
    )


def _job(text: bytes) -> Job | None:
    try:
        return from_json(text)
    except ValueError:
        return None


def _run(redis: Redis, prefix: str, name: str) -> Any:
    return redis.register_script(script(name))(keys=[prefix])


def census(redis: Redis, prefix: str) -> Census:
    """Count all jobs at one moment."""
    due, later, held, dead, oldest = _run(redis, prefix, "count")
    return Census(due, later, held, dead, float(oldest))
