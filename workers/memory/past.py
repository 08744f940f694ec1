"""What the history of a repository came to, for the next analysis of that repository and for no other.

An analysis hands out what it worked out as bytes, under names that say all that they depend on; nobody reads them here.
Where they are kept is decided by whose webhook asked for the analysis, so whatever a file does to its parser, it writes
into the memory of its own repository.
"""

from collections.abc import Mapping
from typing import Any, Final, Protocol

from redis import Redis

from workers.jobs import PullRequestKey

KEPT_FOR: Final = 7 * 24 * 3600  # seconds since it was last of use
ROOM: Final = 4 * 2**20  # bytes for each repository; a history of a thousand migrations takes 150 kB
NAME: Final = 64  # characters; longer names are none of ours


class Past(Protocol):
    """Where an analysis finds what another worked out; what is lost costs time, nothing else."""

    def recall(self) -> Mapping[str, bytes]:
        """Return all that is kept."""

    def keep(self, new: Mapping[str, bytes]) -> None:
        """Keep *new* beside it, for as long as there is room."""


class Forgetful:
    """No memory at all."""

    def recall(self) -> Mapping[str, bytes]:
        """Return nothing."""
        return {}

    def keep(self, new: Mapping[str, bytes]) -> None:
        """Keep nothing."""


class RepositoryPast:
    """A repository's memory in Redis: one key, which is forgotten with the repository."""

    def __init__(self, redis: Redis, prefix: str, key: PullRequestKey) -> None:
        self._redis = redis
        self._key = f"{prefix}past:{key.installation_id}:{key.repository}#"

    def recall(self) -> Mapping[str, bytes]:
        """Return all that is kept."""
        pipeline = self._redis.pipeline()
        pipeline.hgetall(self._key)
        pipeline.expire(self._key, KEPT_FOR)
        kept: Any = pipeline.execute()[0]
        return {name.decode(): content for name, content in kept.items()}

    def keep(self, new: Mapping[str, bytes]) -> None:
        """Keep *new*; where there is no room for it, begin afresh, for much of what is there is of no use any more."""
        if not new or _size(new) > ROOM or any(len(name) > NAME for name in new):
            return
        old = self.recall()
        kept = {**old, **new} if _size(old) + _size(new) <= ROOM else dict(new)
        pipeline = self._redis.pipeline()
        pipeline.delete(self._key)
        pipeline.hset(self._key, mapping=kept)
        pipeline.expire(self._key, KEPT_FOR)
        pipeline.execute()


def _size(kept: Mapping[str, bytes]) -> int:
    return sum(len(name) + len(content) for name, content in kept.items())
