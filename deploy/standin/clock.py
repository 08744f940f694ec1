"""The time as the stand-in sees it: the machine's own, plus what a test has added to it."""

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """A clock that tells the machine's time until somebody moves it forward."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        """Tell the time in UTC."""
        return datetime.fromtimestamp(time.time(), UTC) + self._ahead

    def advance(self, by: timedelta) -> None:
        """Move forward; tokens grow old and windows of limits pass."""
        self._ahead += by


def iso(moment: datetime) -> str:
    """Write a moment as GitHub does: seconds, and a Z."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def iso_or_none(moment: datetime | None) -> str | None:
    """Write a moment that may not have come."""
    return iso(moment) if moment else None
