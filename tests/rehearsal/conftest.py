"""Where the tests rehearse: the walls of this machine, and templates that the whole run shares."""

import pytest

from deploy.services.postgres import postgres_binaries
from workers.rehearsal.binaries import Binaries, find
from workers.rehearsal.sandbox import Yard
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
