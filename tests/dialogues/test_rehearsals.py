"""Pull requests whose migrations are run on a PostgreSQL before anything is said of them."""

from deploy.standin.control import PullRequest, Repository
from tests.dialogues.scene import check_of, eventually, migration, opens

RESTORED = migration("alter table(:users) do\n  add :age, :integer\nend")
LEAVING = migration('execute "ALTER TABLE users ADD COLUMN age integer", "SELECT 1"')


def answer(pull: PullRequest, comment: int) -> str:
    after = [each for each in pull.look().comments if each.id > comment and each.author == "ecto-fix[bot]"]
    return after[0].body if after else ""


def test_the_check_says_what_the_rehearsal_saw(shop: Repository) -> None:
    pull = opens(shop, {"20260201000000_add_age.exs": RESTORED})

    summary = check_of(pull).summary or ""

    assert "rehearsed on PostgreSQL" in summary
    assert "schema restored" in summary


def test_a_repository_that_wants_none_is_not_rehearsed(shop: Repository) -> None:
    shop.push("main", {".github/ecto-fix.yml": "rehearsal: off\n"}, by="maria")
    pull = opens(shop, {"20260201000000_add_age.exs": RESTORED})

    assert "rehearsed" not in (check_of(pull).summary or "").lower()


def test_whoever_asks_is_shown_every_statement_and_its_locks(shop: Repository) -> None:
    pull = opens(shop, {"20260201000000_add_age.exs": LEAVING})
    check_of(pull)

    comment = pull.comment("/ecto-fix rehearse", by="maria")

    said = eventually("an answer", lambda: answer(pull, comment))
    assert "schema not restored" in said
    assert "ALTER TABLE users ADD COLUMN age integer" in said
    assert "ACCESS EXCLUSIVE on `users`" in said
