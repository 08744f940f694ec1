"""Migrations run on a real PostgreSQL with the SQL that Ecto would send, and what the server shows of it."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

import psycopg
from psycopg.errors import Diagnostic

from rules.ecto.migration import Migration, Run
from rules.ecto.reader import read
from rules.elixir.parser import read as parse
from rules.postgres.statements import script
from rules.source import SourceFile

# Everything of a schema that we claim to know, as PostgreSQL prints it; positions of columns are left out on purpose.
CATALOGUE = """
SELECT format('%s.%s %s null=%s default=%s comment=%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
              NOT a.attnotnull, pg_get_expr(d.adbin, d.adrelid), col_description(c.oid, a.attnum))
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v', 'm', 'p')
UNION ALL SELECT pg_get_indexdef(indexrelid) || CASE WHEN indisvalid THEN '' ELSE ' INVALID' END
FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE c.relnamespace = 'public'::regnamespace
UNION ALL SELECT format('%s: %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid <> 0
UNION ALL SELECT format('enum %s: %s', enumtypid::regtype, enumlabel) FROM pg_enum
UNION ALL SELECT 'extension ' || extname FROM pg_extension
ORDER BY 1
"""
LOCKS = """
SELECT mode FROM pg_locks WHERE locktype = 'relation' AND granted AND relation = to_regclass(%s) AND pid = %s
"""
SCANS = ("verifying table", "rewriting table", "building index")


@dataclass(frozen=True)
class Seen:
    """What one statement did to a table: the locks that its session then held, and whether all rows were read."""

    sql: str
    locks: frozenset[str]
    scans: bool


def migration(code: str, version: int) -> Migration:
    """Read a migration."""
    source = SourceFile(f"priv/repo/migrations/{version}_m.exs", code)
    return read(parse(source), source)


def catalogue(connection: psycopg.Connection) -> list[str]:
    """Return what the database consists of, a line each."""
    return [line for (line,) in connection.execute(CATALOGUE).fetchall()]


def run(connection: psycopg.Connection, of: Migration, direction: Run, watched: str = "") -> list[Seen]:
    """Send what Ecto would send, in a transaction unless the migration asks for none; tell what *watched* felt."""
    sent = script(direction)
    assert sent.failure is None, sent.failure
    assert not sent.silent
    with connection.transaction() if of.in_transaction else nullcontext(), told(connection) as words:
        return [felt(connection, statement.sql, watched, words) for statement in sent.statements]


def felt(connection: psycopg.Connection, sql: str, watched: str, words: list[str]) -> Seen:
    """Send one statement, and look at the locks while its transaction is still open."""
    words.clear()
    connection.execute(sql.encode(), prepare=False)
    locks = connection.execute(LOCKS, (watched, connection.info.backend_pid)).fetchall() if watched else []
    return Seen(sql, frozenset(mode for (mode,) in locks), any(word.startswith(SCANS) for word in words))


@contextmanager
def told(connection: psycopg.Connection) -> Iterator[list[str]]:
    """Collect what the server says it is doing."""
    words: list[str] = []

    def hear(diagnostic: Diagnostic) -> None:
        words.append(diagnostic.message_primary or "")

    connection.add_notice_handler(hear)
    connection.execute("SET client_min_messages = debug1")
    yield words
    connection.execute("RESET client_min_messages")
    connection.remove_notice_handler(hear)
