"""Counts and times in Redis, summed over all processes: whoever asks any receiver hears of every worker."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

import structlog
from redis import Redis
from redis.exceptions import RedisError

from workers.figures import FIGURES, Figure

SUM: Final = "sum"  # in place of a bucket
REST: Final = "+Inf"  # the bucket of what is larger than all others
LONGEST: Final = 80  # characters of a label
KNOWN: Final = {figure.name: figure for figure in FIGURES}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Sample:
    """What was counted of one case of a figure: *bucket* is empty for a counter, else a bound, `+Inf` or `sum`."""

    figure: Figure
    labels: tuple[str, ...]
    bucket: str
    value: float


class Tally:
    """Counts in memory until `flush`, so that counting costs nothing where it happens."""

    def __init__(self, redis: Redis, prefix: str) -> None:
        self._redis = redis
        self._key = f"{prefix}tally"
        self._pending: dict[str, float] = {}
        self._lock = Lock()

    def count(self, figure: Figure, *labels: str, by: int = 1) -> None:
        """Add *by* to a counter; there is a label for each that the figure names."""
        self._add({_field(figure, labels, ""): by})

    def observe(self, figure: Figure, value: float, *labels: str) -> None:
        """Put *value* into its bucket of a histogram."""
        bucket = next((str(bound) for bound in figure.buckets if value <= bound), REST)
        self._add({_field(figure, labels, bucket): 1, _field(figure, labels, SUM): value})

    def flush(self) -> None:
        """Hand over what was counted; while Redis is away it is kept for the next time."""
        with self._lock:
            pending, self._pending = self._pending, {}
        if not pending:
            return
        pipeline = self._redis.pipeline()
        for field, value in pending.items():
            pipeline.hincrbyfloat(self._key, field, value)
        try:
            pipeline.execute()
        except RedisError as error:
            log.warning("figures kept back", error=type(error).__name__)
            self._add(pending)

    def read(self) -> Iterator[Sample]:
        """Yield what all processes have handed over; figures of other versions are left out."""
        kept: Any = self._redis.hgetall(self._key)
        for field, value in sorted(kept.items()):
            name, *labels, bucket = field.decode().split("\t")
            figure = KNOWN.get(name)
            if figure is not None and len(labels) == len(figure.labels):
                yield Sample(figure, tuple(labels), bucket, float(value))

    def _add(self, amounts: Mapping[str, float]) -> None:
        with self._lock:
            for field, value in amounts.items():
                self._pending[field] = self._pending.get(field, 0) + value


def _field(figure: Figure, labels: tuple[str, ...], bucket: str) -> str:
    if len(labels) != len(figure.labels):
        raise ValueError(f"{figure.name} has {len(figure.labels)} labels")
    clean = ("".join(letter for letter in label if letter.isprintable())[:LONGEST] for label in labels)
    return "\t".join((figure.name, *clean, bucket))
