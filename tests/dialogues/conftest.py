"""GitHub and the bot: real processes that every dialogue shares, and a repository for each."""

from collections.abc import Iterator

import pytest

from deploy.services.ecto_fix import EctoFix
from deploy.standin.control import Repository, StandIn
from deploy.standin.server import running
from tests.collector import Collector, collecting
from tests.dialogues.scene import new_shop


@pytest.fixture(scope="session")
def github(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    """A GitHub on this machine."""
    with running(tmp_path_factory.mktemp("github")) as standin:
        yield standin
        standin.close()


@pytest.fixture(scope="session")
def collector() -> Iterator[Collector]:
    """Whoever is told what receiver and worker do."""
    with collecting() as collector:
        yield collector


@pytest.fixture(scope="session")
def bot(
    github: StandIn, collector: Collector, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EctoFix]:
    """Receiver and worker, connected to GitHub and Redis."""
    folder = tmp_path_factory.mktemp("bot")
    with EctoFix.connected(folder, redis_url, github, OTLP_ENDPOINT=collector.url) as product:
        yield product


@pytest.fixture
def shop(github: StandIn, bot: EctoFix) -> Iterator[Repository]:
    """A repository with one migration, in which joe may write; what the bot asks must be what GitHub knows."""
    assert bot.receiver is not None
    yield new_shop(github)
    assert github.violations() == []
