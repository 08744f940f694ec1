"""GitHub's rate limits: so many requests in an hour for each caller, and where it is asked for, so many at once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil

PER_HOUR = 5000  # of an installation; docs: "Rate limits for the REST API"
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
# Docs, "About secondary rate limits": points in a minute, one for a question and five for anything else, and what
# creates content in a minute and in an hour.
POINTS = ((MINUTE, 900),)
CONTENT = ((MINUTE, 80), (HOUR, 500))
TOO_FAST = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."


@dataclass
class Window:
    """One caller's hour."""

    limit: int
    reset: int  # seconds since the epoch
    used: int = 0

    @property
    def remaining(self) -> int:
        """Count what is left."""
        return max(self.limit - self.used, 0)

    def headers(self) -> dict[str, str]:
        """Write the headers that every answer carries."""
        counts = {"limit": self.limit, "remaining": self.remaining, "used": self.used, "reset": self.reset}
        return {f"x-ratelimit-{name}": str(count) for name, count in counts.items()} | {"x-ratelimit-resource": "core"}


@dataclass
class Speed:
    """The secondary limits, for each caller; off unless a test wants them, for tests are faster than people."""

    on: bool = False
    _spent: dict[str, list[tuple[datetime, int]]] = field(default_factory=dict)

    def spend(self, caller: str, now: datetime, *, question: bool, content: bool) -> int:
        """Count a request and return 0, or the seconds to wait before it may come."""
        kinds: list[tuple[str, int, Iterable[tuple[timedelta, int]]]] = [("points", 1 if question else 5, POINTS)]
        kinds += [("content", 1, CONTENT)] if content else []
        wait = max(self._wait(f"{caller} {kind}", now, cost, limits) for kind, cost, limits in kinds) if self.on else 0
        for kind, cost, _ in kinds if not wait else ():
            self._spent.setdefault(f"{caller} {kind}", []).append((now, cost))
        return wait

    def _wait(self, name: str, now: datetime, cost: int, limits: Iterable[tuple[timedelta, int]]) -> int:
        waits = [0]
        for window, most in limits:
            recent = [(at, points) for at, points in self._spent.get(name, ()) if at > now - window]
            if sum(points for _, points in recent) + cost > most:
                waits.append(ceil((recent[0][0] + window - now).total_seconds()))
        return max(waits)


@dataclass
class Limits:
    """The hours of all callers."""

    per_hour: int = PER_HOUR
    windows: dict[str, Window] = field(default_factory=dict)
    speed: Speed = field(default_factory=Speed)

    def window(self, key: str, now: datetime) -> Window:
        """Find a caller's present hour, or begin it."""
        found = self.windows.get(key)
        if found is None or found.reset <= now.timestamp():
            found = self.windows[key] = Window(self.per_hour, int((now + HOUR).timestamp()))
        return found
