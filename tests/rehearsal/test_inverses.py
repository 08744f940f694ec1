"""The `down` that we write, tried on a real PostgreSQL: it undoes whatever `up` did, out of what the history knows."""

import psycopg
import pytest

from rules.rewrite.edit import apply
from tests.rehearsal.sandbox import migration, run
from tests.rules.review import change, review
from workers.rehearsal.catalogue import catalogue

BASE = """
defmodule Base do
  use Ecto.Migration

  def change do
    create table(:brands, comment: "makers") do
      add :name, :string, null: false
    end

    create table(:cars) do
      add :name, :string, size: 40, null: false, default: "it's"
      add :note, :text, comment: "free"
      add :doors, :integer, default: 4
      add :price, :decimal, precision: 10, scale: 2
      add :weight, :float
      add :electric, :boolean, null: false, default: true
      add :tags, {:array, :string}
      add :meta, :map, default: %{}
      add :built, :date
      add :sold_at, :utc_datetime
      add :seen_at, :timestamptz, default: fragment("now()")
      add :code, :"char(3)"
      add :serial, :serial
      add :brand_id, references(:brands, on_delete: :nilify_all, on_update: :update_all, name: :made_by)
      timestamps(type: :utc_datetime_usec)
    end

    create index(:cars, [:name, "lower(note)"], name: :cars_by_name, where: "doors > 2", include: [:price])
    create unique_index(:cars, [:code])
    create index(:cars, [:tags], using: :gin, comment: "fast")
    create constraint(:cars, :few_doors, check: "doors < 9", comment: "sane")
    create constraint(:cars, :heavy, check: "weight > 1", validate: false)
    execute "ALTER TABLE cars ADD CONSTRAINT one_name UNIQUE (name)", "SELECT 1"
    execute "ALTER TABLE cars ADD COLUMN area circle", "SELECT 1"
    create constraint(:cars, :apart, exclude: "gist (area WITH &&)")
    execute "ALTER TABLE cars ADD COLUMN maker bigint REFERENCES brands (id) ON DELETE CASCADE", "SELECT 1"
    execute "CREATE INDEX raw_index ON cars (doors DESC, price)", "SELECT 1"
    execute "CREATE TYPE mood AS ENUM ('calm', 'merry')", "SELECT 1"
    execute "CREATE VIEW names AS SELECT name FROM brands", "SELECT 1"
    execute "CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1'", "SELECT 1"
    execute "CREATE SEQUENCE numbers", "SELECT 1"

    create table(:keys, primary_key: false) do
      add :uuid, :binary_id, primary_key: true
      add :label, :text
    end
  end
end
"""
COLUMNS = (
    *("name", "note", "doors", "price", "weight", "electric", "tags", "meta", "built", "sold_at", "seen_at", "code"),
    *("serial", "brand_id", "maker"),
)
UPS = (
    *(f"alter table(:cars) do\n remove :{column}\n end" for column in COLUMNS),
    "alter table(:cars) do\n modify :name, :text, null: true, default: nil\n end",
    "alter table(:cars) do\n modify :doors, :bigint, default: 2\n add :seats, :integer\n end",
    "alter table(:cars) do\n modify :electric, :text, default: ~s(yes)\n end",
    "alter table(:cars) do\n modify :price, :decimal, precision: 12, scale: 2, null: true, default: 1\n end",
    "alter table(:cars) do\n add :owner_id, references(:brands)\n end",
    "drop table(:keys)",
    "drop table(:cars)",
    "rename table(:cars), to: table(:vehicles)",
    "rename table(:cars), :name, to: :title",
    "create unique_index(:cars, [:doors, :built], name: :odd)",
    "drop index(:cars, [:name], name: :cars_by_name)",
    "drop unique_index(:cars, [:code])",
    "drop index(:cars, [:tags])",
    'create constraint(:cars, :cheap, check: "price < 9")',
    "drop constraint(:cars, :few_doors)",
    "drop constraint(:cars, :heavy)",
    "drop constraint(:cars, :apart)",
    *(
        f'execute "{sql}"'
        for sql in (
            "ALTER TABLE cars DROP CONSTRAINT one_name",
            "ALTER TABLE cars DROP CONSTRAINT made_by",
            "ALTER TABLE cars DROP CONSTRAINT cars_pkey",
            "ALTER TABLE cars DROP CONSTRAINT heavy, ADD CONSTRAINT light CHECK (weight < 9)",
            "ALTER TABLE cars VALIDATE CONSTRAINT heavy",
            "ALTER TABLE cars ADD COLUMN wheels integer NOT NULL DEFAULT 4",
            "ALTER TABLE cars DROP COLUMN built",
            "ALTER TABLE cars ALTER COLUMN price TYPE text USING price::text",
            "ALTER TABLE cars ALTER COLUMN name DROP NOT NULL, ALTER COLUMN name DROP DEFAULT",
            "ALTER TABLE cars ALTER COLUMN note SET NOT NULL",
            "ALTER TABLE cars ALTER COLUMN note SET DEFAULT 'x'",
            "ALTER TABLE cars RENAME COLUMN note TO notes",
            "ALTER TABLE cars RENAME CONSTRAINT few_doors TO some_doors",
            "ALTER TABLE cars RENAME TO vehicles",
            "ALTER TABLE cars ENABLE ROW LEVEL SECURITY",
            "ALTER TABLE cars SET UNLOGGED",
            "ALTER INDEX cars_by_name RENAME TO by_name",
            "CREATE TABLE more (id bigint PRIMARY KEY)",
            "CREATE INDEX more_doors ON cars (doors)",
            "DROP INDEX cars_by_name",
            "DROP INDEX raw_index",
            "CREATE EXTENSION citext",
            "CREATE TYPE size AS ENUM ('s', 'm')",
            "ALTER TYPE mood RENAME VALUE 'calm' TO 'quiet'",
            "DROP TYPE mood",
            "DROP VIEW names",
            "DROP SEQUENCE numbers",
            "CREATE SCHEMA other",
            "CREATE OR REPLACE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 2'",
            "CREATE FUNCTION two() RETURNS integer LANGUAGE sql AS 'SELECT 2'",
            "COMMENT ON TABLE brands IS 'new'",
            "COMMENT ON COLUMN cars.note IS NULL",
            "COMMENT ON COLUMN cars.doors IS 'four'",
        )
    ),
)


@pytest.mark.parametrize("body", UPS)
def test_the_down_that_we_write_undoes_the_up(body: str, postgres: psycopg.Connection) -> None:
    base = migration(BASE, 1)
    run(postgres, base, base.up)
    before = catalogue(postgres)
    of = change([BASE], [f"def up do\n  {body}\nend\n"])
    rewrites = [one.rewrite for one in review(of).findings if one.rule == "down-missing"]

    assert rewrites[0] is not None
    step = migration(apply(rewrites[0].edits, of.proposed[0]).text, 2)
    run(postgres, step, step.up)
    run(postgres, step, step.down)

    assert catalogue(postgres) == before
