"""What strangers may try in a migration gets them nothing: a refusal, a limit, or the end of their own server."""

import re
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from deploy.services.postgres import of_major
from tests.rehearsal.attacks import ATTACKS, CLOCK, FATAL, FILLING, Attack
from tests.rehearsal.versions import on_versions
from workers.rehearsal.binaries import Binaries, find
from workers.rehearsal.enclosure import Limits
from workers.rehearsal.reason import CannotRehearse
from workers.rehearsal.sandbox import Base, Server, Step, Yard, sandbox

BASE = Base((Step("1_create_posts.exs", ("CREATE TABLE posts (id bigserial PRIMARY KEY, title text)",)),))
TIGHT = Limits(statement=1)
ATTACKERS = "SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE usename = 'postgres'"
PROBE = """
SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod) FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
WHERE c.oid = 'public.posts'::pg_catalog.regclass AND c.relname = 'posts' ORDER BY a.attnum
"""


@dataclass(frozen=True)
class Host:
    """What an attack would like to reach: a folder that everybody may write to, and a port."""

    folder: Path
    listener: socket.socket

    def aimed(self, sql: str) -> str:
        """Fill in where the attack goes."""
        return sql.replace("{folder}", str(self.folder)).replace("{port}", str(self.listener.getsockname()[1]))

    def harmed(self) -> bool:
        """Tell whether anything was written or anybody called."""
        try:
            self.listener.accept()
        except BlockingIOError:
            return any(self.folder.iterdir())
        return True


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    with tempfile.TemporaryDirectory(prefix="attacked-") as folder, socket.create_server(("127.0.0.1", 0)) as listener:
        Path(folder).chmod(0o777)
        listener.settimeout(0)
        yield Host(Path(folder), listener)


@pytest.fixture(scope="module")
def servers(yard: Yard) -> Iterator[Callable[[Path], Server]]:
    """One server of each PostgreSQL for all attacks that a server survives."""
    limits = replace(yard, limits=TIGHT)
    with ExitStack() as running:
        yield cache(lambda folder: running.enter_context(sandbox(find(folder), BASE, limits, trusted=True)))


@pytest.fixture
def server(request: pytest.FixtureRequest, servers: Callable[[Path], Server], binaries: Binaries) -> Server:
    """The server of the version that is asked for, or of the PostgreSQL that is at hand."""
    return servers(binaries.folder if request.param is None else of_major(request.param))


def answer(server: Server, host: Host, attack: Attack) -> str:
    """Attack in a session of its own, and return what comes back."""
    with server.connect() as session:
        try:
            for sql in attack.sql:
                server.send(session, host.aimed(sql))
        except (psycopg.Error, CannotRehearse) as error:
            return str(error)
        return "done"


def alone(watcher: psycopg.Connection) -> None:
    """Return once no attacker's session is left, which may hold all locks that there are."""
    left = True
    while left:
        with suppress(errors.OutOfMemory):
            left = watcher.execute(ATTACKERS).fetchone() != (0,)


@on_versions("server", 16, 18)
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_gets_what_it_deserves(attack: Attack, server: Server, host: Host) -> None:
    with server.watch() as watcher:
        got = answer(server, host, attack)
        alone(watcher)

        assert re.search(attack.gets, got), got[:1000]
        assert watcher.execute(PROBE).fetchall() == [("id", "bigint"), ("title", "text")]
        assert not host.harmed()


@pytest.mark.parametrize("attack", FATAL, ids=lambda attack: attack.name)
def test_what_outlasts_every_setting_ends_with_the_clock(
    attack: Attack, host: Host, binaries: Binaries, yard: Yard
) -> None:
    limits = replace(TIGHT, seconds=3)

    with sandbox(binaries, BASE, replace(yard, limits=limits), trusted=True) as server:
        got = answer(server, host, attack)

        assert re.search(CLOCK, got), got
        with pytest.raises(CannotRehearse):
            server.connect()


@pytest.mark.parametrize("attack", FILLING, ids=lambda attack: attack.name)
def test_what_fills_the_disk_fills_its_own(attack: Attack, host: Host, binaries: Binaries, yard: Yard) -> None:
    limits = Limits(seconds=20, statement=20, disk=64 << 20)

    with sandbox(binaries, BASE, replace(yard, limits=limits), trusted=True) as server:
        got = answer(server, host, attack)

    assert re.search(attack.gets, got), got
    assert not host.harmed()
