"""What a rewrite promises: no more than it does, and nothing safe where only its author knows what was there."""

import pytest

from rules.rewrite.edit import Rewrite, Safety
from tests.rules.review import change, review

HISTORY = """
    def change do
      create table(:users) do
        add :email, :string
        add :phone, :string
        add :kind, :string, null: false
        add :secret, :string, null: false
      end
    end
"""


def rewrites(callback: str) -> dict[str, Rewrite]:
    """Return the rewrites that are offered for a migration, by their rules."""
    found = review(change([HISTORY], [callback])).findings
    return {one.rule: one.rewrite for one in found if one.rewrite is not None}


@pytest.mark.parametrize("part", ["add_if_not_exists :name, :string", "remove_if_exists :phone, :string"])
def test_a_condition_is_left_out_only_by_who_knows_the_databases(part: str) -> None:
    offered = rewrites(f"def change do\nalter table(:users) do\n{part}\nend\nend")

    assert offered["column-if-exists-in-change"].safety is Safety.REVIEW


def test_a_down_does_not_promise_a_table_that_was_not_there() -> None:
    offered = rewrites("def change do\ndrop_if_exists table(:codes)\ncreate table(:codes)\nend")

    assert offered["table-dropped-in-change"].title == "Write `down`, which undoes what else is done"


def test_a_down_promises_a_table_that_was_there() -> None:
    offered = rewrites("def change do\ndrop table(:users)\nend")

    assert offered["table-dropped-in-change"].title == "Write `down`, which makes `users` again"


def test_an_index_that_may_have_been_built_by_hand_is_dropped_only_on_request() -> None:
    build = "create_if_not_exists index(:users, [:email], concurrently: true)"
    module = "defmodule Shop.Repo.Migrations.IndexEmails do\nuse Ecto.Migration\n"
    attributes = "@disable_ddl_transaction true\n@disable_migration_lock true\n"

    offered = rewrites(f"{module}{attributes}def up do\n{build}\nend\ndef down, do: :ok\nend")

    assert offered["invalid-index-taken-for-built"].safety is Safety.REVIEW


@pytest.mark.parametrize(
    ("check", "safety"),
    [("(kind = 'guest') = (secret IS NULL)", Safety.REVIEW), ("length(secret) > 8", Safety.SAFE)],
)
def test_a_way_back_is_not_safe_where_the_way_up_asks_for_what_bars_it(check: str, safety: Safety) -> None:
    freed = 'execute "ALTER TABLE users ALTER COLUMN secret DROP NOT NULL"'
    wanted = f'create constraint(:users, :secret_of_kind, check: "{check}", validate: false)'

    offered = rewrites(f"def change do\n{freed}\n{wanted}\nend")

    assert offered["one-way-execute"].safety is safety
