"""Pull requests whose migrations are run on a PostgreSQL before anything is said of them."""

from deploy.standin.control import Repository
from tests.dialogues.scene import check_of, migration, opens

LEAVING = migration('execute "ALTER TABLE users ADD COLUMN age integer", "SELECT 1"')
RESTORED = migration("alter table(:users) do\n  add :age, :integer\nend")


def test_the_check_says_what_the_rehearsal_saw(shop: Repository) -> None:
    pull = opens(shop, {"20260201000000_add_age.exs": RESTORED})

    summary = check_of(pull).summary

    assert "rehearsed on PostgreSQL" in summary
    assert "schema restored" in summary
