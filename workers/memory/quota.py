"""What GitHub lets an installation do in a while, shared by all processes: how much it may write, and how much ask."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from redis import Redis

from workers.memory.scripts import script

# Docs, "Rate limits for the REST API": 80 requests that create content in a minute and 500 in an hour. Some are left
# over, for GitHub's clock is not ours.
INSTALLATION, REPOSITORY = 1, 2
LIMITS: Final[tuple[tuple[int, int, int], ...]] = (
    (INSTALLATION, 60, 75),
    (INSTALLATION, 3600, 475),
    (REPOSITORY, 8, 8),  # "at least one second apart" on the whole, and yet a review is written in one go
)
RESERVE: Final = 100  # requests that are left to jobs under way; no other is begun until the next hour
LEFT: Final = "x-ratelimit-remaining"
RESET: Final = "x-ratelimit-reset"


@dataclass(frozen=True, slots=True)
class Quota:
    """One installation's allowance, as it is used for one repository."""

    redis: Redis
    prefix: str
    installation: int
    repository: str

    def write(self) -> float:
        """Count one request that creates content and return 0, or the seconds to wait before it may be made."""
        place = f"{self.installation}:{self.repository}#"
        limits = [number for limit in LIMITS for number in limit]
        spoken: list[str | int] = [f"{self.installation}:", place, *limits]
        wait: Any = self.redis.register_script(script("spend"))(keys=[self.prefix], args=spoken)
        return float(wait)

    def learn(self, headers: Mapping[str, str]) -> None:
        """Remember from the headers of an answer that the hour is all but used up."""
        left, reset = requests_left(headers), headers.get(RESET, "")
        if left is not None and reset.isdigit() and left < RESERVE:
            self.redis.set(self._spent, left, exat=int(reset))

    def wait(self) -> float:
        """Return the seconds until the installation may ask again; 0 when it may now."""
        milliseconds: Any = self.redis.pttl(self._spent)
        return float(max(0, milliseconds)) / 1000

    @property
    def _spent(self) -> str:
        return f"{self.prefix}spent:{self.installation}:"


def requests_left(headers: Mapping[str, str]) -> int | None:
    """Return how many requests an answer says are left of the hour; None where it says nothing of them."""
    left = headers.get(LEFT, "")
    return int(left) if left.isdigit() and headers.get("x-ratelimit-resource") == "core" else None
