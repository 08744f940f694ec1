"""The one task: answer the bell; and beside it, in each process, somebody who rings again for what is forgotten."""

import threading
from collections.abc import Callable
from typing import Any

from celery import Celery
from celery.signals import worker_process_init

from workers.app import DOORBELL
from workers.drive import Engine, drive
from workers.reconcile import sweep_for_ever


def install(celery: Celery, engine: Callable[[], Engine], sweep_seconds: float) -> None:
    """Teach *celery* to answer bells with the process' *engine*, which is asked for after the fork."""

    @celery.task(name=DOORBELL)  # type: ignore[untyped-decorator]  # celery has no types
    def answer(job_id: str) -> None:
        drive(engine(), job_id)

    def sweep(**_: Any) -> None:
        arguments = (engine().inbox, engine().doorbell, sweep_seconds, threading.Event())
        threading.Thread(target=sweep_for_ever, args=arguments, name="reconciler", daemon=True).start()

    worker_process_init.connect(sweep, weak=False)
