"""Ring again for what is due and forgotten: lost bells, killed workers, delays that are over. Safe in any number."""

import threading
from typing import Final

import structlog
from redis.exceptions import RedisError

from workers.memory.inbox import Inbox
from workers.queue import Doorbell

# More bells in the queue only make workers find that the job is done. What is not rung for now is rung for later.
BELLS: Final = 100

log = structlog.get_logger(__name__)


def sweep(inbox: Inbox, doorbell: Doorbell) -> tuple[str, ...]:
    """Ring for forgotten jobs, unless the workers have enough to do; return which."""
    wanted = BELLS - doorbell.waiting()
    if wanted <= 0:
        return ()
    forgotten = inbox.overdue(wanted)
    doorbell.ring(forgotten)
    return forgotten


def sweep_for_ever(inbox: Inbox, doorbell: Doorbell, seconds: float, over: threading.Event) -> None:
    """Sweep every so many *seconds* until *over* is set; a Redis that is away is tried again."""
    while not over.wait(seconds):
        try:
            forgotten = sweep(inbox, doorbell)
        except RedisError as error:
            log.warning("cannot sweep", error=type(error).__name__)
            continue
        if forgotten:
            log.info("rang again", jobs=len(forgotten))
