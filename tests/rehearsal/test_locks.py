"""What our pages say of locks, tried on a PostgreSQL: who waits, and while what is read."""

import threading

import psycopg
from psycopg.errors import LockNotAvailable

from deploy.services.postgres import PostgresServer
from rules.catalog import rules
from tests.rehearsal.sandbox import migration, run

PAGES = {rule.name: rule.page for rule in rules()}
TABLE = "products"
LOCKS = "SELECT mode FROM pg_locks WHERE locktype = 'relation' AND relation = to_regclass(%s) AND pid = %s"
READERS_WAIT = "AccessExclusiveLock"
WRITERS_WAIT = "ShareLock"
NOBODY_WAITS = "ShareUpdateExclusiveLock"


def prepared(connection: psycopg.Connection, rule: str) -> None:
    for code in PAGES[rule].given:
        given = migration(code, 1)
        run(connection, given, given.up)


def test_an_index_keeps_writers_waiting_until_it_is_built(
    postgres: psycopg.Connection, postgres_server: PostgresServer
) -> None:
    prepared(postgres, "index-without-concurrently")
    hazard = migration(PAGES["index-without-concurrently"].hazard, 2)

    with postgres.transaction():
        run(postgres, hazard, hazard.up)
        with psycopg.connect(postgres_server.url_of(postgres.info.dbname), autocommit=True) as other:
            other.execute("SET lock_timeout = '50ms'")
            reads = other.execute("SELECT count(*) FROM products").fetchone()
            writes = refused(other, "INSERT INTO products DEFAULT VALUES")

    assert reads == (0,)
    assert writes


def test_a_concurrent_build_lets_writers_through(postgres: psycopg.Connection, postgres_server: PostgresServer) -> None:
    prepared(postgres, "index-without-concurrently")
    (code,) = PAGES["index-without-concurrently"].rewritten
    rewrite, url = migration(code, 2), postgres_server.url_of(postgres.info.dbname)

    with psycopg.connect(url, autocommit=True) as reader, psycopg.connect(url, autocommit=True) as writer:
        # The build waits for older snapshots, which gives us time to look at it.
        reader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        reader.execute("SELECT 1 FROM products")
        build = threading.Thread(target=run, args=(postgres, rewrite, rewrite.up))
        build.start()
        held: set[str] = set()
        while NOBODY_WAITS not in held and build.is_alive():
            held = {mode for (mode,) in writer.execute(LOCKS, (TABLE, postgres.info.backend_pid)).fetchall()}
        writer.execute("SET lock_timeout = '5s'")
        writes = not refused(writer, "INSERT INTO products DEFAULT VALUES")
        reader.execute("COMMIT")
        build.join()

    assert writes
    assert NOBODY_WAITS in held
    assert not held & {WRITERS_WAIT, READERS_WAIT}


def refused(connection: psycopg.Connection, sql: str) -> bool:
    """Tell whether a statement would have to wait for another session."""
    try:
        connection.execute(sql.encode())
    except LockNotAvailable:
        return True
    return False
