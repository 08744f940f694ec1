"""What a `structure.sql` tells of a database, and how that meets the migrations beside it."""

import pytest

from rules.analysis import analyse, analyse_each
from rules.finding import FileReport
from rules.schema.model import Check, ForeignKey, PrimaryKey, Table
from rules.schema.structure import read_dump
from rules.settings import Settings
from rules.source import Change, SourceFile
from rules.sql.effects import Kind
from rules.sql.names import Name

DUMP = r"""
--
-- PostgreSQL database dump
--

\restrict aB3

SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);

CREATE EXTENSION IF NOT EXISTS plpgsql WITH SCHEMA pg_catalog;
CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA public;
COMMENT ON EXTENSION citext IS 'data type for case-insensitive character strings';

CREATE SCHEMA audit;

CREATE TYPE public.mood AS ENUM (
    'calm',
    'merry'
);

CREATE DOMAIN public.percent AS integer
	CONSTRAINT percent_check CHECK (((VALUE >= 0) AND (VALUE <= 100)));

CREATE FUNCTION public.stamp() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN RETURN NEW; END $$;

CREATE TABLE public.ships (
    id bigint NOT NULL,
    name character varying(255) DEFAULT 'none'::character varying NOT NULL,
    mood public.mood,
    load public.percent
);

COMMENT ON TABLE public.ships IS 'all that float';

CREATE SEQUENCE public.ships_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.ships_id_seq OWNED BY public.ships.id;

CREATE TABLE audit.calls (
    id uuid NOT NULL,
    ship_id bigint
);

CREATE VIEW public.numbers AS
 SELECT ships.id
   FROM public.ships;

CREATE TABLE public.schema_migrations (
    version bigint NOT NULL,
    inserted_at timestamp(0) without time zone
);

COPY public.ships (id, name) FROM stdin;
1	it's; not a statement
\.

ALTER TABLE ONLY public.ships ALTER COLUMN id SET DEFAULT nextval('public.ships_id_seq'::regclass);

ALTER TABLE ONLY public.ships
    ADD CONSTRAINT ships_pkey PRIMARY KEY (id);

ALTER TABLE public.ships
    ADD CONSTRAINT name_given CHECK ((length((name)::text) > 0)) NOT VALID;

CREATE UNIQUE INDEX ships_name_index ON public.ships USING btree (name) WHERE (mood IS NOT NULL);

CREATE TRIGGER ships_stamp BEFORE UPDATE ON public.ships FOR EACH ROW EXECUTE FUNCTION public.stamp();

ALTER TABLE ONLY audit.calls
    ADD CONSTRAINT calls_ship_id_fkey FOREIGN KEY (ship_id) REFERENCES public.ships(id) ON DELETE CASCADE;

ALTER TABLE audit.calls ENABLE ROW LEVEL SECURITY;
CREATE POLICY everyone ON audit.calls USING (true);

\unrestrict aB3

INSERT INTO public."schema_migrations" (version) VALUES (1);
INSERT INTO public."schema_migrations" (version) VALUES (2);
"""
SHIPS = Name(None, "ships")


def migration(version: int, body: str) -> SourceFile:
    text = f"defmodule App.Repo.Migrations.M{version} do\n  use Ecto.Migration\n\n{body}\nend\n"
    return SourceFile(f"priv/repo/migrations/{version}_m{version}.exs", text)


def alter(version: int, part: str) -> SourceFile:
    return migration(version, f"  def change do\n    alter table(:ships) do\n      {part}\n    end\n  end")


def proposed(*files: SourceFile, merged: tuple[SourceFile, ...] = (), dump: str = DUMP) -> FileReport:
    """Judge the last of *files* as a pull request, beside a dump."""
    change = Change(merged, files, (SourceFile("priv/repo/structure.sql", dump),))
    return analyse(change, Settings()).files[-1]


def ships() -> Table:
    dump = read_dump(DUMP)
    assert dump is not None
    return dump.tables[SHIPS]


def test_tables_are_read_with_all_that_is_on_them() -> None:
    table = ships()

    assert [(one.name, one.type, one.null) for one in table.columns.values()] == [
        ("id", "bigint", False),
        ("name", "character varying(255)", False),
        ("mood", "mood", True),
        ("load", "percent", True),
    ]
    assert (table.comment, table.primary_key) == ("all that float", ("id",))
    assert table.indexes["ships_name_index"].unique is True
    assert table.constraints["name_given"] == Check("name_given", "(length((name)::text) > 0)", validated=False)


def test_a_numbered_column_is_what_a_serial_one_of_a_migration_is() -> None:
    column = ships().columns["id"]

    assert (column.sequence, column.is_serial) == (Name(None, "ships_id_seq"), True)


def test_things_of_all_kinds_are_read() -> None:
    dump = read_dump(DUMP)

    assert dump is not None
    assert {(kind, name.name) for kind, _, name in dump.things} == {
        (Kind.EXTENSION, "citext"),
        (Kind.SCHEMA, "audit"),
        (Kind.TYPE, "mood"),
        (Kind.DOMAIN, "percent"),
        (Kind.FUNCTION, "stamp()"),
        (Kind.VIEW, "numbers"),
        (Kind.TRIGGER, "ships_stamp"),
        (Kind.POLICY, "everyone"),
    }


def test_other_schemas_keep_their_names_and_what_belongs_to_ecto_is_left_out() -> None:
    dump = read_dump(DUMP)

    assert dump is not None
    assert set(dump.tables) == {SHIPS, Name("audit", "calls")}
    calls = dump.tables[Name("audit", "calls")]
    assert calls.traits == {"row security": "on"}
    assert calls.constraints["calls_ship_id_fkey"] == ForeignKey(
        "calls_ship_id_fkey", ("ship_id",), SHIPS, ("id",), "CASCADE"
    )


@pytest.mark.parametrize(
    "text",
    [
        "PRAGMA foreign_keys=OFF;\nCREATE TABLE a (id INTEGER);",
        "-- MySQL dump 10.13\nCREATE TABLE `a` (`id` int);",
        "CREATE TABLE a (id bigint);\nnothing that PostgreSQL knows;",
        "SET search_path = archive, pg_catalog;\nCREATE TABLE a (id bigint);",
        "",
    ],
)
def test_what_is_no_dump_of_postgresql_is_not_taken_for_one(text: str) -> None:
    assert read_dump(text) is None


def test_a_history_that_was_squashed_is_known_from_the_dump() -> None:
    report = proposed(alter(3, "remove :name"))

    assert report.verdict.value == "irreversible"
    fix = next(finding.rewrite for finding in report.findings if finding.rule == "column-removed-without-type")
    assert fix is not None
    written = "".join(edit.text for edit in fix.edits)
    assert 'add :name, :string, null: false, default: "none"' in written
    assert "CREATE UNIQUE INDEX ships_name_index ON public.ships" in written


def test_a_column_of_a_squashed_history_comes_back_as_it_was() -> None:
    report = proposed(migration(3, "  def change, do: rename(table(:ships), :name, to: :title)"))

    assert (report.verdict.value, report.reason) == ("reversible", "A rollback restores the schema exactly.")


def test_what_differs_from_a_dump_is_not_restored() -> None:
    report = proposed(alter(3, "modify :name, :string, default: nil, from: :string"))

    assert report.verdict.value == "not-restored", report.reason
    assert "the default of `ships.name`: `'none'` before" in report.reason


def test_migrations_that_the_dump_contains_are_judged_on_what_came_before_them() -> None:
    files = (
        migration(1, '  def change do\n    execute "CREATE EXTENSION citext", "DROP EXTENSION citext"\n  end'),
        alter(2, "add :mood, :mood"),
    )
    change = Change((), files, (SourceFile("priv/repo/structure.sql", DUMP),))

    reports = analyse_each(change, Settings()).files

    assert [report.verdict.value for report in reports] == ["reversible", "reversible"]


def test_what_a_migration_tells_is_kept_where_the_dump_says_something_else() -> None:
    made = migration(1, "  def change do\n    create table(:ships) do\n      add :name, :text\n    end\n  end")

    report = proposed(alter(3, "remove :name, :text"), merged=(made,))

    assert (report.verdict.value, "`ships.name`" in report.reason) == ("loses-data", True), report.reason


def test_a_pull_request_that_dumps_is_judged_on_the_dump_before_it() -> None:
    head = DUMP.replace("    load public.percent", "    load public.percent,\n    length integer").replace("(2)", "(3)")
    dumps = tuple(SourceFile("priv/repo/structure.sql", text) for text in (DUMP, head))
    change = Change((), (alter(3, "add :length, :integer"),), dumps[1:], dumps=dumps[:1])

    (report,) = analyse(change, Settings()).files

    assert report.verdict.value == "reversible", report.reason


def test_the_dump_tells_what_could_not_be_read() -> None:
    unread = migration(1, '  def up, do: execute(File.read!("/etc/made.sql"))\n  def down, do: :ok')

    report = proposed(alter(3, "remove :name, :string"), merged=(unread,))

    assert report.verdict.value == "not-restored", report.reason
    assert "`ships.name`: NOT NULL before, nullable after the rollback" in report.reason


def test_a_dump_of_another_past_does_not_tell_what_could_not_be_read() -> None:
    unread = migration(1, '  def up, do: execute(File.read!("/etc/made.sql"))\n  def down, do: :ok')
    other = alter(2, "modify :mood, :integer")

    report = proposed(alter(3, "remove :name, :string"), merged=(unread, other))

    assert report.verdict.value == "unknown"


def test_a_primary_key_of_a_dump_is_one() -> None:
    assert ships().constraints["ships_pkey"] == PrimaryKey("ships_pkey", ("id",))
