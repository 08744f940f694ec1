"""What a migration would send and lock is told before anybody runs it."""

from rules.analysis.preview import Preview, previews
from rules.settings import Settings
from tests.rules.review import change

USERS = "def change do\n  create table(:users) do\n    add :email, :string, size: 100\n  end\nend"


def previewed(*proposed: str, history: tuple[str, ...] = (USERS,)) -> list[Preview]:
    return list(previews(change(history, proposed), Settings()))


def felt(one: Preview) -> tuple[list[list[str]], list[list[str]]]:
    """Return what each statement does to tables, on the way up and on the way back."""
    assert one.up is not None
    assert one.down is not None
    up, down = ([[str(e) for e in sent.effects] for sent in way.showing.statements] for way in (one.up, one.down))
    return up, down


def test_each_statement_is_shown_with_the_lock_that_it_takes_both_ways() -> None:
    (one,) = previewed("def change do\n  create index(:users, [:email])\nend")

    assert one.up is not None
    assert [sent.sql for sent in one.up.showing.statements] == ['CREATE INDEX "users_email_index" ON "users" ("email")']
    assert felt(one) == ([["SHARE on `users`, reads all of it"]], [["ACCESS EXCLUSIVE on `users`"]])


def test_a_table_that_the_same_change_makes_is_locked_for_nobody_until_it_is_taken_away() -> None:
    table = "def change do\n  create table(:pets) do\n    add :name, :string\n  end\nend"

    made, indexed = previewed(table, "def change do\n  create index(:pets, [:name])\nend")

    assert felt(made) == ([[]], [["ACCESS EXCLUSIVE on `pets`"]])
    assert felt(indexed) == ([[]], [["ACCESS EXCLUSIVE on `pets`"]])


def test_an_edited_migration_is_shown_where_it_stands() -> None:
    file = "# priv/repo/migrations/1_a.exs\ndefmodule A do\n  use Ecto.Migration\n\n  def change, do: {body}\nend"
    old, new = (file.replace("{body}", body) for body in ("create(table(:a))", "create(table(:b))"))

    (one,) = previewed(new, history=(old, USERS))

    assert one.up is not None
    assert [sent.sql for sent in one.up.showing.statements] == ['CREATE TABLE "b" ("id" bigserial, PRIMARY KEY ("id"))']


def test_what_ecto_refuses_ends_its_direction() -> None:
    (one,) = previewed('def change do\n  create table(:b)\n  execute "SELECT 1"\nend')

    assert one.down is not None
    assert one.down.showing.statements == ()
    assert "Ecto.MigrationError" in str(one.down.showing.refusal)


def test_what_only_the_application_could_send_is_named() -> None:
    (one,) = previewed("def up do\n  Shop.Release.seed()\nend\n\ndef down, do: :ok")

    assert one.up is not None
    assert one.up.silent == ("a call of Shop.Release.seed/0",)


def test_what_is_not_elixir_sends_nothing() -> None:
    (one,) = previewed("def change do")

    assert one == Preview(one.path, missing="it is not Elixir")
