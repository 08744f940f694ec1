"""How a process speaks to Redis: impatiently, so that a frozen server is an error and not a hang."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
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


def keys_about(redis: Redis, prefix: str, beginning: str, *kinds: str) -> Iterator[bytes]:
    """Yield every key of these *kinds* that goes on with *beginning*; however many kinds, all keys are looked at once.

    Whatever of the names would be special in a pattern stands for itself.
    """
    begin = tuple(f"{prefix}{kind}:{beginning}".encode() for kind in kinds)
    start, end = (SPECIAL.sub(lambda found: f"\\{found[0]}", text) for text in (prefix, beginning))
    pattern = f"{start}{kinds[0] if len(kinds) == 1 else '*'}:{end}*"
    yield from (key for key in redis.scan_iter(pattern, count=1000) if key.startswith(begin))


def erase(redis: Redis, keys: Iterable[bytes]) -> None:
    """Delete *keys*, a thousand in each exchange."""
    left = iter(keys)
    while some := tuple(islice(left, 1000)):
        redis.unlink(*some)
