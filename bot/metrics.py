"""`/metrics` for Prometheus: what all processes counted, and how full the inbox is, for whoever has the token."""

import hmac
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from http import HTTPStatus
from itertools import accumulate
from typing import Annotated, Final

from fastapi import APIRouter, Header, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from workers.figures import FIGURES, Figure
from workers.memory.tally import REST, SUM, Tally

PREFIX: Final = "ecto_fix_"
Cases = Mapping[tuple[str, ...], Mapping[str, float]]  # labels to buckets to values


class Figures(Collector):
    """All figures as Prometheus knows them."""

    def __init__(self, tally: Tally, gauges: Callable[[], Iterable[Metric]]) -> None:
        self._tally = tally
        self._gauges = gauges

    def collect(self) -> Iterator[Metric]:
        """Read Redis once, and yield every figure, those without a case included."""
        found: dict[Figure, dict[tuple[str, ...], dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
        for sample in self._tally.read():
            found[sample.figure][sample.labels][sample.bucket] = sample.value
        for figure in FIGURES:
            yield (_histogram if figure.buckets else _counter)(figure, found[figure])
        yield from self._gauges()


def metrics(tally: Tally, gauges: Callable[[], Iterable[Metric]], token: str) -> APIRouter:
    """Return `/metrics`, which without the right bearer token is not there; there is no token that is empty."""
    router = APIRouter()
    registry = CollectorRegistry()
    registry.register(Figures(tally, gauges))

    @router.get("/metrics")
    def read(authorization: Annotated[str, Header()] = "") -> Response:
        """Answer 503 while Redis does not."""
        if not token or not hmac.compare_digest(authorization.encode(), f"Bearer {token}".encode()):
            return Response(status_code=HTTPStatus.NOT_FOUND)
        try:
            return PlainTextResponse(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
        except RedisError:
            return Response(status_code=HTTPStatus.SERVICE_UNAVAILABLE)

    return router


def gauge(name: str, explanation: str, value: float) -> Metric:
    """Return a figure that is measured when asked for."""
    return GaugeMetricFamily(PREFIX + name, explanation, value)


def _counter(figure: Figure, cases: Cases) -> Metric:
    family = CounterMetricFamily(PREFIX + figure.name, figure.help, labels=figure.labels)
    for labels, values in cases.items():
        family.add_metric(labels, values.get("", 0.0))
    return family


def _histogram(figure: Figure, cases: Cases) -> Metric:
    family = HistogramMetricFamily(PREFIX + figure.name, figure.help, labels=figure.labels)
    bounds = [*map(str, figure.buckets), REST]
    for labels, values in cases.items():
        counts = accumulate(values.get(bound, 0.0) for bound in bounds)
        family.add_metric(labels, list(zip(bounds, counts, strict=True)), values.get(SUM, 0.0))
    return family
