"""A GitHub, a Redis and a bot for each storm: what is broken here is broken for nobody else."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.services.ecto_fix import EctoFix
from deploy.services.redis import RedisServer
from deploy.standin.control import StandIn
from deploy.standin.server import running


@pytest.fixture
def github(tmp_path: Path) -> Iterator[StandIn]:
    """A GitHub in which storms rage; what the bot asks in them is what GitHub knows all the same."""
    with running(tmp_path / "github") as standin:
        yield standin
        assert standin.violations() == []
        standin.close()


@pytest.fixture
def bot(github: StandIn, tmp_path: Path) -> Iterator[EctoFix]:
    """A bot with two workers and a memory of its own."""
    for name in ("redis", "bot"):
        (tmp_path / name).mkdir()
    with (
        RedisServer(tmp_path / "redis") as redis,
        EctoFix.connected(tmp_path / "bot", redis.url, github, REHEARSES="false") as product,
    ):
        product.start_worker()
        yield product
