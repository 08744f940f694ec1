"""The migrations of a pull request are parted over releases, so that running code bears each of them."""

import pytest

from rules.deployment import Added, Deploys, Phase, Release, Step, releases, step
from rules.ecto.migration import Migration
from rules.ecto.reader import read
from rules.elixir.parser import read as parse
from rules.schema.model import Schema
from rules.schema.replay import replay
from tests.rules.review import files

USERS = """
def change do
  create table(:users) do
    add :email, :string, size: 100, null: false
    add :name, :string
    add :age, :integer
  end

  create index(:users, [:name])
  execute "CREATE VIEW adults AS SELECT id FROM users WHERE age > 17", "DROP VIEW adults"
end
"""


def migration_of(code: str) -> Migration:
    (source,) = files([code], 2)
    return read(parse(source), source)


def stepped(body: str) -> Step:
    """Return the step that a `change` of *body* is, on top of the users."""
    before = replay(Schema(), migration_of(USERS).up.commands).schema.settled()
    migration = migration_of(f"def change do\n{body}\nend")
    return step(migration, before, replay(before, migration.up.commands).schema, 14)


@pytest.mark.parametrize(
    "body",
    [
        "create table(:orders) do\n add :total, :integer, null: false\nend",
        "alter table(:users) do\n add :phone, :string\nend",
        "alter table(:users) do\n add :admin, :boolean, null: false, default: false\nend",
        "create index(:users, [:email])",
        "drop index(:users, [:name])",
        "alter table(:users) do\n modify :email, :string, size: 200, from: {:string, size: 100}\nend",
        "alter table(:users) do\n modify :name, :text, from: :string\nend",
        "alter table(:users) do\n modify :age, :bigint, from: :integer\nend",
        "create table(:orders)\nrename table(:orders), to: table(:purchases)",
    ],
)
def test_running_code_bears_what_is_added_or_widened(body: str) -> None:
    assert stepped(body).phases == (Phase.EXPAND,)


@pytest.mark.parametrize(
    ("body", "breaking"),
    [
        ("alter table(:users) do\n remove :name, :string\nend", "use `users.name`"),
        ('execute "ALTER TABLE users DROP COLUMN name", ""', "use `users.name`"),
        ("rename table(:users), :name, to: :nickname", "use `users.name`"),
        ("rename table(:users), to: table(:people)", "use `users`"),
        ("drop table(:users)", "use `users`"),
        ('execute "DROP VIEW adults"', "use the view `adults`"),
        ("alter table(:users) do\n add :phone, :string, null: false\nend", "insert into `users` without `phone`"),
        ("alter table(:users) do\n modify :name, :string, null: false\nend", "write NULL to `users.name`"),
        (
            "alter table(:users) do\n modify :email, :string, size: 50\nend",
            "write to `users.email` what character varying(50) cannot hold",
        ),
        ("alter table(:users) do\n modify :age, :boolean\nend", "take `users.age` for integer"),
    ],
)
def test_what_breaks_running_code_waits_until_that_code_is_gone(body: str, breaking: str) -> None:
    found = stepped(body)

    assert found.waits
    assert breaking in found.breaking


@pytest.mark.parametrize(
    "body",
    [
        'execute "UPDATE users SET name = \'nobody\' WHERE name IS NULL", ""',
        'repo().query!("DELETE FROM users WHERE age < 0")',
        'repo().update_all("users", set: [age: 18])',
    ],
)
def test_writing_rows_is_a_step_of_its_own(body: str) -> None:
    assert stepped(body).phases == (Phase.DATA,)


def test_a_file_that_does_several_things_says_so() -> None:
    body = (
        'alter table(:users) do\n add :phone, :string\n remove :name, :string\nend\nexecute "UPDATE users SET age = 1"'
    )

    assert stepped("alter table(:users) do\n remove :name, :string\nend").phases == (Phase.CONTRACT,)
    assert stepped(body).phases == (Phase.EXPAND, Phase.DATA, Phase.CONTRACT)


def test_where_an_unread_part_may_have_kept_a_thing_nothing_is_said_to_be_gone() -> None:
    assert stepped("Other.up()\ndrop table(:users)").breaking == ()


def test_a_step_says_what_it_does_to_each_table_that_others_use() -> None:
    body = """
    create table(:orders) do
      add :user_id, references(:users)
    end

    alter table(:users) do
      modify :age, :bigint, from: :integer
    end

    create index(:orders, [:user_id])
    """

    assert [str(effect) for effect in stepped(body).effects] == ["ACCESS EXCLUSIVE on `users`, rewrites it"]


@pytest.mark.parametrize(
    ("body", "added"),
    [
        ("create table(:orders)", {Added.TABLE}),
        ("alter table(:users) do\n add :boss_id, references(:users)\nend", {Added.REFERENCE}),
        ("create index(:users, [:email])", {Added.INDEX}),
        ("alter table(:users) do\n add :phone, :string\nend", set()),
    ],
)
def test_a_step_says_what_it_brings(body: str, added: set[Added]) -> None:
    assert stepped(body).added == added


EXPAND = Step("1_add.exs", (Phase.EXPAND,), in_transaction=True)
BACKFILL = Step("2_fill.exs", (Phase.DATA,), in_transaction=False)
CONTRACT = Step("3_drop.exs", (Phase.CONTRACT,), in_transaction=True, breaking=("use `users`",))


@pytest.mark.parametrize("deploys", [Deploys.MIGRATE_FIRST, Deploys.AT_BOOT])
def test_what_breaks_old_code_is_released_after_that_code_is_gone(deploys: Deploys) -> None:
    parted = releases([EXPAND, BACKFILL, CONTRACT], deploys)

    assert parted == (Release(before=(EXPAND, BACKFILL)), Release(before=(CONTRACT,)))


def test_what_new_code_needs_is_released_before_it_where_the_code_comes_first() -> None:
    parted = releases([EXPAND, CONTRACT], Deploys.CODE_FIRST)

    assert parted == (Release(after=(EXPAND,)), Release(after=(CONTRACT,)))


def test_what_needs_one_release_gets_one() -> None:
    assert releases([EXPAND, BACKFILL], Deploys.MIGRATE_FIRST) == (Release(before=(EXPAND, BACKFILL)),)
    assert releases([], Deploys.MIGRATE_FIRST) == ()
