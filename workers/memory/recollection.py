"""What outlives a job and may be forgotten: file contents by their git hash, and marks of what was said."""

import zlib
from collections.abc import Iterable
from typing import Any, Final

from redis import Redis

from workers.jobs import PullRequestKey

BLOBS_FOR: Final = 7 * 24 * 3600  # seconds since last used; a migration is read again while its pull request lives
SAID_FOR: Final = 90 * 24 * 3600  # seconds since last said; GitHub's own comments remain the truth
LARGEST_BLOB: Final = 1_000_000  # bytes; larger files are refused before they are read
ROOM: Final = 64 * 2**20  # bytes that a repository may add in that time: anybody can propose files to a public one


class Recollection:
    """A memory in Redis, of one repository's files; every entry expires by itself."""

    def __init__(self, redis: Redis, prefix: str, key: PullRequestKey) -> None:
        self._redis = redis
        self._prefix = prefix
        self._place = f"{key.installation_id}:{key.repository}#"  # so that all of it can be forgotten together

    def get(self, sha: str) -> bytes | None:
        """Return the blob with this git hash, if it is still remembered."""
        packed: Any = self._redis.getex(f"{self._prefix}blob:{self._place}{sha}", ex=BLOBS_FOR)
        return None if packed is None else zlib.decompress(packed)

    def put(self, sha: str, content: bytes) -> None:
        """Remember the blob with this git hash, where there is room, and it is no larger than what is reviewed."""
        if len(content) > LARGEST_BLOB:
            return
        packed, blobs = zlib.compress(content), f"{self._prefix}blob:{self._place}"
        pipeline = self._redis.pipeline()
        pipeline.set(f"{blobs}taken", 0, ex=BLOBS_FOR, nx=True)
        pipeline.incrby(f"{blobs}taken", len(packed))
        pipeline.set(f"{blobs}{sha}", packed, ex=BLOBS_FOR)
        if pipeline.execute()[1] > ROOM:
            self._redis.unlink(f"{blobs}{sha}")

    def said(self, key: PullRequestKey) -> frozenset[str]:
        """Return the marks of everything said on the pull request."""
        marks: Any = self._redis.smembers(f"{self._prefix}said:{key}")
        return frozenset(mark.decode() for mark in marks)

    def say(self, key: PullRequestKey, marks: Iterable[str]) -> None:
        """Remember that this was said on the pull request."""
        several = tuple(marks)
        if several:
            pipeline = self._redis.pipeline()
            pipeline.sadd(f"{self._prefix}said:{key}", *several)
            pipeline.expire(f"{self._prefix}said:{key}", SAID_FOR)
            pipeline.execute()
