"""A pull request is opened and pushed to; the bot says what is true, once, and nothing when there is nothing to say."""

import re
from typing import Final

from markdown_it import MarkdownIt

from deploy.demo.story import HIDDEN
from deploy.standin.control import PullRequest, Repository
from deploy.standin.pictured import CheckRun
from tests.dialogues.scene import MIGRATIONS, check_of, eventually, migration, opens

CODE: Final = re.compile(r"<code.*?</code>", re.DOTALL)
INDEX = migration("create index(:users, [:email])")
UNTYPED = migration("alter table(:users) do\n  remove :nickname\nend")
TYPED = migration("alter table(:users) do\n  remove :nickname, :string, size: 40\nend")


def test_a_bad_migration_gets_one_review_with_a_suggestion_and_a_red_check(shop: Repository) -> None:
    pull_request = opens(shop, {"20260201000000_index_users.exs": INDEX})

    check = check_of(pull_request)
    picture = pull_request.look()

    assert check.conclusion == "failure"
    assert [(review.state, review.author) for review in picture.reviews] == [("COMMENTED", "ecto-fix[bot]")]
    (thread,) = picture.threads
    assert thread.path == f"{MIGRATIONS}/20260201000000_index_users.exs"
    assert "blocks every write to" in thread.comments[0].body
    assert "concurrently: true" in thread.comments[0].suggestions[0]
    assert thread.comments[0].refusal is None


def test_the_suggestion_names_what_the_column_really_was(shop: Repository) -> None:
    pull_request = opens(shop, {"20260201000000_remove_nickname.exs": UNTYPED})

    check_of(pull_request)
    (thread,) = pull_request.threads()

    assert "remove :nickname, :string, size: 40" in thread.comments[0].suggestions[0]


def test_a_suggestion_that_is_committed_settles_its_thread_and_turns_the_check_green(shop: Repository) -> None:
    pull_request = opens(shop, {"20260201000000_remove_nickname.exs": UNTYPED})
    assert check_of(pull_request).conclusion == "failure"

    pull_request.apply_suggestion(pull_request.threads()[0], by="joe")

    assert check_of(pull_request).conclusion == "success"
    assert shop.read(f"{MIGRATIONS}/20260201000000_remove_nickname.exs", ref="feature") == TYPED
    assert all(thread.resolved or thread.outdated for thread in pull_request.threads())


def test_a_fixed_finding_is_settled_and_the_check_turns_green(shop: Repository) -> None:
    pull_request = opens(shop, {"20260201000000_remove_nickname.exs": UNTYPED})
    assert check_of(pull_request).conclusion == "failure"

    pull_request.push({f"{MIGRATIONS}/20260201000000_remove_nickname.exs": TYPED}, by="joe")

    assert check_of(pull_request).conclusion == "success"
    eventually("the thread is settled", lambda: all(each.resolved or each.outdated for each in pull_request.threads()))
    assert len(pull_request.look().reviews) == 1


def test_what_was_said_is_not_said_again(shop: Repository) -> None:
    pull_request = opens(shop, {"20260201000000_index_users.exs": INDEX})
    check_of(pull_request)

    pull_request.push({"README.md": "Nothing to do with it.\n"}, by="joe")

    assert check_of(pull_request).conclusion == "failure"
    assert len(pull_request.look().reviews) == 1
    assert len(pull_request.threads()) == 1


def test_what_moved_is_not_said_again(shop: Repository) -> None:
    path = "20260201000000_index_users.exs"
    pull_request = opens(shop, {path: INDEX})
    check_of(pull_request)

    pull_request.push({f"{MIGRATIONS}/{path}": INDEX.replace("  def", "  # For the login page.\n  def")}, by="joe")

    check_of(pull_request)
    assert len(pull_request.threads()) == 1


def test_nothing_is_said_on_a_clean_pull_request_but_the_green_check(shop: Repository) -> None:
    table = "create table(:teams) do\n  add :name, :string, null: false\nend\n\ncreate index(:teams, [:name])"
    pull_request = opens(shop, {"20260201000000_create_teams.exs": migration(table)})

    assert check_of(pull_request).conclusion == "success"
    picture = pull_request.look()
    assert (picture.reviews, picture.comments, picture.threads) == ((), (), ())


def test_a_pull_request_without_migrations_gets_the_green_check(shop: Repository) -> None:
    shop.push("feature", {"lib/shop.ex": "defmodule Shop do\nend\n"}, by="joe")
    pull_request = shop.open_pull_request("feature", by="joe")

    check = check_of(pull_request)

    assert check.conclusion == "success"
    assert check.title == "No migrations changed"
    assert pull_request.look().reviews == ()


def test_a_draft_gets_its_check_and_no_comments_until_it_is_ready(shop: Repository) -> None:
    pull_request = opens(shop, {"20260201000000_index_users.exs": INDEX}, draft=True)
    check_of(pull_request)
    assert pull_request.look().reviews == ()

    pull_request.mark_ready(by="joe")

    eventually("the review", lambda: pull_request.look().reviews)
    assert check_of(pull_request).conclusion == "failure"


def test_a_file_that_is_not_elixir_is_a_finding_and_the_rest_is_reviewed(shop: Repository) -> None:
    broken = (
        "defmodule Shop.Repo.Migrations.Broken do\n  use Ecto.Migration\n\n  def change do\n    create )\n  end\nend\n"
    )
    pull_request = opens(shop, {"20260201000000_broken.exs": broken, "20260202000000_index_users.exs": INDEX})

    check = check_of(pull_request)

    assert check.conclusion == "failure"
    said = {thread.path.rpartition("/")[2]: thread for thread in pull_request.threads()}
    assert said["20260201000000_broken.exs"].line == 5
    assert "concurrently" in said["20260202000000_index_users.exs"].comments[0].body


def test_what_cannot_be_read_is_called_unknown_and_never_reversible(shop: Repository) -> None:
    pull_request = opens(shop, {"20260201000000_oban.exs": migration("Oban.Migrations.up(version: 11)")})

    check = check_of(pull_request)

    assert "unknown" in (check.summary or "")
    assert "reversible" not in (check.summary or "").replace("irreversible", "")


def test_names_are_data_that_ping_nobody_and_break_nothing(shop: Repository) -> None:
    hostile = migration('create index(:"@everyone `x` </details> ![](//evil)", [:id])')
    pull_request = opens(shop, {"20260201000000_hostile.exs": hostile})

    check_of(pull_request)

    (thread,) = pull_request.threads()
    page = MarkdownIt("commonmark", {"html": True}).render(HIDDEN.sub("", thread.comments[0].body))
    outside_code = CODE.sub("", page)
    assert "everyone" in page
    assert not {"everyone", "evil", "details"} & set(re.findall(r"\w+", outside_code))


def test_files_that_cannot_be_read_are_refused_by_name(shop: Repository) -> None:
    pull_request = opens(shop, {"20260201000000_large.exs": "#" * 1_100_000, "20260202000000_index_users.exs": INDEX})

    check = check_of(pull_request)

    assert check.conclusion == "failure"
    assert "20260201000000_large.exs" in f"{check.summary}{check.text}"


def test_what_is_merged_together_is_judged_together(shop: Repository) -> None:
    def opened(branch: str, index: str) -> PullRequest:
        text = migration(f"create index(:users, [:{index}], concurrently: true)", name=index.capitalize())
        text = text.replace(
            "Migration\n", "Migration\n\n  @disable_ddl_transaction true\n  @disable_migration_lock true\n"
        )
        shop.push(branch, {f"{MIGRATIONS}/20260201000000_index_{index}.exs": text}, by="joe")
        return shop.open_pull_request(branch, by="joe")

    first, second = opened("one", "email"), opened("two", "nickname")
    assert [check_of(first).conclusion, check_of(second).conclusion] == ["success", "success"]

    alone, together = shop.enqueue(first, by="joe"), shop.enqueue(first, second, by="joe")

    def concluded(commit: str) -> CheckRun | None:
        return next((run for run in shop.checks_of(commit, "ecto-fix") if run.status == "completed"), None)

    assert eventually("the first is judged alone", lambda: concluded(alone)).conclusion == "success"
    collided = eventually("both are judged", lambda: concluded(together))
    assert collided.conclusion == "failure"
    assert "version-used-twice" in (collided.summary or "")


def test_a_column_is_not_dropped_under_the_code_that_reads_it(shop: Repository) -> None:
    user = (
        'defmodule Shop.User do\n  use Ecto.Schema\n\n  schema "users" do\n    field :nickname, :string\n  end\nend\n'
    )
    shop.push("main", {"lib/shop/user.ex": user}, by="maria")
    shop.push("feature", {"lib/shop/user.ex": user.replace("    field :nickname, :string\n", "")}, by="joe")

    pull_request = opens(shop, {"20260201000000_remove_nickname.exs": TYPED})

    assert check_of(pull_request).conclusion == "failure"
    (thread,) = pull_request.threads()
    assert "`Shop.User` runs meanwhile and reads `users.nickname`" in thread.comments[0].body
    assert "lib/shop/user.ex:5" in thread.comments[0].body
