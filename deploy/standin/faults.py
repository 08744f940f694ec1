"""Faults on demand: a status instead of the answer, before or after the work was done, a delay, a cut connection."""

import re
from dataclasses import dataclass, field


@dataclass
class Fault:
    """What shall go wrong, for which requests, and how many times."""

    method: str = ".*"
    path: str = ".*"
    count: int = 1
    skip: int = 0  # let so many matching requests pass first
    status: int | None = None
    message: str = "Server Error"
    headers: dict[str, str] = field(default_factory=dict)
    after: bool = False  # the work is done, and only the answer is lost
    delay: float = 0.0  # seconds
    drop: bool = False  # cut the connection instead of answering

    def strikes(self, method: str, path: str) -> bool:
        """Tell whether this request is hit, and count it."""
        if self.count <= 0 or not (re.fullmatch(self.method, method) and re.search(self.path, path)):
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        self.count -= 1
        return True


@dataclass
class Faults:
    """The faults that wait for their requests."""

    waiting: list[Fault] = field(default_factory=list)
    struck: int = 0

    def take(self, method: str, path: str) -> Fault | None:
        """Find the fault that hits a request, if any."""
        for fault in self.waiting:
            if fault.strikes(method, path):
                self.struck += 1
                return fault
        return None
