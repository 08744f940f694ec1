"""A callback that grows from one line to several stands apart, as `mix format` would have it."""

import pytest

from tests.rules.test_rollbacks import MEASURED, change_of, rewritten

REWRITTEN = {
    "check_drop_missing": """\
  def up, do: drop(constraint(:dockings, :dockings_fee_not_negative))

  def down do
    create constraint(:dockings, :dockings_fee_not_negative, check: "fee_cents >= 0")
  end
end
""",
    "ext_drop_cascade_preexisting": """\
  def up, do: execute("CREATE EXTENSION IF NOT EXISTS citext")

  def down do
    :ok
  end
end
""",
    "exec_capture_one": """\
  def up, do: execute(&grow/0)

  def down do
    execute "ALTER TABLE gadgets DROP COLUMN extra"
  end

  defp grow, do: repo().query!("ALTER TABLE gadgets ADD COLUMN extra text")
end
""",
    "helper_up_down_shared_bug": """\
  def up, do: set_null(false)

  def down do
    alter table(:gadgets) do
      modify :label, :string, null: true
    end
  end

  defp set_null(flag) do
    alter table(:gadgets) do
      modify :label, :string, null: flag
    end
  end
end
""",
}


@pytest.mark.parametrize("name", REWRITTEN)
def test_a_callback_that_grows_stands_apart(name: str) -> None:
    change = change_of(MEASURED[name])

    (file,) = rewritten(change).proposed

    assert file.text.split("use Ecto.Migration\n\n")[1] == REWRITTEN[name]
