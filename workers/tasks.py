"""The one task: answer the bell."""

from collections.abc import Callable

from celery import Celery

from workers.app import DOORBELL
from workers.drive import Engine, drive


def install(celery: Celery, engine: Callable[[], Engine]) -> None:
    """Teach *celery* to answer bells with the process' *engine*, which is asked for after the fork."""

    @celery.task(name=DOORBELL)  # type: ignore[untyped-decorator]  # celery has no types
    def answer(job_id: str) -> None:
        drive(engine(), job_id)
