"""What jobs did, kept for people: the run behind each review's page, and the latest runs of each repository."""

import json
import zlib
from collections.abc import Iterable
from typing import Any, Final

from redis import Redis

from workers.journal import Run
from workers.memory.connection import keys_about

KEPT_FOR: Final = 30 * 24 * 3600  # seconds
LATEST: Final = 500  # runs of a repository that can be listed


class Archive:
    """Runs by an unguessable name, each forgotten by itself after a month, or with its repository."""

    def __init__(self, redis: Redis, prefix: str) -> None:
        self._redis = redis
        self._prefix = prefix

    def keep(self, name: str, run: Run) -> None:
        """Keep a run as it is now."""
        place = f"{self._prefix}runs:{place_of(run)}"
        pipeline = self._redis.pipeline()
        pipeline.set(self._run(name), zlib.compress(json.dumps(run.to_plain()).encode()), ex=KEPT_FOR)
        pipeline.zadd(place, {name: run.began})
        pipeline.zremrangebyrank(place, 0, -LATEST - 1)
        pipeline.expire(place, KEPT_FOR)
        pipeline.execute()

    def get(self, name: str) -> Run | None:
        """Return the run of this name, if it is still kept."""
        packed: Any = self._redis.get(self._run(name))
        return None if packed is None else Run.from_plain(json.loads(zlib.decompress(packed)))

    def latest(self, installation: int, repository: str, most: int = LATEST) -> tuple[tuple[str, Run], ...]:
        """Return the names and runs of a repository, the newest first."""
        names: Any = self._redis.zrevrange(f"{self._prefix}runs:{installation}:{repository}#", 0, most - 1)
        kept: Any = self._redis.mget([self._run(name.decode()) for name in names]) if names else []
        return tuple(
            (name.decode(), Run.from_plain(json.loads(zlib.decompress(packed))))
            for name, packed in zip(names, kept, strict=True)
            if packed is not None
        )

    def newest(self, repositories: Iterable[tuple[int, str]]) -> tuple[tuple[int, str, float] | None, ...]:
        """Return of each repository how many runs are kept, and the newest one's name and beginning."""
        pipeline = self._redis.pipeline(transaction=False)
        for installation, repository in repositories:
            place = f"{self._prefix}runs:{installation}:{repository}#"
            pipeline.zcard(place)
            pipeline.zrange(place, 0, 0, desc=True, withscores=True)
        answers = pipeline.execute()
        return tuple(
            (count, first[0][0].decode(), first[0][1]) if first else None
            for count, first in zip(answers[::2], answers[1::2], strict=True)
        )

    def repositories(self, installation: int) -> tuple[str, ...]:
        """Return the repositories of an installation of which there are runs, as `owner/name`."""
        start = f"{self._prefix}runs:{installation}:"
        keys = keys_about(self._redis, self._prefix, f"{installation}:", "runs")
        return tuple(sorted(key.decode().removeprefix(start).removesuffix("#") for key in keys))

    def forget(self, beginning: str) -> None:
        """Forget the runs of a repository (`7:acme/shop#`) or an installation (`7:`)."""
        for place in keys_about(self._redis, self._prefix, beginning, "runs"):
            names: Any = self._redis.zrange(place, 0, -1)
            self._redis.unlink(place, *(self._run(name.decode()) for name in names))

    def _run(self, name: str) -> str:
        return f"{self._prefix}run:{name}"


def place_of(run: Run) -> str:
    """Return the beginning that all keys about a run's repository share: `7:acme/shop#`."""
    return run.job.partition("#")[0] + "#"
