"""What a message says of those who wait is what the locks do that are held at that moment, now or before."""

import pytest

from rules.catalog import rules
from rules.finding import Severity
from tests.rules.review import change, review

HISTORY = """
    def change do
      create table(:users) do
        add :email, :string
      end

      create table(:posts) do
        add :title, :string
        add :author_id, :bigint
        add :editor_id, references(:users)
      end
    end
"""
A_LONG_NAME = "posts_by_title_and_author_for_the_overview_of_all_posts_of_a_month"
NILIFIED = "alter table(:posts) do\nmodify :editor_id, references(:users, on_delete: :nilify_all)"

SAID = {
    "a new column takes its table from readers, too": (
        "alter table(:posts) do\nadd :user_id, references(:users)\nend",
        "Nobody can read or write `posts`, nor write to `users` while every row is checked.",
    ),
    "a foreign key in SQL stops writers only": (
        'execute "ALTER TABLE posts ADD CONSTRAINT author FOREIGN KEY (author_id) REFERENCES users (id)"',
        "Nobody can write to `posts` or `users` while every row is checked.",
    ),
    "a foreign key that is replaced takes both tables from readers": (
        f"drop constraint(:posts, :posts_editor_id_fkey)\n{NILIFIED}\nend",
        "Nobody can read or write `posts` or `users` while every row is checked.",
    ),
    "so does one that `from:` replaces": (
        f"{NILIFIED}, from: references(:users)\nend",
        "Nobody can read or write `posts` or `users` while every row is checked.",
    ),
    "an index alone stops writers": (
        "create index(:posts, [:title])",
        "Building `posts_title_index` blocks every write to `posts` until it is done.",
    ),
    "an index behind a new column stops readers, too": (
        "alter table(:posts) do\nadd :views, :integer\nend\ncreate index(:posts, [:title])",
        "Building `posts_title_index` blocks every read and write of `posts` until it is done.",
    ),
    "a name is told as PostgreSQL keeps it": (
        f"create index(:posts, [:title], name: :{A_LONG_NAME})",
        f"Building `{A_LONG_NAME[:63]}` blocks every write to `posts` until it is done.",
    ),
    "rows that are changed after a column came keep readers waiting": (
        'alter table(:posts) do\nadd :views, :integer\nend\nexecute "UPDATE posts SET views = 0"',
        "After what stands above, nobody can read or write `posts` until the rows of `posts` are changed.",
    ),
}


@pytest.mark.parametrize(("commands", "message"), SAID.values(), ids=SAID)
def test_it_is_said_who_waits(commands: str, message: str) -> None:
    found = review(change([HISTORY], [f"def up do\n{commands}\nend\n\ndef down, do: :ok"])).findings

    assert message in [finding.message for finding in found]


def test_nothing_that_needs_a_rollback_is_an_outage() -> None:
    about_rollback = {rule.name: rule.severity for rule in rules() if rule.about_rollback}

    assert Severity.OUTAGE not in about_rollback.values()


def test_what_stops_a_table_while_its_rows_are_read_is_an_outage() -> None:
    scans = "check-validated-at-once", "column-made-required", "table-read-by-type-change", "type-restated"
    severities = {rule.name: rule.severity for rule in rules()}

    assert {severities[name] for name in scans} == {Severity.OUTAGE}


@pytest.mark.parametrize(("merged", "severity"), [(1, Severity.RISK), (0, Severity.OUTAGE)])
def test_a_module_that_one_file_has_run_already_breaks_new_databases_only(merged: int, severity: Severity) -> None:
    module = "defmodule Shop.Repo.Migrations.AddNotes do\nuse Ecto.Migration\ndef change, do: create table(:{})\nend"
    files = [module.format("notes"), module.format("offers")]

    found = review(change(files[:merged], files[merged:])).findings

    assert [(one.rule, one.severity) for one in found if one.rule == "module-defined-twice"] == [
        ("module-defined-twice", severity)
    ]
