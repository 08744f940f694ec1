"""What the receiver takes: 1,000 signed webhooks of 24 KB a second, each on disk before it is answered, p99 < 250 ms.

python -m deploy.bench.webhooks --seconds 60
"""

import argparse
import asyncio
import json
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from secrets import token_hex
from typing import Any, Final

from redis import Redis

from deploy.services.ecto_fix import EctoFix
from deploy.services.npm import installed
from deploy.services.redis import RedisServer
from deploy.standin.webhooks import signatures
from workers.memory.connection import connect

EXAMPLES: Final = "7.6.1"  # of @octokit/webhooks-examples: what GitHub was seen to send
PULLS: Final = 400  # pull requests that are heard of in turn
CONNECTIONS: Final = (16, 64)
RATE: Final = 1000.0  # requests a second
SLOWEST: Final = 0.25  # seconds; 99 of a hundred are faster
GROWTH: Final = 1.1  # times the memory that there was after a third of the time
KEPT: Final = 400.0  # bytes of Redis for each delivery
PAGE: Final = resource.getpagesize()
ANSWER_ENDS: Final = b"\r\n\r\n"  # no answer has a body


@dataclass(slots=True)
class Figures:
    """What was seen."""

    seconds: float
    times: list[float] = field(default_factory=list)
    statuses: Counter[bytes] = field(default_factory=Counter)

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.times) / self.seconds

    def quantile(self, share: float) -> float:
        """Return the seconds in which such a *share* was answered."""
        return sorted(self.times)[int(share * (len(self.times) - 1))]


def payloads() -> Iterator[bytes]:
    """Yield an event of each pull request as GitHub writes it, of 24 KB."""
    index = installed("@octokit/webhooks-examples", EXAMPLES) / "api.github.com" / "index.json"
    events: Any = json.loads(index.read_text("utf-8"))
    (examples,) = (event["examples"] for event in events if event["name"] == "pull_request")
    body = next(one for one in examples if one["action"] == "synchronize" and "installation" in one)
    for number in range(1, PULLS + 1):
        body["number"] = body["pull_request"]["number"] = number
        yield json.dumps(body).encode()


def requests(secret: str, port: int) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Return requests without end, each in three parts: nothing but the delivery's own id is made when it is sent."""
    prepared = []
    for body in payloads():
        named = {
            "Host": f"127.0.0.1:{port}",
            "User-Agent": "GitHub-Hookshot/5tand1n",
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            "X-GitHub-Event": "pull_request",
            **signatures(secret, body),
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in named.items())
        prepared.append((f"POST /webhook HTTP/1.1\r\n{lines}X-GitHub-Delivery: ".encode(), b"\r\n\r\n" + body))
    run = token_hex(8)
    return ((head, f"{run}-{number}".encode(), rest) for number, (head, rest) in enumerate(cycle(prepared)))


class Sender(asyncio.Protocol):
    """One connection, which asks again as soon as it is answered."""

    def __init__(self, asking: Iterator[tuple[bytes, bytes, bytes]], figures: Figures, over: float) -> None:
        self.done = asyncio.get_running_loop().create_future()
        self._asking = asking
        self._figures = figures
        self._over = over

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self._transport: Any = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        """Note the answer and send the next request."""
        now = time.perf_counter()
        if not data.endswith(ANSWER_ENDS):
            self._figures.statuses[b"answer with a body"] += 1
        self._figures.statuses[data[9:12]] += 1
        self._figures.times.append(now - self._sent)
        if now < self._over:
            self._ask()
        else:
            self._transport.close()

    def connection_lost(self, _error: Exception | None) -> None:
        """End; before the time is over that is a failure."""
        if time.perf_counter() < self._over:
            self._figures.statuses[b"hung up"] += 1
        self.done.set_result(None)

    def _ask(self) -> None:
        self._sent = time.perf_counter()
        self._transport.write(b"".join(next(self._asking)))


async def send(asking: Iterator[tuple[bytes, bytes, bytes]], port: int, connections: int, seconds: float) -> Figures:
    """Send for so many *seconds* on so many *connections* at once."""
    figures, loop, over = Figures(seconds), asyncio.get_running_loop(), time.perf_counter() + seconds
    made = [
        await loop.create_connection(lambda: Sender(asking, figures, over), "127.0.0.1", port)
        for _ in range(connections)
    ]
    await asyncio.gather(*(sender.done for _, sender in made))
    return figures


@contextmanager
def receiver(folder: Path, redis: RedisServer, processes: int) -> Iterator[EctoFix]:
    """Run a receiver of so many *processes* that knows no GitHub, and has no workers."""
    product = EctoFix(folder, {"REDIS_URL": redis.url, "REDIS_PREFIX": "load:"})
    product.start_receiver(processes)
    try:
        yield product
    finally:
        product.stop()


def memory(front: EctoFix) -> int:
    """Return the bytes that the receiver's processes hold."""
    processes = [front.receiver.pid] if front.receiver else []
    processes += [int(child) for one in processes for child in proc(one, f"task/{one}/children")]
    return sum(int(proc(one, "statm")[1]) * PAGE for one in processes)


def proc(process: int, file: str) -> list[str]:
    """Read what the kernel says of a process."""
    return Path("/proc", str(process), file).read_text("ascii").split()


def kept_by(redis: Redis) -> int:
    """Return the bytes of everything that Redis keeps, without what passes through."""
    told: Any = redis.info("memory")
    return int(told["used_memory"] - told["mem_clients_normal"])


def main(arguments: Sequence[str] = ()) -> None:
    """Print what the receiver takes, and fail below a bar."""
    parser = argparse.ArgumentParser(description="Sends webhooks as fast as they are answered.")
    parser.add_argument("--seconds", type=float, default=6.0, help="for each number of connections; the bar is for 60")
    parser.add_argument("--processes", type=int, default=2, help="of the receiver")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        for part in ("redis", "front"):
            Path(name, part).mkdir()
        with RedisServer(Path(name, "redis")) as redis, receiver(Path(name, "front"), redis, given.processes) as front:
            missed = list(measured(redis, front, given.seconds))
    if missed:
        raise SystemExit("; ".join(missed))


def measured(redis: RedisServer, front: EctoFix, seconds: float) -> Iterator[str]:
    """Print one line for each number of connections, and yield what misses a bar."""
    asking, kept = requests(front.webhook_secret, front.port), connect(redis.url)
    heard = 0
    while heard < PULLS:  # imports, compiles the scripts, and makes every pull request known
        heard += len(asyncio.run(send(asking, front.port, CONNECTIONS[0], 0.5)).times)
    for connections in CONNECTIONS:
        before = kept_by(kept)
        first = asyncio.run(send(asking, front.port, connections, seconds / 3))
        early = memory(front)
        seen = asyncio.run(send(asking, front.port, connections, seconds * 2 / 3))
        grown = memory(front) / early
        size = (kept_by(kept) - before) / (len(first.times) + len(seen.times))
        statuses = {status.decode(): number for status, number in (first.statuses + seen.statuses).items()}
        print(
            f"{connections} connections: {seen.rate:,.0f} webhooks/s, p50 {seen.quantile(0.5) * 1000:.0f} ms, "
            f"p99 {seen.quantile(0.99) * 1000:.0f} ms, answers {statuses}, memory {early / 2**20:.0f} MiB and "
            f"{grown:.2f} times that, {size:.0f} bytes of Redis each"
        )
        yield from (
            f"{connections} connections: {bar}"
            for bar, is_met in {
                f"fewer than {RATE:.0f} webhooks a second": seen.rate >= RATE,
                f"p99 above {SLOWEST * 1000:.0f} ms": seen.quantile(0.99) < SLOWEST,
                "something else than 202": set(statuses) == {"202"},
                "the receiver grows": grown < GROWTH,
                f"more than {KEPT:.0f} bytes for a delivery": size < KEPT,
            }.items()
            if not is_met
        )
    kept.close()


if __name__ == "__main__":
    main(sys.argv[1:])
