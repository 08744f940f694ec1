"""Where the tests rehearse: the walls of this machine, and templates that the whole run shares."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from deploy.services.databases import Databases
from deploy.services.postgres import postgres_binaries
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
def databases(binaries: Binaries, yard: Yard) -> Iterator[Databases]:
    """Databases for as many rehearsals as there are tests, on one server."""
    lasting = replace(yard, limits=replace(yard.limits, seconds=1800.0, disk=2 << 30, sessions=16))
    with sandbox(binaries, Base(), lasting, trusted=True) as server, server.own() as admin:
        yield Databases(server, admin)
