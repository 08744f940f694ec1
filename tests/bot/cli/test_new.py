"""`ecto-fix new`: a sentence becomes files that are shown, written when asked, or an answer that helps."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.workers.github.hub import CREATE_USERS

PROGRAM = Path(sys.executable).with_name("ecto-fix")
FOLDER = Path("priv/repo/migrations")
PHONE = """\
defmodule Shop.Repo.Migrations.AddPhoneToUsers do
  use Ecto.Migration

  def change do
    alter table(:users) do
      add :phone, :string
    end
  end
end
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project with a table of users."""
    (tmp_path / FOLDER).mkdir(parents=True)
    (tmp_path / "mix.exs").write_text("defmodule Shop.MixProject do\nend\n", encoding="utf-8")
    (tmp_path / FOLDER / "20230101000000_create_users.exs").write_text(CREATE_USERS, encoding="utf-8")
    return tmp_path


def asked(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(PROGRAM), "new", *arguments], cwd=root, capture_output=True, text=True, check=False)


def test_the_file_is_shown_with_its_name_and_what_it_is(shop: Path) -> None:
    answer = asked(shop, "Add phone to users.")

    shown = re.sub(r"\d{14}", "MOMENT", answer.stdout)
    assert (answer.returncode, answer.stderr) == (0, "Add `phone` to `users`.\n")
    assert shown == (
        f"{FOLDER}/MOMENT_add_phone_to_users.exs  reversible\n  This migration adds `phone` to `users`.\n{PHONE}\n"
    )
    assert len(list((shop / FOLDER).iterdir())) == 1


def test_the_files_are_written_when_asked_and_checked_clean(shop: Path) -> None:
    answer = asked(shop, "make", "email", "unique", "on", "users", "--write")

    (written,) = (shop / FOLDER).glob("*_create_users_email_index.exs")
    checked = subprocess.run([str(PROGRAM), "check", written], cwd=shop, capture_output=True, text=True, check=False)
    assert answer.returncode == 0
    assert "Look first: `SELECT email FROM users GROUP BY email HAVING count(*) > 1`" in answer.stderr
    assert checked.returncode == 0
    assert "1 migration: 1 reversible. Nothing to say.\n" in checked.stdout


def test_programs_get_json(shop: Path) -> None:
    answer = asked(shop.parent, "remove name from users", "--in", str(shop), "--format", "json")

    (file,) = json.loads(answer.stdout)["files"]
    assert file["verdict"] == "loses-data"
    assert file["path"].endswith("_remove_name_from_users.exs")
    assert json.loads(answer.stdout)["restated"] == "Remove `name` from `users`."


def test_what_cannot_be_done_is_said_with_what_can(shop: Path) -> None:
    unknown, strange = asked(shop, "add phone to userz"), asked(shop, "shuffle the users")

    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert unknown.stderr == "There is no table `userz`. There is `users`.\n"
    assert strange.returncode == 1
    assert "  ecto-fix new '" in strange.stderr
