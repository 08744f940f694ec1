"""Whether proof and rehearsal agree can be measured on any repository."""

from pathlib import Path

import pytest

from deploy.agreement import main

MIGRATIONS = {
    "1_users": "create table(:users)",
    "2_age": "alter table(:users) do\n add :age, :integer\n end",
    "3_note": 'execute "ALTER TABLE users ADD COLUMN note text", "SELECT 1"',
    "4_oban": "Oban.Migration.up()",
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "shop" / "priv/repo/migrations"
    folder.mkdir(parents=True)
    (tmp_path / "shop" / "mix.exs").write_text("defmodule Shop.MixProject do\nend\n")
    for name, body in MIGRATIONS.items():
        module = name.partition("_")[2].capitalize()
        text = f"defmodule {module} do\n  use Ecto.Migration\n  def change do\n    {body}\n  end\nend\n"
        (folder / f"{name}.exs").write_text(text)
    return tmp_path / "shop"


def test_a_repository_is_counted_and_compared(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(shop)]) == 0

    said = capsys.readouterr().out
    assert "shop: 4 migrations for PostgreSQL, 4 rehearsed, 3 compared, 0 different\n" in said
    assert "1 of 1 (100.0%) repositories replay, 4 of 4 (100.0%) of their migrations rehearsed\n" in said
    assert "proof and rehearsal agree on 3 of 3 (100.0%) migrations (bar 99%)\n" in said
