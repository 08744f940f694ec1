"""GitHub's primary rate limit: so many requests in an hour for each caller."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

PER_HOUR = 5000  # of an installation; docs: "Rate limits for the REST API"
HOUR = timedelta(hours=1)


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
class Limits:
    """The hours of all callers."""

    per_hour: int = PER_HOUR
    windows: dict[str, Window] = field(default_factory=dict)

    def window(self, key: str, now: datetime) -> Window:
        """Find a caller's present hour, or begin it."""
        found = self.windows.get(key)
        if found is None or found.reset <= now.timestamp():
            found = self.windows[key] = Window(self.per_hour, int((now + HOUR).timestamp()))
        return found
