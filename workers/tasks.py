"""The one task: answer the bell; and beside it, in each process, somebody who goes the rounds."""

import threading
from collections.abc import Callable, Iterable
from typing import Any

from celery import Celery
from celery.signals import worker_process_init

from workers.app import DOORBELL
from workers.drive import Engine, drive
from workers.ear import Ear, listen_for_ever
from workers.reconcile import sweep_for_ever
from workers.rounds import Chore, Turns, go_round


def install(
    celery: Celery,
    engine: Callable[[], Engine],
    sweep_seconds: float,
    rounds: Callable[[], tuple[Turns, Iterable[Chore]]] | None = None,
) -> None:
    """Teach *celery* to answer bells with the process' *engine*, which like *rounds* is asked for after the fork."""
    ear = Ear()

    @celery.task(name=DOORBELL)  # type: ignore[untyped-decorator]  # celery has no types
    def answer(job_id: str) -> None:
        with ear.answering():
            drive(engine(), job_id)

    def begin(**_: Any) -> None:
        over = threading.Event()
        sweeping = (engine().inbox, engine().doorbell, sweep_seconds, over)
        threading.Thread(target=sweep_for_ever, args=sweeping, name="reconciler", daemon=True).start()
        listening = (ear, engine().doorbell.waiting, sweep_seconds, over)
        threading.Thread(target=listen_for_ever, args=listening, name="ear", daemon=True).start()
        if rounds is not None:
            turns, chores = rounds()
            going = (chores, turns, sweep_seconds, over)
            threading.Thread(target=go_round, args=going, name="rounds", daemon=True).start()

    worker_process_init.connect(begin, weak=False)
