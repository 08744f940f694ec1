"""One run: people work, GitHub doubles and delays, the nemesis rages; then all is mended, and the truth is read."""

import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from redis.exceptions import RedisError

from tests.reliability.chaos.cluster import PREFIX, Cluster, cluster
from tests.reliability.chaos.nemesis import Nemesis
from tests.reliability.chaos.people import People
from tests.reliability.chaos.truth import LOOK, until_right, wrong

DOUBLED: Final = 0.2  # the share of deliveries that come twice, or late
PAUSE: Final = 0.12  # seconds between two things that people do
SETTLED: Final = 60.0  # seconds from the last fault until everything is right, on a machine that does nothing else
PATIENCE: Final = 240.0  # seconds that we wait for it anyway
ROUND: Final = 8.0  # seconds between two looks into GitHub's log
SHOPS, PULLS = 8, 4
ASKED_AGAIN: Final = 61.0  # seconds by GitHub's clock, after which a delivery that failed is asked for again
MOST_ROUNDS: Final = 7  # the App's own token is good for nine minutes of GitHub's clock


@dataclass(frozen=True, slots=True)
class Run:
    """What a run came to."""

    seed: int
    faults: Counter[str]
    mishaps: int  # requests to GitHub that failed, or were late
    deliveries: Counter[int]  # attempts by the status of the answer
    reviews: int
    commands: int
    settled: float  # seconds
    wrong: tuple[str, ...]
    log: str

    @property
    def accepted(self) -> int:
        """How many deliveries were answered 202."""
        return self.deliveries[202]

    @property
    def failed(self) -> bool:
        """Tell whether anything was lost, doubled or late."""
        return bool(self.wrong) or self.settled > SETTLED

    def __str__(self) -> str:
        return (
            f"seed {self.seed}: {self.faults.total()} faults, {self.mishaps} requests struck, "
            f"{self.accepted} deliveries accepted of {self.deliveries.total()}, {self.reviews} reviews, "
            f"{self.commands} commands, settled in {self.settled:.1f} s, {len(self.wrong)} wrong"
        )


def run(seed: int, seconds: float) -> Run:
    """Let it rage for so many *seconds* by the plan that *seed* draws, and look at what is left."""
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder, cluster(Path(folder)) as parts:
        people, nemesis = People(parts.github, seed, shops=SHOPS, pulls=PULLS), Nemesis(parts, seed)
        with going(parts.supervise):
            parts.github.disorder_deliveries(DOUBLED, seed=seed)
            with going(nemesis.rage), going(partial(people.work, PAUSE)):
                time.sleep(seconds)
            mishaps = nemesis.mishaps + parts.github.heal()
            parts.github.order_deliveries()
            began = time.monotonic()
            left = settled(parts, people)
            took = time.monotonic() - began
        pictures = [one.pull.look() for one in people.proposals]
        return Run(
            seed,
            nemesis.struck,
            mishaps,
            Counter(parts.github.tally()),
            sum(len(picture.reviews) for picture in pictures),
            sum(len(one.commands) for one in people.proposals),
            took,
            (*left, *(str(one) for one in parts.github.violations())),
            parts.front.logs() + parts.back.logs(),
        )


@contextmanager
def going(act: Callable[[threading.Event], None]) -> Iterator[None]:
    """Let *act* go on in a thread until the block ends; what it raises is raised here."""
    over = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        doing = pool.submit(act, over)
        try:
            yield
        finally:
            over.set()
        doing.result()


def settled(parts: Cluster, people: People) -> tuple[str, ...]:
    """Wait until nothing is wrong or due, while GitHub's clock goes faster than ours; return what stays wrong."""
    deadline = time.monotonic() + PATIENCE
    for _ in range(MOST_ROUNDS):
        parts.github.advance(ASKED_AGAIN)
        parts.ping()  # or GitHub's log would not show that time has passed
        with suppress(RedisError):  # the last fault may show only now
            parts.memory.delete(f"{PREFIX}turn:deliveries")
        if is_settled(parts, people, ROUND):
            break
    is_settled(parts, people, deadline - time.monotonic())
    return tuple(what for one in people.proposals for what in wrong(one))


def is_settled(parts: Cluster, people: People, seconds: float) -> bool:
    """Wait for so many seconds until nothing is wrong or due; tell whether that came."""
    deadline = time.monotonic() + seconds
    while until_right(people.proposals, deadline - time.monotonic()) or is_anything_due(parts):
        if time.monotonic() > deadline:
            return False
        time.sleep(LOOK)
    return True


def is_anything_due(parts: Cluster) -> bool:
    """Tell whether there is still something to do, as far as can be told."""
    try:
        return bool(parts.memory.zcard(f"{PREFIX}due"))
    except RedisError:
        return True
