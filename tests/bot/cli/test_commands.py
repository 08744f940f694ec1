"""The command line as people and programs use it: the real program, on real repositories."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

PROGRAM = Path(sys.executable).with_name("ecto-fix")
MIGRATIONS = "priv/repo/migrations"
USERS = "create table(:users) do\n      add :nickname, :string, size: 40\n    end"


def migration(name: str, body: str) -> str:
    return (
        f"defmodule Shop.Repo.Migrations.{name} do\n  use Ecto.Migration\n\n  def change do\n    {body}\n  end\nend\n"
    )


def ecto_fix(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(PROGRAM), *arguments], cwd=root, capture_output=True, text=True, check=False)


def files_of(answer: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """Return the files of a report in JSON, by name, after holding it against the published schema."""
    report = json.loads(answer.stdout)
    schema = json.loads(ecto_fix(Path(), "schema").stdout)
    jsonschema_rs.validator_for(schema).validate(report)
    return {file["path"].rpartition("/")[2]: file for file in report["files"]}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    write(tmp_path, "20260101000000_create_users.exs", migration("CreateUsers", USERS))
    return tmp_path


def write(root: Path, name: str, text: str) -> Path:
    place = root / MIGRATIONS / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(text.encode())
    return place


def remove_nickname(root: Path) -> Path:
    body = "alter table(:users) do\n      # nobody uses it\n      remove :nickname\n    end"
    return write(root, "20260201000000_remove_nickname.exs", migration("RemoveNickname", body))


def test_a_clean_repository_is_clean(shop: Path) -> None:
    answer = ecto_fix(shop, "check")

    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout == (
        "A rollback, newest first\n"
        "  20260101000000_create_users.exs  reversible     loses the rows of `users`\n"
        "\n"
        "1 migration: 1 reversible. Nothing to say.\n"
    )


def test_a_folder_without_migrations_is_no_error(tmp_path: Path) -> None:
    answer = ecto_fix(tmp_path, "check")

    assert (answer.returncode, answer.stdout) == (0, "No migrations here.\n")


def test_findings_are_shown_with_their_line_and_what_to_do(shop: Path) -> None:
    remove_nickname(shop)

    answer = ecto_fix(shop, "check")

    assert answer.returncode == 1
    assert "20260201000000_remove_nickname.exs  irreversible" in answer.stdout
    assert "    7  risk    Rolling back raises: nothing says what `users.nickname` was." in answer.stdout
    assert "column-removed-without-type" in answer.stdout
    assert (
        "2 migrations: 1 reversible, 1 irreversible. 1 finding: 1 risk. `ecto-fix fix` shows 1 rewrite."
        in answer.stdout
    )


def test_programs_get_json_as_published(shop: Path) -> None:
    remove_nickname(shop)

    answer = ecto_fix(shop, "check", "--format", "json")

    assert answer.returncode == 1
    file = files_of(answer)["20260201000000_remove_nickname.exs"]
    assert (file["version"], file["module"]) == (20260201000000, "Shop.Repo.Migrations.RemoveNickname")
    assert file["verdict"] == "irreversible"
    (finding,) = file["findings"]
    assert (finding["rule"], finding["severity"], finding["line"]) == ("column-removed-without-type", "risk", 7)
    (edit,) = finding["rewrite"]["edits"]
    assert edit == {
        "start": {"line": 7, "column": 23},
        "end": {"line": 7, "column": 23},
        "text": ", :string, size: 40",
    }


def test_what_a_rollback_leaves_is_shown_and_told_to_programs(shop: Path) -> None:
    body = 'alter table(:users) do\n      modify :nickname, :text, null: false, default: "", from: :string\n    end'
    write(shop, "20260201000000_require_nickname.exs", migration("RequireNickname", body))

    shown = ecto_fix(shop, "check").stdout
    file = files_of(ecto_fix(shop, "check", "--format", "json"))["20260201000000_require_nickname.exs"]

    left = [("the type of `users.nickname`", "`character varying(40)`", "`character varying(255)`")]
    left += [("`users.nickname`", "nullable", "NOT NULL"), ("the default of `users.nickname`", "none", "`''`")]
    assert [(one["attribute"], one["before"], one["after"]) for one in file["differences"]] == left
    assert file["findings"][-1]["differences"] == file["differences"]
    assert all(f"≠ {what}: {before} before, {after} after" in shown for what, before, after in left)


def test_how_far_a_rollback_gets_is_shown_newest_first(shop: Path) -> None:
    remove_nickname(shop)
    write(shop, "20260301000000_create_tags.exs", migration("CreateTags", "create table(:tags)"))

    shown = ecto_fix(shop, "check").stdout

    assert (
        "A rollback, newest first\n"
        "  20260301000000_create_tags.exs      reversible     loses the rows of `tags`\n"
        "  20260201000000_remove_nickname.exs  irreversible\n"
        "  20260101000000_create_users.exs     reversible     loses the rows of `users`\n"
        "`mix ecto.rollback --step 1` undoes the newest; "
        "a step further, `20260201000000_remove_nickname.exs` cannot go back.\n\n"
    ) in shown


def test_folders_are_rolled_back_each_by_itself(shop: Path) -> None:
    text = migration("CreateLogs", "create table(:logs)").replace("Shop.Repo", "Shop.LogRepo")
    (shop / "priv/log_repo/migrations").mkdir(parents=True)
    (shop / "priv/log_repo/migrations/20250101000000_create_logs.exs").write_text(text)

    shown = ecto_fix(shop, "check").stdout

    assert (
        "A rollback, newest first\n"
        "  priv/log_repo/migrations/20250101000000_create_logs.exs  reversible     loses the rows of `logs`\n"
        "  priv/repo/migrations/20260101000000_create_users.exs     reversible     loses the rows of `users`\n"
    ) in shown


def test_one_file_is_reviewed_on_top_of_all_the_history(shop: Path) -> None:
    place = remove_nickname(shop)

    answer = ecto_fix(shop, "check", str(place.relative_to(shop)), "--format", "json")

    assert files_of(answer)[place.name]["findings"][0]["rewrite"]["edits"][0]["text"] == ", :string, size: 40"


def test_elixir_that_cannot_be_read_is_a_finding_on_its_line(shop: Path) -> None:
    write(shop, "20260201000000_broken.exs", "defmodule Broken do\n  use Ecto.Migration\n  def change do )\nend\n")
    remove_nickname(shop)

    files = files_of(ecto_fix(shop, "check", "--format", "json"))

    assert files["20260201000000_broken.exs"]["verdict"] == "unknown"
    assert files["20260201000000_broken.exs"]["findings"][0]["line"] == 3
    assert "20260201000000_remove_nickname.exs" in files


def test_a_file_that_is_not_read_is_named(shop: Path) -> None:
    write(shop, "20260201000000_link.exs", "").unlink()
    (shop / MIGRATIONS / "20260201000000_link.exs").symlink_to("/etc/hostname")

    answer = ecto_fix(shop, "check")

    assert answer.returncode == 1
    assert f"{MIGRATIONS}/20260201000000_link.exs not read: it is a symbolic link" in answer.stdout


def test_rewrites_are_shown_and_nothing_is_written(shop: Path) -> None:
    place = remove_nickname(shop)
    before = place.read_text()

    answer = ecto_fix(shop, "fix")

    assert answer.returncode == 1
    assert "-      remove :nickname\n+      remove :nickname, :string, size: 40\n" in answer.stdout
    assert place.read_text() == before


def test_what_is_shown_is_a_patch_that_git_takes(shop: Path) -> None:
    remove_nickname(shop)
    subprocess.run(["git", "init", "--quiet"], cwd=shop, check=True)

    patch = ecto_fix(shop, "fix").stdout

    subprocess.run(["git", "apply", "--check"], cwd=shop, input=patch, text=True, check=True)


def test_rewrites_are_written_and_the_rest_of_the_file_is_kept(shop: Path) -> None:
    place = remove_nickname(shop)

    answer = ecto_fix(shop, "fix", "--write")

    assert answer.returncode == 0
    assert "      # nobody uses it\n      remove :nickname, :string, size: 40\n" in place.read_text()
    assert ecto_fix(shop, "check").returncode == 0


def test_only_one_rules_rewrites_are_made_when_asked(shop: Path) -> None:
    remove_nickname(shop)

    answer = ecto_fix(shop, "fix", "--only", "index-without-concurrently")

    assert "remove" not in answer.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("check", "nowhere"), "there is no nowhere"),
        (("fix", "--only", "no-such-rule"), "there is no rule no-such-rule"),
        (("explain", "index-without-concurently"), "did you mean index-without-concurrently?"),
        (("check", "--base", "main"), "not a git repository"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(shop: Path, arguments: tuple[str, ...], words: str) -> None:
    answer = ecto_fix(shop, *arguments)

    assert answer.returncode == 2
    assert answer.stderr.startswith("ecto-fix: ")
    assert words in answer.stderr
    assert answer.stderr.count("\n") == 1


def test_a_mistake_in_the_configuration_is_told_with_its_line(shop: Path) -> None:
    (shop / ".github").mkdir()
    (shop / ".github" / "ecto-fix.yml").write_text("postgres: 16\ngatee: [outage]\n")

    answer = ecto_fix(shop, "check")

    assert answer.returncode == 2
    assert ".github/ecto-fix.yml:2: there is no setting `gatee`; `gate` is near" in answer.stderr


def test_a_terminal_shows_what_would_command_it(shop: Path) -> None:
    write(
        shop, "20260201000000_ansi.exs", migration("Ansi", 'create index(:users, [:nickname], name: "\\e[31m\\u202e")')
    )

    answer = ecto_fix(shop, "check")

    assert "\x1b" not in answer.stdout
    assert "\u202e" not in answer.stdout


@pytest.mark.parametrize("name", ["rules", "schema", "--help"])
def test_what_tells_about_itself_works(tmp_path: Path, name: str) -> None:
    answer = ecto_fix(tmp_path, name)

    assert (answer.returncode, answer.stderr) == (0, "")


def test_a_rules_page_is_shown(tmp_path: Path) -> None:
    answer = ecto_fix(tmp_path, "explain", "index-without-concurrently")

    assert answer.returncode == 0
    assert "concurrently: true" in answer.stdout


def test_a_configuration_is_checked_and_told(shop: Path) -> None:
    (shop / ".github").mkdir()
    (shop / ".github" / "ecto-fix.yml").write_text("postgres: 16\nrules:\n  one-way-execute: off\n")

    answer = ecto_fix(shop, "config")

    assert (answer.returncode, answer.stdout) == (0, "one-way-execute: off\npostgres: 16\n")


def test_every_mistake_in_a_configuration_has_its_line(shop: Path) -> None:
    path = shop / "other.yml"
    path.write_text("postgres: 9\npaths: x\n")

    answer = ecto_fix(shop, "config", "other.yml")

    assert answer.returncode == 1
    assert answer.stdout == ("other.yml:1: expected a whole number from 10 to 18\nother.yml:2: expected a list\n")


def test_the_schema_of_the_configuration_is_printed(shop: Path) -> None:
    schema = json.loads(ecto_fix(shop, "config", "--schema").stdout)

    jsonschema_rs.validator_for(schema).validate({"postgres": 16})
    assert not jsonschema_rs.is_valid(schema, {"postgress": 16})


def test_without_a_configuration_that_is_said(shop: Path) -> None:
    answer = ecto_fix(shop, "config")

    assert (answer.returncode, answer.stderr) == (
        2,
        "ecto-fix: there is no .github/ecto-fix.yml; without it the defaults count\n",
    )
