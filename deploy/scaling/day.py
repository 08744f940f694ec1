"""A day of many installations, as jobs that arrive and workers that take them, first come first served."""

import heapq
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp
from typing import Final

DAY: Final = 86_400  # seconds
# Where developers are: hours ahead of UTC, and their share. Of GitHub's own map of contributors, rounded.
PLACES: Final = ((-7, 0.40), (-3, 0.08), (1, 0.30), (5.5, 0.14), (9, 0.08))
# How much is pushed in each hour of a working day, by the clock on the wall: little at night, less at lunch.
RHYTHM: Final = (1, 1, 0.5, 0.5, 0.5, 0.5, 1, 2, 4, 7, 9, 9, 7, 7, 9, 10, 9, 7, 5, 4, 3, 3, 2, 2)
SPREAD: Final = 0.7  # of the logarithm of how long jobs take: one in twenty takes three times the median


@dataclass(frozen=True, slots=True)
class Load:
    """What arrives: *deliveries* a day from each installation, and how long one process is busy with each kind."""

    installations: int
    deliveries: float  # that make a review due
    migrating: float  # the share of these that change a migration
    review_seconds: float  # the median of those
    glance_seconds: float  # the median of the others, which only get their green check


@dataclass(frozen=True, slots=True)
class Job:
    """A job that becomes due *at* a second of the day and keeps a process busy for *seconds*."""

    at: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Waits:
    """How long jobs of a day waited until a process took them, in seconds."""

    processes: int
    ages: tuple[float, ...]  # in the order of arrival
    busy: float  # the share of the busiest hour in which a process had work

    def quantile(self, share: float) -> float:
        """Return what *share* of all jobs waited for at most."""
        return sorted(self.ages)[min(len(self.ages) - 1, int(share * len(self.ages)))]


def intensity(second: float) -> float:
    """Return how much of a day's work arrives in this second, such that a day's sum is 1."""
    total = sum(share for _, share in PLACES) * sum(RHYTHM) * DAY / len(RHYTHM)
    return sum(share * _rhythm(second / 3600 + ahead) for ahead, share in PLACES) / total


def arrivals(load: Load, seed: int) -> tuple[Job, ...]:
    """Return a working day's jobs in the order in which they arrive; the same for the same *seed*."""
    chance = random.Random(seed)  # noqa: S311 - a simulation, which has to come out the same each time
    profile = [intensity(minute * 60) for minute in range(DAY // 60)]
    most = max(profile)
    rate = load.installations * load.deliveries * most
    kept = (at for at in _moments(chance, rate) if chance.random() * most < profile[int(at // 60)])
    return tuple(Job(at, _seconds(load, chance)) for at in kept)


def waits(jobs: Sequence[Job], processes: int) -> Waits:
    """Let *processes* do *jobs*, whoever is free the one that is due for longest."""
    free = [0.0] * processes
    ages = []
    for job in jobs:
        begun = max(job.at, free[0])
        heapq.heapreplace(free, begun + job.seconds)
        ages.append(begun - job.at)
    hours = [0.0] * 24
    for job in jobs:
        hours[int(job.at // 3600)] += job.seconds
    return Waits(processes, tuple(ages), max(hours) / 3600 / processes)


def _moments(chance: random.Random, rate: float) -> Iterator[float]:
    at = chance.expovariate(rate)
    while at < DAY:
        yield at
        at += chance.expovariate(rate)


def _seconds(load: Load, chance: random.Random) -> float:
    median = load.review_seconds if chance.random() < load.migrating else load.glance_seconds
    return median * exp(chance.gauss(0, SPREAD))


def _rhythm(hour: float) -> float:
    """Return the rhythm at an hour of the wall clock, between the hours on a straight line."""
    before = int(hour // 1) % 24
    share = hour % 1
    return RHYTHM[before] * (1 - share) + RHYTHM[(before + 1) % 24] * share
