"""SQL, between the walls that production puts round it: what ends the child costs its own file and no other.

The scanner runs here, too, where the fuzzer sees it and learns from it.
"""

import sys
from collections.abc import Iterator
from typing import Final

from rules.settings import Settings
from rules.source import Change, SourceFile
from rules.sql.scanner import statements
from tests.rehearsal.attacks import ATTACKS, FATAL, FILLING
from workers.isolation import Analyst

AT_ONCE: Final = 100  # inputs in one change
MIGRATION: Final = (
    'defmodule M{number} do\n  use Ecto.Migration\n\n  def change do\n    execute "{sql}", ""\n  end\nend\n'
)
SPOILT: Final = "This file could not be read:"  # what production says of a file that ended its child
ANALYST: Final = Analyst(20.0)
WAITING: Final = list[str]()


def corpus() -> Iterator[bytes]:
    """Return the attacks on a rehearsal, and what PostgreSQL has of everything."""
    for attack in (*ATTACKS, *FATAL, *FILLING):
        yield from (sql.encode(errors="replace") for sql in attack.sql if len(sql) < 4_000)
    yield from map(str.encode, STATEMENTS)


def read(data: bytes) -> None:
    """Cut into statements, and judge it together with others."""
    text = data.decode(errors="replace")
    bounds = tuple(statements(text))
    assert all(0 <= start <= end <= len(text) for start, end in bounds)
    WAITING.append(text)
    if len(WAITING) == AT_ONCE:
        finish()


def finish() -> None:
    """Judge what waits; AnalysisFailed where that costs more than single files."""
    files = tuple(_file(number, sql) for number, sql in enumerate(WAITING, 1))
    dump = SourceFile("priv/repo/structure.sql", "\n".join(WAITING))
    WAITING.clear()
    report = ANALYST.analyse(Change((), files, project=(dump,)), Settings())
    assert sorted(file.path for file in report.files) == sorted(file.path for file in files)
    spoilt = [one.reason for one in report.files if one.reason.startswith(SPOILT)]
    if spoilt:
        sys.stderr.write(f"cost its file: {spoilt}\n")


def _file(number: int, sql: str) -> SourceFile:
    quoted = sql.replace("\\", "\\\\").replace('"', '\\"').replace("#{", "\\#{")
    return SourceFile(f"priv/repo/migrations/{number}_m.exs", MIGRATION.format(number=number, sql=quoted))


STATEMENTS: Final = (
    "CREATE TABLE a (id bigserial PRIMARY KEY, b text COLLATE \"C\" DEFAULT 'x' NOT NULL, CHECK (b <> ''))",
    "ALTER TABLE ONLY a ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES c (d) ON DELETE SET NULL NOT VALID",
    "ALTER TABLE a ALTER COLUMN b TYPE int USING b::int, DROP COLUMN IF EXISTS c CASCADE, ADD COLUMN d int[]",
    "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON a USING gin (lower(b) text_pattern_ops DESC) WHERE b IS NULL",
    "CREATE OR REPLACE FUNCTION f(x int) RETURNS int AS $$ BEGIN RETURN x + 1; END; $$ LANGUAGE plpgsql",
    "CREATE TRIGGER t BEFORE INSERT OR UPDATE OF b ON a FOR EACH ROW WHEN (NEW.b > 1) EXECUTE FUNCTION f()",
    "WITH RECURSIVE r AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) UPDATE a SET b = r.n FROM r RETURNING *",
    "INSERT INTO a (b) SELECT E'\\'x' || U&'\\0041' ON CONFLICT (b) DO UPDATE SET b = excluded.b",
    "DELETE FROM a USING c WHERE a.b = c.d AND EXISTS (SELECT FROM e) /* one /* in */ another */ -- end",
    "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'fine' BEFORE 'bad'; DROP TYPE mood; COMMENT ON TABLE a IS NULL",
    "CREATE TABLE p PARTITION OF a FOR VALUES FROM (1) TO (MAXVALUE); CREATE VIEW v AS TABLE a; VACUUM FULL a",
    "SET lock_timeout TO '5s'; LOCK TABLE a IN ACCESS EXCLUSIVE MODE NOWAIT; GRANT ALL ON a TO PUBLIC; BEGIN; COMMIT",
)
