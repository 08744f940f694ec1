"""Whoever else is told what happens, where the environment names them: an OpenTelemetry collector, and Sentry."""

import json
from typing import Any, Final

import sentry_sdk
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.celery import CeleryInstrumentor
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from sentry_sdk.integrations.argv import ArgvIntegration
from sentry_sdk.integrations.stdlib import StdlibIntegration
from sentry_sdk.types import Event, Hint

from workers.environment import Environment
from workers.telemetry import redact

GRACE: Final = 2.0  # seconds at the end for what has not been sent


class Observers:
    """One process' observers: made after the fork, for their threads do not survive one."""

    def __init__(self, environment: Environment, service: str) -> None:
        self._provider: TracerProvider | None = None
        self._celery = CeleryInstrumentor()  # type: ignore[no-untyped-call]  # theirs
        if environment.otlp_endpoint:
            # The word of the host's own environment counts where it says more, such as headers or a sampler.
            self._provider = TracerProvider(resource=Resource.create({SERVICE_NAME: f"ecto-fix-{service}"}))
            exporter = OTLPSpanExporter(environment.otlp_endpoint.rstrip("/") + "/v1/traces")
            self._provider.add_span_processor(BatchSpanProcessor(exporter))
            self._celery.instrument(tracer_provider=self._provider)
            trace.set_tracer_provider(self._provider)
        if environment.sentry_dsn.get_secret_value():
            sentry_sdk.init(
                environment.sentry_dsn.get_secret_value(),
                before_send=scrub,
                # Variables hold tokens and strangers' code, bodies and queries whatever people wrote.
                data_collection={
                    "user_info": False,
                    "http_bodies": [],
                    "database_query_data": False,
                    "queues": False,
                    "stack_frame_variables": False,
                },
                max_breadcrumbs=20,
                auto_enabling_integrations=False,
                # The standard library's would hand Sentry's address to each child that reads strangers' code, as a
                # variable, and to GitHub, as a header of each request.
                disabled_integrations=[ArgvIntegration(), StdlibIntegration()],
                server_name=service,
            )

    def close(self) -> None:
        """Send what has not been sent."""
        if self._provider is not None:
            self._celery.uninstrument()
            self._provider.shutdown()
        sentry_sdk.flush(GRACE)


def scrub(event: Event, _hint: Hint) -> Event:
    """Return *event* without what looks like a secret, wherever in it that stands."""
    clean: Any = json.loads(redact(json.dumps(event, default=str)))
    return clean  # type: ignore[no-any-return]  # the same shape, from JSON
