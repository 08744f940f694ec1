"""`ecto-fix sql` prints what Ecto would send, for files and whole repositories."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.cli.main import CannotRun
from bot.cli.output.as_json import Format
from bot.cli.sql import Direction, command

MIGRATIONS = "priv/repo/migrations"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    write(tmp_path, "mix.lock", '%{"ecto_sql": {:hex, :ecto_sql, "3.4.5", "a", [:mix], [], "hexpm", "b"}}\n')
    write(tmp_path, "lib/shop/repo.ex", "defmodule Shop.Repo do\n  use Ecto.Repo, otp_app: :shop\nend\n")
    write(tmp_path, "config/config.exs", 'config :shop, Shop.Repo, migration_default_prefix: "s"\n')
    write(tmp_path, f"{MIGRATIONS}/1_a.exs", migration("create(table(:a))"))
    write(tmp_path, f"{MIGRATIONS}/2_b.exs", migration("drop(table(:a))\n    Oban.Migrations.up()"))
    return tmp_path


def write(root: Path, path: str, content: str) -> None:
    place = root / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(content, encoding="utf-8")


def migration(body: str) -> str:
    return f"defmodule Shop.M do\n  use Ecto.Migration\n  def change do\n    {body}\n  end\nend\n"


def test_a_repository_is_printed_with_its_own_configuration(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = printed(shop, capsys)

    first, second = document["files"]
    assert first == {
        "path": f"{MIGRATIONS}/1_a.exs",
        "up": {
            "sql": ['CREATE TABLE "s"."a" ("id" bigserial, PRIMARY KEY ("id"))'],
            "error": None,
            "unread": [],
            "silent": [],
        },
        "down": {"sql": ['DROP TABLE "s"."a"'], "error": None, "unread": [], "silent": []},
    }
    (unread,) = second["up"]["unread"]
    assert (unread["line"], unread["subject"]) == (5, "Oban.Migrations.up/0")
    assert second["down"]["error"]["class"] == "Ecto.MigrationError"


def printed(path: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    command([path], format_=Format.JSON)
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def test_the_locked_release_decides_unless_another_is_asked_for(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(shop, f"{MIGRATIONS}/1_a.exs", migration("create_if_not_exists(index(:a, [:b]))"))

    command([shop], Direction.UP)
    locked = capsys.readouterr().out
    command([shop], Direction.UP, ecto="3.13")
    asked = capsys.readouterr().out

    assert "DO $$ BEGIN CREATE INDEX" in locked
    assert 'CREATE INDEX IF NOT EXISTS "a_b_index"' in asked
    assert "(down)" not in asked


def test_text_says_what_it_leaves_out_and_where_ecto_stops(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command([shop])

    shown = capsys.readouterr().out
    assert "-- line 5 is not shown: a call of code that is not part of the migration" in shown
    assert "-- ** (Ecto.MigrationError) cannot reverse migration command: drop table s.a." in shown


def test_a_file_anywhere_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, "scratch.exs", migration("create(table(:a))"))

    (file,) = printed(tmp_path / "scratch.exs", capsys)["files"]

    assert file["path"] == "scratch.exs"
    assert len(file["up"]["sql"]) == 1


def test_a_release_that_is_none_is_refused(shop: Path) -> None:
    with pytest.raises(CannotRun, match="is no release"):
        command([shop], ecto="newest")


def test_a_statement_whose_text_is_not_known_is_told(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    body = (
        'execute("UPDATE a SET b = \'#{DateTime.utc_now()}\'", "")\n'
        "    repo().insert!(%{})\n    Shop.Accounts.backfill()"
    )
    write(shop, f"{MIGRATIONS}/1_a.exs", migration(body))

    first, _ = printed(shop, capsys)["files"]

    assert first["up"]["sql"] == []
    assert [told["reason"] for told in first["up"]["silent"]] == [
        "insert! of the repo",
        "a call of Shop.Accounts.backfill/0",
        "SQL with a value or a condition that only the running system knows",
    ]
