"""A server of one rehearsal's own: what it holds, what it says, and how it is kept for the next."""

import os
import resource
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from shutil import copy
from typing import IO

import psycopg
import pytest

from deploy.services.databases import Databases
from rules.postgres.program import Ran
from tests.rehearsal.attacks import RIGHTS
from workers.rehearsal.binaries import Binaries, find
from workers.rehearsal.enclosure import Limits
from workers.rehearsal.reason import CannotRehearse
from workers.rehearsal.sandbox import Base, Server, Step, Yard, sandbox
from workers.rehearsal.templates import SUFFIX, Templates

BORN = "CREATE TABLE born AS SELECT clock_timestamp() AS at"
FIRST = Step("1_first.exs", (BORN,))
SECOND = Step("2_second.exs", ("CREATE TABLE posts (id bigserial PRIMARY KEY)",))
THIRD = Step("3_third.exs", ("CREATE INDEX CONCURRENTLY posts_index ON posts (id)",), in_transaction=False)
WRONG = Step("2_wrong.exs", ("CREATE TABLE half (a int)", "ALTER TABLE nowhere ADD a int"))


@pytest.fixture
def founded(binaries: Binaries, yard: Yard, tmp_path: Path) -> Yard:
    """A cache that holds nothing but the empty database, which takes a while to make."""
    with sandbox(binaries, Base(), yard, trusted=True):
        (key,) = Base().keys(binaries)
    copy(yard.templates.folder / f"{key}{SUFFIX}", tmp_path)
    return replace(yard, templates=Templates(tmp_path))


def born(server: Server) -> object:
    """Return when the first step ran."""
    with server.connect() as session:
        return session.execute("SELECT at FROM born").fetchone()


def names(server: Server) -> set[str]:
    """Return the relations that are there."""
    with server.watch() as watcher:
        found = watcher.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace")
        return {name for (name,) in found.fetchall()}


def test_the_merged_history_has_run(binaries: Binaries, yard: Yard) -> None:
    with sandbox(binaries, Base((FIRST, SECOND, THIRD)), yard, trusted=True) as server:
        assert names(server) == {"born", "posts", "posts_id_seq", "posts_pkey", "posts_index"}
        assert server.version.startswith(f"{server.major}.")


def test_the_same_history_runs_once(binaries: Binaries, yard: Yard) -> None:
    base = Base((FIRST, SECOND))
    with sandbox(binaries, base, yard, trusted=True) as server:
        then = born(server)

    with sandbox(binaries, base, yard, trusted=True) as server:
        assert born(server) == then


def test_a_history_that_has_grown_runs_from_where_it_grew(binaries: Binaries, founded: Yard) -> None:
    with sandbox(binaries, Base((FIRST,)), founded, trusted=True) as server:
        then = born(server)

    with sandbox(binaries, Base((FIRST, SECOND, THIRD)), founded, trusted=True) as server:
        assert born(server) == then
        assert "posts_index" in names(server)


def test_another_history_is_another_database(binaries: Binaries, yard: Yard) -> None:
    with (
        sandbox(binaries, Base((FIRST,)), yard, trusted=True) as one,
        sandbox(binaries, Base((replace(FIRST, in_transaction=False),)), yard, trusted=True) as other,
        one.connect() as session,
    ):
        one.send(session, "DROP TABLE born")

        assert names(one) == set()
        assert names(other) == {"born"}


def test_a_history_that_does_not_replay_says_where(binaries: Binaries, founded: Yard) -> None:
    for _ in range(2):
        with (
            pytest.raises(
                CannotRehearse, match=r'2_wrong\.exs: relation "nowhere" does not exist.*ALTER TABLE nowhere'
            ),
            sandbox(binaries, Base((FIRST, WRONG)), founded, trusted=True),
        ):
            raise AssertionError

    kept = list(founded.templates.folder.iterdir())
    assert len(kept) == 2  # an empty database, and what ran before the wrong step
    with sandbox(binaries, Base((FIRST,)), founded, trusted=True) as server:
        assert names(server) == {"born"}


def test_what_ran_outside_of_a_transaction_before_it_failed_is_not_kept(binaries: Binaries, founded: Yard) -> None:
    with (
        pytest.raises(CannotRehearse, match="2_wrong"),
        sandbox(binaries, Base((FIRST, replace(WRONG, in_transaction=False))), founded, trusted=True),
    ):
        raise AssertionError

    with sandbox(binaries, Base((FIRST,)), founded, trusted=True) as server:
        assert names(server) == {"born"}


@pytest.mark.parametrize("name", ["citext", "pg_trgm", "btree_gist", "hstore", "unaccent", "pgcrypto", "uuid-ossp"])
def test_the_owner_of_a_database_has_the_usual_extensions(name: str, databases: Databases) -> None:
    with databases.holding(()) as database, database.connect() as session:
        database.send(session, f'CREATE EXTENSION IF NOT EXISTS "{name}"')
        database.send(session, f'DROP EXTENSION "{name}"')


def test_harmless_extensions_of_superusers_are_for_owners_behind_walls(binaries: Binaries, yard: Yard) -> None:
    with sandbox(binaries, Base(), yard, trusted=True) as server, server.connect() as session:
        if yard.walls.stand:
            server.send(session, "CREATE EXTENSION earthdistance CASCADE")
        else:
            with pytest.raises(CannotRehearse, match=RIGHTS):
                server.send(session, "CREATE EXTENSION earthdistance CASCADE")


def test_an_extension_that_is_not_there_is_no_verdict(databases: Databases) -> None:
    with (
        databases.holding(()) as database,
        database.connect() as session,
        pytest.raises(CannotRehearse, match=r"lacks what it needs.*timescaledb"),
    ):
        database.send(session, "CREATE EXTENSION timescaledb")


def test_what_postgresql_refuses_is_its_own_error(databases: Databases) -> None:
    with databases.holding([Ran(SECOND.path, SECOND.statements)]) as database, database.connect() as session:
        with pytest.raises(psycopg.errors.UndefinedColumn), session.transaction():
            database.send(session, "ALTER TABLE posts DROP nothing")

        database.send(session, "ALTER TABLE posts ADD something int")


def test_rows_of_a_result_do_not_stay_in_the_worker(databases: Databases) -> None:
    with databases.holding(()) as database, database.connect() as session:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

        database.send(session, "SELECT repeat('x', 10000000) FROM generate_series(1, 50)")

        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 << 10  # KiB, of 488,000 sent


def test_a_server_that_has_no_room_says_so(binaries: Binaries, yard: Yard, tmp_path: Path) -> None:
    small = replace(yard, templates=Templates(tmp_path), limits=Limits(disk=4 << 20))

    with (
        pytest.raises(CannotRehearse, match=r"failed|wrote more"),
        sandbox(binaries, Base(), small, trusted=True),
    ):
        raise AssertionError


def test_programs_are_found_by_their_version(binaries: Binaries) -> None:
    assert find(binaries.folder) == binaries
    assert find(major=binaries.major).major == binaries.major
    assert binaries.extensions.joinpath("plpgsql.control").exists()


@pytest.mark.parametrize(
    ("program", "reason"),
    [(None, "does not run"), ("exit 1", "does not run"), ("echo no", "does not know its version: no")],
)
def test_programs_that_do_not_answer_are_a_reason(program: str | None, reason: str, tmp_path: Path) -> None:
    if program is not None:
        tmp_path.joinpath("postgres").write_text(f"#!/bin/sh\n{program}\n")
        tmp_path.joinpath("postgres").chmod(0o755)

    with pytest.raises(CannotRehearse, match=reason):
        find(tmp_path)


def write(text: bytes) -> Callable[[IO[bytes]], None]:
    """Return what fills a template with *text*."""

    def fill(file: IO[bytes]) -> None:
        file.write(text)

    return fill


def test_what_was_not_used_for_longest_goes_first(tmp_path: Path) -> None:
    templates = Templates(tmp_path, most=25)
    for age, key in enumerate(["used", "old"]):
        templates.put(key, write(b"0123456789")).close()
        os.utime(tmp_path / f"{key}.tar", (age, age))
    used = templates.get("used")
    assert used is not None
    used.close()

    with templates.put("new", write(b"0123456789")) as new:
        assert new.read() == b"0123456789"

    assert templates.get("old") is None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new.tar", "used.tar"]


def test_a_template_that_could_not_be_written_is_not_there(tmp_path: Path) -> None:
    templates = Templates(tmp_path)

    def fail(file: IO[bytes]) -> None:
        file.write(b"half")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        templates.put("key", fail)

    assert not list(tmp_path.iterdir())
    assert templates.get("key") is None
