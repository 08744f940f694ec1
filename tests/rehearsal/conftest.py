"""Where the tests rehearse: the walls of this machine, and templates that the whole run shares."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from deploy.services.databases import Databases
from deploy.services.postgres import of_major, postgres_binaries
from workers.rehearsal.binaries import Binaries, find
from workers.rehearsal.sandbox import Base, Yard, sandbox
from workers.rehearsal.templates import Templates
from workers.rehearsal.walls import walls


@pytest.fixture(scope="session")
def binaries() -> Binaries:
    """The PostgreSQL that all tests run on."""
    return find(postgres_binaries())


@pytest.fixture(scope="session")
def yard(tmp_path_factory: pytest.TempPathFactory) -> Yard:
    """Walls as they stand here, and an empty cache."""
    return Yard(walls(), Templates(tmp_path_factory.mktemp("templates")))


@pytest.fixture(scope="session")
def servers(yard: Yard) -> Iterator[Callable[[Path], Databases]]:
    """Return databases for as many rehearsals as there are tests, on one server of each PostgreSQL."""
    lasting = replace(yard, limits=replace(yard.limits, seconds=3600.0, disk=2 << 30, sessions=16))
    with ExitStack() as running:

        @cache
        def started(folder: Path) -> Databases:
            server = running.enter_context(sandbox(find(folder), Base(), lasting, trusted=True))
            return Databases(server, running.enter_context(server.own()))

        yield started


@pytest.fixture
def databases(request: pytest.FixtureRequest, servers: Callable[[Path], Databases], binaries: Binaries) -> Databases:
    """Databases on the PostgreSQL that is at hand, or on that of the major version that is asked for."""
    major = getattr(request, "param", None)
    return servers(binaries.folder if major is None else of_major(major))
