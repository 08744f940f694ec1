"""What `ecto-fix schema` prints of the database that migrations make."""

import subprocess
import sys
from pathlib import Path

PROGRAM = Path(sys.executable).with_name("ecto-fix")
MIGRATION = """
defmodule Shop.Repo.Migrations.Ships do
  use Ecto.Migration

  def change do
    create table(:ships) do
      add :name, :string, null: false, default: "none"
    end

    create index(:ships, [:name], where: "name <> ''")
    create constraint(:ships, :given, check: "length(name) > 0")
    execute "CREATE TYPE mood AS ENUM ('calm', 'merry')", "DROP TYPE mood"
    execute "ALTER TABLE ships SET (fillfactor = 70)", "ALTER TABLE ships RESET (fillfactor)"
    alter table(:docks) do
      add :depth, :integer
    end
  end
end
"""
DUMP = """
CREATE TABLE public.brands (
    id bigint NOT NULL
);
INSERT INTO public."schema_migrations" (version) VALUES (1);
"""


def schema(root: Path) -> str:
    for path, text in (("migrations/2_ships.exs", MIGRATION), ("structure.sql", DUMP)):
        place = root / "priv/repo" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    answer = subprocess.run([str(PROGRAM), "schema", "."], cwd=root, capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stderr) == (0, "")
    return answer.stdout


def test_the_schema_is_listed_with_what_only_the_dump_tells(tmp_path: Path) -> None:
    assert schema(tmp_path) == (
        "-- priv/repo/migrations\n"
        "table brands\n"
        "  id bigint NOT NULL\n"
        "table docks\n"
        "  depth integer\n"
        "  and more that is not known\n"
        "table ships  -- 2\n"
        "  id bigint DEFAULT nextval('ships_id_seq'::regclass) NOT NULL\n"
        "  name character varying(255) DEFAULT 'none' NOT NULL\n"
        "  CONSTRAINT ships_pkey PRIMARY KEY (id)\n"
        "  CONSTRAINT given CHECK (length(name) > 0)\n"
        "  CREATE INDEX ships_name_index ON ships (name) WHERE name <> ''\n"
        "  fillfactor: 70\n"
        "type mood (calm, merry)\n"
    )
