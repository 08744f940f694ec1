"""Our schema beside PostgreSQL's own catalogue, migration for migration."""

import psycopg

from rules.schema.model import Check, Exclusion, ForeignKey, PrimaryKey, Schema, Unique
from rules.schema.replay import replay
from rules.sql.effects import Kind
from tests.rehearsal.sandbox import migration, run

HISTORY = (
    """
    create table(:authors) do
      add :name, :string, null: false
      add :rank, :smallint, default: 3
      add :score, :decimal, precision: 10, scale: 2
      add :born, :date
      add :seen_at, :utc_datetime_usec
      add :tags, {:array, :string}, default: []
      add :meta, :map, null: false, default: %{}
      timestamps()
    end

    create table(:posts, primary_key: false) do
      add :uuid, :binary_id, primary_key: true
      add :title, :string, size: 80
      add :body, :text
      add :author_id, references(:authors, on_delete: :delete_all), null: false
      add :number, :serial
      add :kept, :identity
    end
    """,
    """
    create index(:posts, [:title])
    create unique_index(:posts, ["lower(title)", :author_id], where: "title IS NOT NULL", name: :posts_by_title)
    create constraint(:posts, :short_titles, check: "length(title) < 70")
    create table(:a_table_with_a_name_that_is_rather_long_for_a_table) do
      add :a_column_with_a_name_that_is_rather_long_for_a_column, references(:authors)
    end
    create index(:a_table_with_a_name_that_is_rather_long_for_a_table, [
             :a_column_with_a_name_that_is_rather_long_for_a_column
           ])
    """,
    """
    alter table(:posts) do
      modify :title, :text, null: false, from: {:string, size: 80, null: true}
      add :editor_id, references(:authors, type: :bigint, name: :edited_by)
      remove :body, :text
    end
    """,
    """
    rename table(:posts), :title, to: :heading
    rename table(:posts), to: table(:articles)
    rename index(:articles, [:title], name: :posts_title_index), to: "articles_heading_index"
    """,
    """
    execute "CREATE TYPE mood AS ENUM ('calm', 'merry')", "DROP TYPE mood"
    execute "ALTER TABLE articles ADD COLUMN mood mood NOT NULL DEFAULT 'calm'", "SELECT 1"
    execute "CREATE TABLE logs (id bigint PRIMARY KEY, line varchar(40) UNIQUE, CHECK (id > 0))", "DROP TABLE logs"
    execute "ALTER TABLE logs ADD COLUMN author_id bigint REFERENCES authors (id) ON DELETE SET NULL", "SELECT 1"
    execute "CREATE INDEX ON logs (line, author_id)", "SELECT 1"
    execute "CREATE VIEW lines AS SELECT line FROM logs", "DROP VIEW lines"
    """,
    """
    execute "ALTER TYPE mood RENAME VALUE 'calm' TO 'quiet'", "SELECT 1"
    execute "ALTER TYPE mood RENAME TO temper", "SELECT 1"
    execute "ALTER TABLE logs RENAME CONSTRAINT logs_line_key TO one_line", "SELECT 1"
    execute "ALTER TABLE logs ALTER COLUMN author_id SET NOT NULL, ALTER COLUMN id TYPE integer", "SELECT 1"
    execute "ALTER TABLE logs ADD CONSTRAINT old CHECK (id < 9) NOT VALID", "SELECT 1"
    execute "ALTER TABLE logs VALIDATE CONSTRAINT old", "SELECT 1"
    """,
    """
    alter table(:articles) do
      remove :heading, :text
      modify :editor_id, :bigint, from: references(:authors, type: :bigint, name: :edited_by)
    end
    """,
    """
    create_if_not_exists table(:articles)
    create_if_not_exists table(:notes) do
      add :text, :text, collation: "C"
      add :article, :uuid, comment: "which"
    end
    create_if_not_exists index(:notes, [:text])
    create_if_not_exists index(:notes, [:text])
    drop_if_exists index(:notes, [:article])
    drop_if_exists table(:nothing)
    alter table(:notes, comment: "free") do
      add_if_not_exists :text, :integer
      add_if_not_exists :size, :decimal, precision: 5
      remove_if_exists :nothing, :text
      remove_if_exists :article, :uuid
    end
    drop_if_exists constraint(:notes, :nothing)
    """,
    """
    execute "CREATE MATERIALIZED VIEW sums AS SELECT size, count(*) FROM notes GROUP BY size", "SELECT 1"
    execute "DROP MATERIALIZED VIEW sums", "SELECT 1"
    execute "CREATE UNIQUE INDEX free ON notes (size, text)", "SELECT 1"
    execute "ALTER TABLE notes ADD CONSTRAINT bound UNIQUE USING INDEX free", "SELECT 1"
    execute "ALTER INDEX notes_text_index RENAME TO by_text", "SELECT 1"
    execute "ALTER TABLE notes RENAME TO jottings", "SELECT 1"
    execute "ALTER TYPE temper ADD VALUE 'dull' AFTER 'quiet'", "SELECT 1"
    execute "CREATE DOMAIN short AS text CHECK (length(VALUE) < 9)", "SELECT 1"
    execute "DROP DOMAIN short", "SELECT 1"
    execute "CREATE TABLE copies AS SELECT 1 AS one", "SELECT 1"
    execute "DROP TABLE copies", "SELECT 1"
    execute "CREATE VIEW seen AS SELECT 1 AS one", "SELECT 1"
    execute "ALTER VIEW seen RENAME TO seen_again", "SELECT 1"
    execute "COMMENT ON COLUMN jottings.text IS 'all'", "SELECT 1"
    execute "COMMENT ON TABLE jottings IS NULL", "SELECT 1"
    execute "ALTER TABLE jottings SET LOGGED", "SELECT 1"
    execute "INSERT INTO jottings (text) VALUES ('x')", "SELECT 1"
    """,
    """
    execute "DROP VIEW lines", "SELECT 1"
    execute "ALTER TABLE logs DROP COLUMN line", "SELECT 1"
    execute "DROP TABLE authors CASCADE", "SELECT 1"
    """,
)
COLUMNS = """
SELECT format('%s.%s %s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
              CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
"""
INDEXES = """
SELECT format('%s%s on %s', CASE WHEN i.indisunique THEN 'unique ' ELSE '' END, x.relname, t.relname)
FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
WHERE x.relnamespace = 'public'::regnamespace
AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid AND contype IN ('p', 'u', 'x'))
"""
CONSTRAINTS = """
SELECT format('%s %s on %s%s', contype, conname, conrelid::regclass,
              CASE WHEN convalidated THEN '' ELSE ' NOT VALID' END)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid <> 0 AND contype <> 'n'
"""
ENUMS = """
SELECT format('%s: %s', enumtypid::regtype, string_agg(enumlabel, ' ' ORDER BY enumsortorder))
FROM pg_enum GROUP BY enumtypid
"""
VIEWS = "SELECT relname FROM pg_class WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace"
LETTERS = {PrimaryKey: "p", Unique: "u", Check: "c", ForeignKey: "f", Exclusion: "x"}


def known(schema: Schema) -> dict[str, set[str]]:
    tables = schema.tables.values()
    return {
        COLUMNS: {
            f"{table.name}.{column.name} {column.type}{'' if column.null else ' NOT NULL'}"
            for table in tables
            for column in table.columns.values()
        },
        INDEXES: {
            f"{'unique ' if index.unique else ''}{index.name} on {table.name}"
            for table in tables
            for index in table.indexes.values()
        },
        CONSTRAINTS: {
            f"{LETTERS[type(one)]} {one.name} on {table.name}{'' if getattr(one, 'validated', True) else ' NOT VALID'}"
            for table in tables
            for one in table.constraints.values()
        },
        ENUMS: {f"{thing.name}: {' '.join(thing.values)}" for thing in schema.things.values() if thing.values},
        VIEWS: {str(thing.name) for thing in schema.things.values() if thing.kind is Kind.VIEW},
    }


def test_the_schema_that_we_know_is_the_one_that_postgres_has(postgres: psycopg.Connection) -> None:
    schema = Schema()

    for version, body in enumerate(HISTORY, 1):
        code = f"defmodule M{version} do\n  use Ecto.Migration\n  def change do\n{body}\n  end\nend\n"
        step = migration(code, version)
        assert step.unread == ()
        run(postgres, step, step.up)
        replayed = replay(schema, step.up.commands)
        schema = replayed.schema

        assert replayed.assumptions == ()
        for query, expected in known(schema).items():
            assert {line for (line,) in postgres.execute(query).fetchall()} == expected
