"""All of it on this machine: a GitHub, a Redis, and the product between them, each a process of its own."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.services.ecto_fix import EctoFix
from deploy.services.redis import RedisServer
from deploy.standin.control import StandIn
from deploy.standin.server import running


@contextmanager
def whole(**settings: str) -> Iterator[tuple[StandIn, RedisServer, EctoFix]]:
    """Run everything until the block ends; *settings* are the product's, as its variables are called."""
    with tempfile.TemporaryDirectory() as name:
        for part in ("redis", "product"):
            Path(name, part).mkdir()
        with (
            running(Path(name, "github")) as github,
            RedisServer(Path(name, "redis")) as redis,
            EctoFix.connected(Path(name, "product"), redis.url, github, **settings) as product,
        ):
            yield github, redis, product
            github.close()
