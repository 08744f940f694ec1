"""One run: people work, GitHub doubles and delays, the nemesis rages; then all is mended, and the truth is read."""

import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.reliability.chaos.cluster import PREFIX, Cluster, cluster
from tests.reliability.chaos.nemesis import Nemesis
from tests.reliability.chaos.people import People
from tests.reliability.chaos.truth import until_right, wrong

DOUBLED: Final = 0.2  # the share of deliveries that come twice, or late
PAUSE: Final = 0.2  # seconds between two things that people do
SETTLED: Final = 60.0  # seconds after the last fault in which everything must be right
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

    def __str__(self) -> str:
        return (
            f"seed {self.seed}: {self.faults.total()} faults, {self.mishaps} requests struck, "
            f"{self.accepted} deliveries accepted of {self.deliveries.total()}, {self.reviews} reviews, "
            f"{self.commands} commands, settled in {self.settled:.1f} s, {len(self.wrong)} wrong"
        )


def run(seed: int, seconds: float) -> Run:
    """Let it rage for so many *seconds* by the plan that *seed* draws, and look at what is left."""
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder, cluster(Path(folder)) as parts:
        people = People(parts.github, seed, shops=SHOPS, pulls=PULLS)
        nemesis, over = Nemesis(parts, seed), threading.Event()
        parts.github.disorder_deliveries(DOUBLED, seed=seed)
        raging = threading.Thread(target=nemesis.rage, args=[over], name="nemesis")
        working = threading.Thread(target=people.work, args=[PAUSE, over], name="people")
        for thread in (raging, working):
            thread.start()
        time.sleep(seconds)
        over.set()
        for thread in (working, raging):
            thread.join()
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


def settled(parts: Cluster, people: People) -> tuple[str, ...]:
    """Wait until nothing is wrong or due, while GitHub's clock goes faster than ours; return what stays wrong."""
    deadline = time.monotonic() + SETTLED
    for _ in range(MOST_ROUNDS):
        parts.github.advance(ASKED_AGAIN)
        parts.ping()  # or GitHub's log would not show that time has passed
        parts.memory.delete(f"{PREFIX}turn:deliveries")
        left = until_right(people.proposals, min(SETTLED / MOST_ROUNDS, deadline - time.monotonic()))
        if not left and not parts.memory.zcard(f"{PREFIX}due"):
            break
    return tuple(what for one in people.proposals for what in wrong(one))
