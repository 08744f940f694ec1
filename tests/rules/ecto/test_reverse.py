"""What a rollback of `change` runs, and what Ecto says where it refuses."""

import pytest

from rules.ecto.commands import DropTable, Execute
from tests.rules.ecto.sources import change, failure, migration, sql

REFUSED = {
    "drop table(:a)": "drop table a",
    "drop table(:a), mode: :cascade": "drop table a cascade",
    'drop_if_exists table(:a, prefix: "p")': "drop table if exists p.a",
    "drop constraint(:a, :c)": "drop constraint c from table a",
    "alter table(:a) do\n remove :b\n end": "alter table a",
    "alter table(:a) do\n modify :b, :text\n end": "alter table a",
    "alter table(:a) do\n add_if_not_exists :b, :text\n end": "alter table a",
    'execute "SELECT\\n\\"x\\""': r'execute "SELECT\n\"x\""',
}


@pytest.mark.parametrize(("body", "description"), REFUSED.items(), ids=REFUSED)
def test_what_cannot_be_reversed_is_refused_in_ectos_words(body: str, description: str) -> None:
    read = change(f"    {body}")

    assert failure(read.down) == (
        "Ecto.MigrationError",
        (
            f"cannot reverse migration command: {description}. "
            "You will need to explicitly define up/0 and down/0 in your migration"
        ),
    )
    assert read.down.failure is not None
    assert read.down.failure.span is not None
    assert read.source[read.down.failure.span].startswith(body.split("\n", maxsplit=1)[0].split(" ", maxsplit=1)[0])


def test_what_was_reversed_before_a_failure_stands() -> None:
    read = change("    drop table(:a)\n    create table(:b)")

    (reversed_,) = read.down.commands
    assert isinstance(reversed_, DropTable)
    assert read.down.failure is not None


def test_commands_are_reversed_from_the_last_to_the_first() -> None:
    read = change(
        "    create table(:a)\n    create index(:a, [:id])\n    rename table(:a), to: table(:b)\n"
        '    rename table(:b), :id, to: :uid\n    execute "SELECT 1", "SELECT 2"'
    )

    assert sql(read.down) == [
        "SELECT 2",
        'ALTER TABLE "b" RENAME "uid" TO "id"',
        'ALTER TABLE "b" RENAME TO "a"',
        'DROP INDEX "a_id_index"',
        'DROP TABLE "a"',
    ]
    first = read.down.commands[0]
    assert isinstance(first, Execute)
    assert first.reverse is not None


def test_a_change_beside_up_is_the_way_down() -> None:
    read = migration("  def up, do: create(table(:a))\n  def change, do: create(table(:b))")

    assert (sql(read.up)[0][:16], sql(read.down)) == ('CREATE TABLE "a"', ['DROP TABLE "b"'])
    assert read.reverses_change


def test_up_alone_has_no_way_back() -> None:
    read = migration("  def up, do: create(table(:a))")

    message = "App.Repo.Migrations.A does not implement a `down/0` or `change/0` function"
    assert failure(read.down) == ("Ecto.MigrationError", message)


def test_a_flush_in_change_refuses_the_rollback_unless_it_is_guarded() -> None:
    refused = change("    create table(:a)\n    flush()")
    guarded = change("    create table(:a)\n    if direction() == :up, do: flush()")

    message = "calling flush() inside change when doing rollback is not supported."
    assert failure(refused.down) == ("RuntimeError", message)
    assert sql(guarded.down) == ['DROP TABLE "a"']


def test_hooks_run_around_a_migration_in_a_transaction_only() -> None:
    hooks = '  def after_begin, do: repo().query!("SET a = 1")\n  def up, do: create(table(:a))'

    inside = migration(hooks)
    outside = migration("  @disable_ddl_transaction true\n" + hooks)

    assert sql(inside.up)[0] == "SET a = 1"
    assert len(sql(outside.up)) == 1


def test_commands_of_a_function_given_to_execute_are_lost() -> None:
    read = migration("  def up, do: execute(fn -> create(table(:a)) end)")

    (command,) = read.up.commands
    assert isinstance(command, Execute)
    assert [type(lost).__name__ for lost in getattr(command.runs, "lost", ())] == ["CreateTable"]
    assert sql(read.up) == []
