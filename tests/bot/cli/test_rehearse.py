"""`ecto-fix rehearse` runs migrations on a PostgreSQL, and shows what it saw."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer

from bot.cli.output.as_json import Format
from bot.cli.rehearse import command
from deploy.services.postgres import postgres_binaries

MIGRATIONS = "priv/repo/migrations"
GIVEN = "create table(:users) do\n add :name, :string\n add :age, :integer\n end"
INDEX = "create index(:users, [:name])"
LEAVING = 'execute "ALTER TABLE users ADD COLUMN note text", "SELECT 1"'
REFUSED = "alter table(:users) do\n remove :age\n end"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / MIGRATIONS
    folder.mkdir(parents=True)
    (tmp_path / "mix.exs").write_text("defmodule Shop.MixProject do\nend\n")
    for version, body in enumerate((GIVEN, INDEX, LEAVING, REFUSED), 1):
        text = f"defmodule M{version} do\n  use Ecto.Migration\n  def change do\n    {body}\n  end\nend\n"
        (folder / f"{version}_m.exs").write_text(text)
    return tmp_path


def rehearsed(path: Path, format_: Format) -> int:
    with pytest.raises(typer.Exit) as over:
        command([path], format_=format_, pg_bin=postgres_binaries())
    return over.value.exit_code


def test_json_has_the_outcome_the_differences_and_each_statement(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert rehearsed(shop, Format.JSON) == 1

    files: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["files"]
    assert [file["outcome"] for file in files] == ["restored", "restored", "not restored", "refused going down"]
    assert files[2]["differences"] == [{"attribute": "column `users.note`", "before": None, "after": "there"}]
    (statement,) = files[1]["up"]["statements"]
    assert (statement["sql"], statement["line"]) == ('CREATE INDEX "users_name_index" ON "users" ("name")', 4)
    assert statement["tables"] == [{"table": "users", "lock": "SHARE", "reads": True, "rewrites": False}]
    assert "Ecto.MigrationError" in files[3]["down"]["refusal"]["message"]


def test_a_terminal_shows_which_statement_locks_which_table(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert rehearsed(shop / MIGRATIONS / "2_m.exs", Format.TEXT) == 0

    said = capsys.readouterr().out
    assert "schema restored" in said
    assert "SHARE" in said
    assert "reads all" in said
    assert said.endswith("\n1 restored\n")


def test_where_no_migration_is_that_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mix.exs").write_text("defmodule Shop.MixProject do\nend\n")

    assert rehearsed(tmp_path, Format.TEXT) == 0

    assert capsys.readouterr().out == "No migration to rehearse.\n"


def test_a_history_that_begins_in_a_structure_sql_is_rehearsed_from_there(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (shop / MIGRATIONS / "1_m.exs").unlink()
    (shop / "priv/repo/structure.sql").write_text(
        "CREATE TABLE public.users (id bigint NOT NULL, name character varying(255), age integer);\n"
        'INSERT INTO public."schema_migrations" (version) VALUES (1);\n'
    )

    assert rehearsed(shop / MIGRATIONS / "2_m.exs", Format.TEXT) == 0

    assert "schema restored" in capsys.readouterr().out
