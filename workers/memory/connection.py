"""How a process speaks to Redis: impatiently, so that a frozen server is an error and not a hang."""

import re
from collections.abc import Iterator
from typing import Final

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as Disconnected
from redis.retry import Retry

ANSWERS_WITHIN: Final = 2.0  # seconds; GitHub waits ten for us, and every script takes under a millisecond
SPECIAL: Final = re.compile(r"[\\*?\[]")  # in Redis' patterns


def connect(url: str) -> Redis:
    """Return a client for threads to share, which connects when first used and again when Redis comes back."""
    return Redis.from_url(
        url,
        socket_timeout=ANSWERS_WITHIN,
        socket_connect_timeout=ANSWERS_WITHIN / 2,
        socket_keepalive=True,
        # A restarted Redis costs one retry on a fresh connection; a silent one must not cost its timeout twice.
        retry=Retry(NoBackoff(), retries=1, supported_errors=(Disconnected,)),
    )


def beginning_with(redis: Redis, text: str) -> Iterator[bytes]:
    """Yield every key that begins with *text*, whatever of it would be special in a pattern."""
    pattern = SPECIAL.sub(lambda found: f"\\{found[0]}", text)
    yield from redis.scan_iter(f"{pattern}*", count=1000)
