"""Migrations put together at random, run up and down on a real PostgreSQL: what we claim of them is what happens."""

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from rules.ecto.migration import Migration
from rules.postgres.statements import script
from rules.schema.model import Schema
from rules.schema.replay import replay
from rules.schema.verdict import Verdict, judge
from tests.rehearsal.sandbox import migration, run
from workers.rehearsal.catalogue import catalogue

BASE = """
defmodule Base do
  use Ecto.Migration

  def change do
    create table(:authors) do
      add :name, :string, null: false
    end

    create table(:posts) do
      add :title, :string, size: 100, null: false, default: "t"
      add :body, :text
      add :views, :integer
      add :price, :decimal, precision: 8, scale: 2, default: 1
      add :author_id, references(:authors, on_delete: :delete_all), null: false
    end

    create index(:posts, [:body])
    create unique_index(:posts, [:title, :views], where: "views > 0")
    create constraint(:posts, :views_positive, check: "views >= 0")
  end
end
"""
CHANGES = (
    'add :slug, :string, default: ""',
    "add :editor_id, references(:authors, on_delete: :nilify_all)",
    "add :rank, :integer, null: false, default: 3",
    "modify :views, :bigint, from: :integer",
    "modify :views, :integer, default: 0, from: {:integer, default: nil}",
    "modify :title, :text, from: {:string, size: 100, null: false, default: ~s(t)}",
    "modify :title, :text, from: :string",
    "modify :title, :string, size: 120, null: true, from: {:string, size: 100, null: false}",
    "modify :body, :text, null: false, from: {:text, null: true}",
    "modify :body, :text, default: ~s(b), from: {:text, default: nil}",
    "modify :price, :decimal, precision: 10, scale: 2, from: {:decimal, precision: 8, scale: 2}",
    "modify :price, :decimal, precision: 10, scale: 2, from: :decimal",
    "modify :views, :text, from: :integer",
    "modify :author_id, references(:authors, on_delete: :nothing), from: references(:authors, on_delete: :delete_all)",
    "modify :author_id, :bigint, from: references(:authors, on_delete: :delete_all)",
    "remove :price, :decimal, precision: 8, scale: 2, default: 1",
    "remove :price, :decimal",
    "remove :body, :text",
    "remove :views, :integer",
    "remove :views",
    "remove :author_id, references(:authors, on_delete: :delete_all), null: false",
    "remove :author_id, references(:authors), null: false",
)
COMMANDS = (
    "create table(:tags) do\n      add :name, :string\n    end",
    "create_if_not_exists table(:authors)",
    "drop table(:posts)",
    "rename table(:posts), to: table(:articles)",
    "rename table(:posts), :body, to: :text",
    "rename table(:posts), :title, to: :heading",
    "create index(:posts, [:views])",
    "create_if_not_exists index(:posts, [:body])",
    "drop index(:posts, [:body])",
    "drop index(:posts, [:title, :views])",
    'drop unique_index(:posts, [:title, :views], where: "views > 0")',
    "drop_if_exists index(:posts, [:nothing])",
    'create constraint(:posts, :short, check: "length(title) < 50")',
    "drop constraint(:posts, :views_positive)",
    "execute ~s(ALTER TABLE posts ALTER body SET DEFAULT 'x'), ~s(ALTER TABLE posts ALTER body DROP DEFAULT)",
    'execute "ALTER TABLE posts ALTER COLUMN views SET NOT NULL", "SELECT 1"',
    'execute "CREATE VIEW shown AS SELECT body FROM posts", "DROP VIEW shown"',
    'execute "CREATE TYPE mood AS ENUM (\'a\')", "DROP TYPE mood"',
    (
        "execute ~s(ALTER TABLE posts DROP CONSTRAINT views_positive), "
        "~s{ALTER TABLE posts ADD CONSTRAINT views_positive CHECK (views >= 0)}"
    ),
    'execute "COMMENT ON COLUMN posts.body IS \'b\'", "COMMENT ON COLUMN posts.body IS NULL"',
)
alterations = some.lists(some.sampled_from(CHANGES), min_size=1, max_size=3).map(
    lambda parts: "alter table(:posts) do\n      " + "\n      ".join(parts) + "\n    end"
)
bodies = some.lists(some.one_of(some.sampled_from(COMMANDS), alterations), min_size=1, max_size=3)


def outcome(connection: psycopg.Connection, step: Migration) -> str:
    """Run *step* up and down, and say what became of the schema."""
    before = catalogue(connection)
    run(connection, step, step.up)
    try:
        if script(step.down).failure is not None:
            return "raised"
        run(connection, step, step.down)
    except psycopg.Error:
        return "raised"
    return "restored" if catalogue(connection) == before else "differs"


EXPECTED = {
    Verdict.REVERSIBLE: {"restored"},
    Verdict.LOSES_DATA: {"restored"},
    Verdict.FAILS_ON_DATA: {"restored"},  # the tables are empty
    Verdict.NOT_RESTORED: {"differs", "raised"},
    Verdict.IRREVERSIBLE: {"raised"},
    Verdict.UNKNOWN: {"restored", "differs", "raised"},
}


@pytest.fixture
def known(postgres: psycopg.Connection) -> Schema:
    """What we know of the database in which the base migration has run."""
    base = migration(BASE, 1)
    run(postgres, base, base.up)
    return replay(Schema(), base.up.commands).schema


@given(body=bodies)
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_claimed_is_what_happens(body: list[str], known: Schema, postgres: psycopg.Connection) -> None:
    text = "\n    ".join(body)
    step = migration(f"defmodule Step do\n  use Ecto.Migration\n  def change do\n    {text}\n  end\nend\n", 2)
    judgement = judge(step, known)

    with postgres.transaction(force_rollback=True):
        try:
            happened = outcome(postgres, step)
        except (psycopg.Error, AssertionError):
            return  # it does not even run up: nothing is claimed of that

    assert happened in EXPECTED[judgement.verdict], (judgement, text)
