"""A database is made of a `structure.sql` where one is, and of the migrations where they contradict it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.services.databases import Databases
from rules.analysis.example import FIRST_VERSION
from rules.analysis.programs import programs
from rules.postgres.observation import Observation, Outcome
from rules.postgres.program import Program
from rules.settings import Settings
from rules.source import Change, SourceFile
from tests.rules.review import change
from workers.rehearsal.catalogue import Catalogue, catalogue

PATH = "priv/repo/structure.sql"
GOLDEN = Path(__file__).parent.parent / "rules" / "golden"
# As pg_dump writes: PostgreSQL 15 as it came out, then as it has been since its updates of August 2025 and as 18 does,
# with owners and privileges for whoever dumps without Ecto.
FORMS = {
    "15": r"""
SET statement_timeout = 0;
SET check_function_bodies = false;
SELECT pg_catalog.set_config('search_path', '', false);
CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA public;
COMMENT ON EXTENSION citext IS 'data type for case-insensitive character strings';
CREATE FUNCTION public.first_name() RETURNS text
    LANGUAGE sql
    AS $$SELECT name FROM public.users$$;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.schema_migrations (
    version bigint NOT NULL,
    inserted_at timestamp(0) without time zone
);
CREATE TABLE public.users (
    id bigint NOT NULL,
    name text,
    mail public.citext
);
ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (version);
INSERT INTO public."schema_migrations" (version) VALUES ({version});
""",
    "18": r"""
\restrict 0aZ

SET statement_timeout = 0;
SET transaction_timeout = 0;
SET check_function_bodies = false;
SELECT pg_catalog.set_config('search_path', '', false);
CREATE SCHEMA public;
ALTER SCHEMA public OWNER TO maria;
CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA public;
CREATE TABLE public.schema_migrations (
    version bigint NOT NULL,
    inserted_at timestamp(0) without time zone
);
ALTER TABLE public.schema_migrations OWNER TO maria;
CREATE TABLE public.users (
    id bigint CONSTRAINT people_id_not_null NOT NULL,
    name text,
    mail public.citext
);
ALTER TABLE public.users OWNER TO maria;
COPY public.schema_migrations (version, inserted_at) FROM stdin;
1	2025-01-01 00:00:00
\.
ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (version);
REVOKE USAGE ON SCHEMA public FROM PUBLIC;
GRANT SELECT ON TABLE public.users TO reader;
ALTER DEFAULT PRIVILEGES FOR ROLE maria GRANT SELECT ON TABLES TO reader;

\unrestrict 0aZ

INSERT INTO public."schema_migrations" (version) VALUES ({version});
""",
}
HELD = """
def change do
  alter table(:users) do
    add :name, :text
  end
end
"""
CONTRADICTED = """
def change do
  create table(:users) do
    add :name, :integer
  end
end
"""
SINCE = """
def change do
  alter table(:users) do
    add :age, :integer
  end
end
"""
RENAME = """
def change do
  rename table(:users), :name, to: :nickname
end
"""
DROP = """
def change do
  alter table(:users) do
    remove :age, :integer
  end
end
"""
CREATE = """
def change do
  create table(:orders)
end
"""


def over(text: str, history: Sequence[str], *proposed: str) -> Change:
    """Return a pull request on a dump that holds the first of *history*."""
    dump = SourceFile(PATH, text.replace("{version}", str(FIRST_VERSION + 1)))
    return replace(change(history, proposed), dumps=(dump,), project=(dump,))


def rehearsed(databases: Databases, of: Change) -> Observation:
    (seen,) = databases.rehearse(of)
    return seen


def made(program: Program, databases: Databases) -> Catalogue:
    """Return what a database consists of when all of a program has run."""
    with databases.holding(program.history) as database, database.watch() as watcher:
        return catalogue(watcher)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_what_only_the_dump_has_made_is_there(form: str, databases: Databases) -> None:
    assert rehearsed(databases, over(form, [HELD], RENAME)).outcome is Outcome.RESTORED


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_what_was_migrated_since_the_dump_is_there_once(form: str, databases: Databases) -> None:
    assert rehearsed(databases, over(form, [HELD, SINCE], DROP)).outcome is Outcome.RESTORED


@pytest.mark.parametrize("dumped", ["dumped.sql", "dumped_18.sql"])
def test_a_dump_makes_the_database_that_the_migrations_make(dumped: str, databases: Databases) -> None:
    base, dump = ((GOLDEN / name).read_text(encoding="utf-8") for name in ("dumped.exs", dumped))
    versions = 'CREATE TABLE "schema_migrations" ("version" bigint PRIMARY KEY, "inserted_at" timestamp(0));\n'
    inserted = 'INSERT INTO public."schema_migrations" (version) VALUES ({version});\n'
    (migrated,) = programs(change([], [base]), Settings())
    (loaded,) = programs(over(dump + versions + inserted, [base], "def change do\nend"), Settings())

    assert loaded.history[0].path == PATH
    assert made(loaded, databases) == made(migrated, databases)


def test_migrations_that_contradict_a_dump_are_run_instead(databases: Databases) -> None:
    seen = rehearsed(
        databases, over(FORMS["15"], [CONTRADICTED], 'def change do\n  execute "SELECT name + 1 FROM users", ""\nend')
    )

    assert seen.up.refusal is None


def test_a_migration_that_the_dump_holds_runs_on_what_came_before_it(databases: Databases) -> None:
    of = over(FORMS["15"], [HELD], CREATE)
    edited = replace(of, merged=(), replaced=of.merged, proposed=(*of.merged, *of.proposed))

    held, since = databases.rehearse(edited)

    assert f"what {PATH} holds and no migration makes" in held.sentence
    assert since.outcome is Outcome.RESTORED


def test_each_migration_is_rehearsed_where_it_belongs() -> None:
    of = over(FORMS["15"], [], HELD, CREATE)

    bare, loaded = programs(of, Settings(), together=False)

    assert [play.path for play in bare.plays] == [of.proposed[0].path]
    assert [play.path for play in loaded.plays] == [of.proposed[1].path]
    assert [ran.path for ran in loaded.history] == [PATH, of.proposed[1].path]


def test_an_extension_that_the_server_lacks_is_a_reason(databases: Databases) -> None:
    text = FORMS["15"].replace("citext WITH", "timescaledb WITH")

    seen = rehearsed(databases, over(text, [HELD], RENAME))

    assert seen.outcome is Outcome.NOT_REHEARSED
    assert "this PostgreSQL lacks what it needs" in seen.sentence
    assert "timescaledb" in seen.sentence


def test_a_dump_without_versions_is_not_run(databases: Databases) -> None:
    dump = SourceFile(PATH, "CREATE TABLE public.users (id bigint NOT NULL, name text);\n")

    seen = rehearsed(databases, replace(change([], [RENAME]), dumps=(dump,)))

    assert seen.outcome is Outcome.NOT_REHEARSED
    assert f"what {PATH} holds and no migration makes" in seen.sentence


def test_what_needs_nothing_of_such_a_dump_is_rehearsed(databases: Databases) -> None:
    dump = SourceFile(PATH, "CREATE TABLE public.users (id bigint NOT NULL, name text);\n")

    assert rehearsed(databases, replace(change([], [CREATE]), project=(dump,))).outcome is Outcome.RESTORED
