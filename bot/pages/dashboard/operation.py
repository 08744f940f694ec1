"""What an operator sees beside everybody's own: what waits, what came in, what is left, and where we were wrong."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from redis import Redis

from workers.figures import DELIVERIES, DISAGREEMENTS, LEFT, Figure
from workers.memory.census import Census, Entry, State, entries
from workers.memory.tally import SUM, Sample, Tally

MOST: Final = 50  # jobs that are listed

Counts: TypeAlias = tuple[tuple[tuple[str, ...], int], ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """The whole at a moment; figures are counted since Redis remembers, the most frequent first."""

    census: Census
    waiting: tuple[Entry, ...]
    deliveries: Counts
    left: Counts
    disagreements: Counts


def operation(redis: Redis, prefix: str, tally: Tally) -> Operation:
    """Look at everything once."""
    jobs = entries(redis, prefix)
    samples = tuple(tally.read())
    return Operation(
        Census.of(jobs),
        tuple(job for job in jobs if job.state is not State.DEAD)[:MOST],
        _counted(samples, DELIVERIES, lambda sample: sample.labels),
        tuple(sorted(_counted(samples, LEFT, lambda sample: (sample.bucket,)), key=lambda each: float(each[0][0]))),
        _counted(samples, DISAGREEMENTS, lambda sample: sample.labels),
    )


def _counted(samples: Iterable[Sample], figure: Figure, case: Callable[[Sample], tuple[str, ...]]) -> Counts:
    counts: Counter[tuple[str, ...]] = Counter()
    for sample in samples:
        if sample.figure is figure and sample.bucket != SUM:
            counts[case(sample)] += int(sample.value)
    return tuple(counts.most_common())
