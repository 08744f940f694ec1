"""Faults on demand: a status instead of the answer, before or after the work was done, a delay, a cut connection."""

import re
import threading
from dataclasses import dataclass, field
from random import Random


@dataclass
class Fault:
    """What shall go wrong, for which requests, and how many times."""

    method: str = ".*"
    path: str = ".*"
    body: str = ""  # a pattern, too; GraphQL has one path for everything
    count: int = 1
    skip: int = 0  # let so many matching requests pass first
    status: int | None = None
    message: str = "Server Error"
    headers: dict[str, str] = field(default_factory=dict)
    after: bool = False  # the work is done, and only the answer is lost
    delay: float = 0.0  # seconds
    drop: bool = False  # cut the connection instead of answering
    hold: bool = False  # wait to be released, with the work done already if *after*

    def strikes(self, method: str, path: str, body: str) -> bool:
        """Tell whether this request is hit, and count it."""
        if self.count <= 0 or not (re.fullmatch(self.method, method) and re.search(self.path, path)):
            return False
        if not re.search(self.body, body):
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        self.count -= 1
        return True


SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
MISHAPS = (
    Fault(status=502),
    Fault(status=502, after=True),
    Fault(status=503),
    Fault(status=504, after=True),
    Fault(drop=True),
    Fault(drop=True, after=True),
    Fault(status=403, message=SECONDARY, headers={"Retry-After": "1"}),
    Fault(status=429, message=SECONDARY, headers={"Retry-After": "1"}),
    Fault(delay=0.5),
)


@dataclass
class Weather:
    """A share of all requests that meets one mishap or another, the same ones for the same seed."""

    share: float
    chance: Random

    def mishap(self) -> Fault | None:
        """Draw what happens to the next request; mostly nothing."""
        return self.chance.choice(MISHAPS) if self.chance.random() < self.share else None


@dataclass
class Faults:
    """The faults that wait for their requests, and the weather."""

    waiting: list[Fault] = field(default_factory=list)
    weather: Weather | None = None
    struck: int = 0
    gate: threading.Event = field(default_factory=threading.Event)  # of those that are held now

    def take(self, method: str, path: str, body: str) -> Fault | None:
        """Find the fault that hits a request, if any."""
        for fault in self.waiting:
            if fault.strikes(method, path, body):
                self.struck += 1
                return fault
        mishap = self.weather.mishap() if self.weather else None
        self.struck += mishap is not None
        return mishap

    def release(self) -> None:
        """Let go of the requests that are held."""
        held, self.gate = self.gate, threading.Event()
        held.set()

    def clear(self) -> int:
        """Take all faults away and tell how many requests they hit."""
        self.waiting.clear()
        self.release()
        struck, self.weather, self.struck = self.struck, None, 0
        return struck
