"""Migrations run on a real PostgreSQL with the SQL that Ecto would send."""

from contextlib import nullcontext

import psycopg

from rules.ecto.migration import Migration, Run
from rules.ecto.reader import read
from rules.elixir.parser import read as parse
from rules.postgres.statements import script
from rules.source import SourceFile


def migration(code: str, version: int) -> Migration:
    """Read a migration."""
    source = SourceFile(f"priv/repo/migrations/{version}_m.exs", code)
    return read(parse(source), source)


def run(connection: psycopg.Connection, of: Migration, direction: Run) -> None:
    """Send what Ecto would send, in a transaction unless the migration asks for none."""
    sent = script(direction)
    assert sent.failure is None, sent.failure
    assert not sent.silent
    with connection.transaction() if of.in_transaction else nullcontext():
        for statement in sent.statements:
            connection.execute(statement.sql.encode(), prepare=False)
