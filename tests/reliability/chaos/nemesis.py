"""Who breaks things: kills, freezes, cuts and fills by a plan that a seed draws, and mends each thing after a while."""

import heapq
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Final

from tests.reliability.chaos.cluster import Cluster, fill, send
from tests.reliability.chaos.link import State

PARTS: Final = ("worker", "child", "receiver", "redis")
BREAKS: Final = {State.CUT: "cut", State.HELD: "hold up", State.GONE: "half-open"}
PAUSE: Final = (0.8, 2.4)  # seconds between two faults
STALL: Final = 2.0  # seconds; less than what a lease must have left before a write
STALLED: Final = "/(pulls|check-runs|git|compare|graphql)"

Act = Callable[[], None]


@dataclass(slots=True)
class Fault:
    """Something that goes wrong for some seconds: *target* is not struck again before it is mended."""

    name: str
    target: str
    seconds: tuple[float, float]  # at least and at most
    strike: Act
    mend: Act = field(default=lambda: None)


class Nemesis:
    """Draws faults from a seed, one after the other, several at work at a time."""

    def __init__(self, cluster: Cluster, seed: int) -> None:
        self.struck: Counter[str] = Counter()
        self.mishaps = 0  # requests to GitHub that met one
        self._cluster = cluster
        self._chance = Random(seed)  # noqa: S311 - chance, and no secret
        self._faults = (*self._deaths(), *self._freezes(), *self._breaks(), *self._moods())
        self._mends: list[tuple[float, int, Fault]] = []
        self._numbers = count()

    def rage(self, over: threading.Event) -> None:
        """Strike and mend until *over* is set, then mend everything."""
        at = time.monotonic()
        while not over.wait(0.1):
            self._mend(time.monotonic())
            if time.monotonic() >= at:
                self._strike()
                at = time.monotonic() + self._chance.uniform(*PAUSE)
        self._mend(float("inf"))

    def _strike(self) -> None:
        fault = self._chance.choice(self._faults)
        seconds = self._chance.uniform(*fault.seconds)
        if fault.target in {one.target for _, _, one in self._mends}:
            return
        fault.strike()
        self.struck[fault.name] += 1
        heapq.heappush(self._mends, (time.monotonic() + seconds, next(self._numbers), fault))

    def _mend(self, until: float) -> None:
        while self._mends and self._mends[0][0] <= until:
            heapq.heappop(self._mends)[2].mend()

    def _one(self, part: str) -> list[int]:
        """Pick one process of a part, if there is any."""
        found = self._cluster.processes(part)
        return [self._chance.choice(found)] if found else []

    def _deaths(self) -> tuple[Fault, ...]:
        def kill(part: str, *, group: bool) -> Act:
            def strike() -> None:
                for pid in self._one(part):
                    send(pid, signal.SIGKILL, group=group)

            return strike

        def fill_disk() -> None:
            for pid in self._cluster.processes("redis"):
                fill(pid, self._cluster.redis.folder)

        alone = [Fault(f"kill {part}", part, (0.5, 2.0), kill(part, group=False)) for part in PARTS]
        whole = Fault("kill worker and children", "worker", (0.5, 2.0), kill("worker", group=True))
        return (*alone, whole, Fault("fill the disk", "redis", (1.0, 3.0), fill_disk))

    def _freezes(self) -> tuple[Fault, ...]:
        seconds = {"worker": (3.0, 18.0), "child": (3.0, 18.0), "receiver": (1.0, 6.0), "redis": (1.0, 6.0)}
        return tuple(self._freeze(part, seconds[part]) for part in PARTS)

    def _freeze(self, part: str, seconds: tuple[float, float]) -> Fault:
        frozen: list[int] = []

        def strike() -> None:
            frozen.extend(self._one(part))
            for pid in frozen:
                send(pid, signal.SIGSTOP)

        def mend() -> None:
            for pid in frozen:
                send(pid, signal.SIGCONT)
            frozen.clear()

        return Fault(f"freeze {part}", part, seconds, strike, mend)

    def _breaks(self) -> tuple[Fault, ...]:
        def set_to(name: str, state: State) -> Act:
            return lambda: self._cluster.links[name].set(state)

        return tuple(
            Fault(f"{word} {name}", name, (0.5, 6.0), set_to(name, state), set_to(name, State.OPEN))
            for name in self._cluster.links
            for state, word in BREAKS.items()
        )

    def _moods(self) -> tuple[Fault, ...]:
        github = self._cluster.github

        def storm() -> None:
            github.storm(0.3, seed=self._chance.randrange(1000))

        def stall() -> None:
            github.fail(path=STALLED, delay=STALL, count=3)

        def heal() -> None:
            self.mishaps += github.heal()

        return (
            Fault("storm at GitHub", "github", (2.0, 6.0), storm, heal),
            Fault("stall at GitHub", "github", (2.0, 4.0), stall, heal),
        )
