"""What GitHub hears while Redis is gone, or frozen: 503 within 2.5 s, of which it gives us ten.

python -m deploy.bench.outage
"""

import os
import signal
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Final

import requests

from deploy.bench.webhooks import payloads
from deploy.services.ecto_fix import EctoFix
from deploy.services.redis import RedisServer
from deploy.standin.webhooks import signatures

AT_ONCE: Final = 32  # deliveries
WITHIN: Final = 2.5  # seconds
REFUSED: Final = 503


def asked(front: EctoFix, name: str) -> tuple[Counter[int], float]:
    """Deliver several at once; return how they were answered, and in how many seconds the last one was."""

    def ask(number: int, body: bytes) -> tuple[int, float]:
        headers = {
            "Content-Type": "application/json",
            "X-GitHub-Event": "pull_request",
            "X-GitHub-Delivery": f"{name}-{number}",
            **signatures(front.webhook_secret, body),
        }
        begin = time.perf_counter()
        status = requests.post(f"{front.url}/webhook", body, headers=headers, timeout=30).status_code
        return status, time.perf_counter() - begin

    with ThreadPoolExecutor(AT_ONCE) as crowd:
        answers = list(crowd.map(ask, range(AT_ONCE), islice(payloads(), AT_ONCE)))
    return Counter(status for status, _ in answers), max(seconds for _, seconds in answers)


def main() -> None:
    """Print what is heard in each state, and fail above the bar."""
    with tempfile.TemporaryDirectory() as name:
        for part in ("redis", "front"):
            Path(name, part).mkdir()
        with RedisServer(Path(name, "redis")) as redis:
            front = EctoFix(Path(name, "front"), {"REDIS_URL": redis.url})
            front.start_receiver()
            try:
                seen = list(states(front, redis))
            finally:
                front.stop()
    if any(set(statuses) != {REFUSED} or slowest > WITHIN for statuses, slowest in seen):
        raise SystemExit(f"something else than {REFUSED}, or later than {WITHIN} s")


def states(front: EctoFix, redis: RedisServer) -> list[tuple[Counter[int], float]]:
    """Print and return what is heard while Redis is frozen, and while it is gone."""
    asked(front, "calm")
    server = redis.process.pid if redis.process else 0
    os.kill(server, signal.SIGSTOP)
    frozen = asked(front, "frozen")
    os.kill(server, signal.SIGCONT)
    redis.kill()
    gone = asked(front, "gone")
    for state, (statuses, slowest) in {"frozen": frozen, "gone": gone}.items():
        print(f"Redis is {state}: {dict(statuses)}, the last after {slowest:.2f} s")
    return [frozen, gone]


if __name__ == "__main__":
    main()
