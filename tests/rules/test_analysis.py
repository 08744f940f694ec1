"""A change is judged as a whole: on top of its history, file by file, and never beyond what could be read."""

from rules.analysis import analyse, analyse_each
from rules.finding import FileReport, Severity, Verdict
from rules.settings import Settings
from rules.source import Change, SourceFile


def migration(version: int, body: str) -> SourceFile:
    """Return the migration of that version, whose `change` does *body*."""
    module = (
        f"defmodule Shop.Repo.Migrations.M{version} do\n  use Ecto.Migration\n  def change do\n{body}\n  end\nend\n"
    )
    return SourceFile(f"priv/repo/migrations/{version}_m{version}.exs", module)


USERS = migration(1, "create table(:users) do\n add :nickname, :string\n end")
REMOVAL = migration(9, "alter table(:users) do\n remove :nickname, :string\n end")


def judged(*merged: SourceFile) -> FileReport:
    (report,) = analyse(Change(merged, (REMOVAL,)), Settings()).files
    return report


def test_what_the_history_made_is_known_to_come_back() -> None:
    assert judged(USERS).verdict is Verdict.LOSES_DATA


def test_after_a_file_that_cannot_be_read_nothing_is_known() -> None:
    assert judged(USERS, SourceFile("priv/repo/migrations/2_broken.exs", ")")).verdict is Verdict.UNKNOWN


def test_what_is_made_after_a_file_that_cannot_be_read_is_known_again() -> None:
    assert judged(SourceFile("priv/repo/migrations/0_broken.exs", ")"), USERS).verdict is Verdict.LOSES_DATA


def test_what_stands_in_the_way_of_a_verdict_is_named() -> None:
    (report,) = analyse(Change((), (migration(1, "Ledger.Migrations.up(version: 3)"),)), Settings()).files

    assert report.verdict is Verdict.UNKNOWN
    assert report.reason.endswith("a call of code that is not part of the migration (`Ledger.Migrations.up/1`).")


def test_folders_of_different_repos_do_not_meet() -> None:
    elsewhere = SourceFile("priv/other/migrations/1_users.exs", USERS.text)

    assert judged(elsewhere).verdict is Verdict.UNKNOWN


def test_each_migration_is_judged_on_the_history_before_it() -> None:
    reports = analyse_each(Change((), (REMOVAL, USERS)), Settings()).files

    assert [report.verdict for report in reports] == [Verdict.REVERSIBLE, Verdict.LOSES_DATA]


def test_migrations_up_to_the_one_to_start_after_get_a_verdict_and_no_findings() -> None:
    index = migration(5, "create index(:users, [:nickname])")

    (quiet,) = analyse(Change((USERS,), (index,)), Settings(start_after=5)).files
    (loud,) = analyse(Change((USERS,), (index,)), Settings(start_after=4)).files

    assert (quiet.verdict, quiet.findings) == (Verdict.REVERSIBLE, ())
    assert [finding.rule for finding in loud.findings] == ["index-without-concurrently"]


def test_an_extension_that_is_left_behind_for_others_does_not_fail_the_gate() -> None:
    shared = migration(9, 'execute "CREATE EXTENSION IF NOT EXISTS citext", ""')
    own = migration(9, 'execute "CREATE TYPE mood AS ENUM ()", ""')

    severities = [analyse(Change((), (file,)), Settings()).findings[0].severity for file in (shared, own)]

    assert severities == [Severity.ADVICE, Severity.RISK]


def test_rewrites_are_as_wide_as_the_project_formats_its_files() -> None:
    users = migration(
        1, 'create table(:users) do\n add :nickname, :string, size: 40, null: false, default: "nobody"\n end'
    )
    removal = migration(9, "    alter table(:users) do\n      remove :nickname\n    end")
    narrow = SourceFile("priv/repo/migrations/.formatter.exs", "[import_deps: [:ecto_sql], line_length: 50]")
    elsewhere = SourceFile("assets/.formatter.exs", "[line_length: 20]")

    texts = [
        "".join(edit.text for edit in rewrite.edits)
        for project in ((elsewhere,), (narrow,))
        for rewrite in [analyse(Change((users,), (removal,), project), Settings()).findings[0].rewrite]
        if rewrite is not None
    ]

    assert [text.count("\n") > 0 for text in texts] == [False, True]


MADE = "create table(:ships) do\n add :name, :string, null: false\n end"


def by_hand(version: int, body: str) -> SourceFile:
    regular = migration(version, body)
    return SourceFile(regular.path.replace("/migrations/", "/manual_migrations/"), regular.text)


def test_what_is_run_by_hand_builds_on_the_regular_folder() -> None:
    proposed = by_hand(2, "alter table(:ships) do\n remove :name, :string\n end")

    (report,) = analyse(Change((migration(1, MADE),), (proposed,)), Settings()).files

    assert (report.verdict, "`ships.name`" in report.reason) == (Verdict.NOT_RESTORED, True), report.reason


def test_what_is_run_by_hand_may_have_changed_what_the_regular_folder_made() -> None:
    merged = (migration(1, MADE), by_hand(2, "create index(:ships, [:name])"))
    proposed = migration(3, "drop_if_exists index(:ships, [:name])")

    (report,) = analyse(Change(merged, (proposed,)), Settings()).files

    assert report.verdict is Verdict.UNKNOWN, report.reason
