"""Answers of GitHub with their entity tags: what has not changed since is not counted against the hour."""

import json
import zlib
from dataclasses import dataclass
from typing import Any, Final

from redis import Redis

KEPT: Final = 3600  # seconds; as long as a token lives, for which GitHub's tags are good


@dataclass(frozen=True, slots=True)
class Answers:
    """What an installation was answered about one repository."""

    redis: Redis
    prefix: str
    place: str  # `installation:owner/name#`

    def get(self, url: str) -> tuple[str, Any] | None:
        """Return the tag and the answer that *url* had, if they are still known."""
        packed: Any = self.redis.get(self._key(url))
        if packed is None:
            return None
        tag, answer = json.loads(zlib.decompress(packed))
        return tag, answer

    def put(self, url: str, tag: str, answer: Any) -> None:
        """Remember an answer."""
        self.redis.set(self._key(url), zlib.compress(json.dumps([tag, answer]).encode()), ex=KEPT)

    def _key(self, url: str) -> str:
        return f"{self.prefix}answer:{self.place}{url}"
