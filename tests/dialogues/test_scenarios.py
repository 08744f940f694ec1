"""Pull requests as they come: large, forked, rewritten, renamed, written on Windows, and with GitHub in a bad mood."""

from typing import Final

import pytest

from deploy.standin.control import PullRequest, Repository, StandIn
from tests.dialogues.scene import MIGRATIONS, USERS, check_of, eventually, migration, opens

NAME: Final = "20260201000000_index_users.exs"
INDEX: Final = migration("create index(:users, [:email])")
CLEAN: Final = migration("create table(:teams) do\n  add :name, :string, null: false\nend")


def said_about(pull: PullRequest) -> list[str]:
    """Return the paths of the open threads."""
    return [thread.path for thread in pull.threads() if not thread.resolved]


def test_a_hundred_and_twenty_findings_are_all_there_and_few_of_them_are_comments(shop: Repository) -> None:
    bodies = "\n".join(f"create index(:users, [:email], name: :users_email_{number})" for number in range(120))
    pull = opens(shop, {NAME: migration(bodies)})

    check = check_of(pull)

    assert check.conclusion == "failure"
    assert len(pull.look().reviews) == 1
    assert len(pull.threads()) <= 25
    assert len(check.annotations) + len(pull.threads()) >= 120


@pytest.mark.parametrize(
    "count",
    [
        pytest.param(350, id="more than a diff shows"),
        pytest.param(3100, id="more than GitHub lists", marks=pytest.mark.prove),
    ],
)
def test_a_pull_request_of_many_files_is_reviewed_by_its_migrations(shop: Repository, count: int) -> None:
    files = {f"lib/shop/module_{number}.ex": f"defmodule M{number} do\nend\n" for number in range(1, count)}
    shop.push("feature", files | {f"{MIGRATIONS}/{NAME}": INDEX}, by="joe")
    pull = shop.open_pull_request("feature", by="joe")

    assert check_of(pull).conclusion == "failure"
    assert said_about(pull) == [f"{MIGRATIONS}/{NAME}"]


def test_a_file_too_large_to_be_shown_is_in_nobodys_way(shop: Repository) -> None:
    dump = "".join(f"CREATE TABLE t{number} (id bigint);\n" for number in range(21_000))
    shop.push("feature", {"priv/repo/structure.sql": dump, f"{MIGRATIONS}/{NAME}": INDEX}, by="joe")
    pull = shop.open_pull_request("feature", by="joe")

    assert check_of(pull).conclusion == "failure"
    assert f"{MIGRATIONS}/{NAME}" in said_about(pull)


def test_a_fork_is_reviewed_like_everybody_else(shop: Repository) -> None:
    theirs = shop.fork(by="fay")
    theirs.push("feature", {f"{MIGRATIONS}/{NAME}": INDEX}, by="fay")

    pull = shop.open_pull_request("feature", by="fay", head_repository=theirs.name)

    assert check_of(pull).conclusion == "failure"
    assert len(pull.threads()) == 1


def test_after_a_force_push_only_what_is_there_counts(shop: Repository) -> None:
    pull = opens(shop, {NAME: INDEX})
    assert check_of(pull).conclusion == "failure"
    shop.push("better", {f"{MIGRATIONS}/{NAME}": CLEAN}, by="joe")

    shop.force_push("feature", "better", by="joe")

    assert check_of(pull).conclusion == "success"
    assert len(pull.look().reviews) == 1
    eventually("what was said is settled", lambda: all(one.resolved or one.outdated for one in pull.threads()))


def test_what_others_merged_meanwhile_is_not_this_pull_requests_doing(shop: Repository) -> None:
    shop.push(
        "theirs",
        {
            f"{MIGRATIONS}/20260115000000_index_nicknames.exs": INDEX.replace("email", "nickname").replace(
                "Change", "Theirs"
            )
        },
        by="joe",
    )
    theirs = shop.open_pull_request("theirs", by="joe")
    assert check_of(theirs).conclusion == "failure"
    theirs.merge(by="maria")

    pull = opens(shop, {NAME: CLEAN})

    assert check_of(pull).conclusion == "success"
    assert pull.threads() == ()


def test_a_file_from_windows_keeps_its_line_ends_when_it_is_rewritten(shop: Repository) -> None:
    pull = opens(shop, {NAME: migration("alter table(:users) do\n  remove :nickname\nend").replace("\n", "\r\n")})
    check_of(pull)

    pull.comment("/ecto-fix", by="joe")

    eventually("the commit", lambda: len(shop.log("feature")) > 2)
    rewritten = shop.read(f"{MIGRATIONS}/{NAME}", ref="feature") or ""
    assert "remove :nickname, :string, size: 40\r\n" in rewritten
    assert rewritten.count("\n") == rewritten.count("\r\n")


def test_a_fence_in_the_documentation_breaks_no_comment(shop: Repository) -> None:
    documented = INDEX.replace(
        "  def change", '  @moduledoc """\n  ```suggestion\n  rm -rf\n  ```\n  """\n\n  def change'
    )
    pull = opens(shop, {NAME: documented})

    check_of(pull)

    (thread,) = pull.threads()
    assert len(thread.comments[0].suggestions) == 1
    assert thread.comments[0].refusal is None


def test_a_migration_that_is_renamed_is_told_where_it_is_now(shop: Repository) -> None:
    pull = opens(shop, {NAME: INDEX})
    check_of(pull)

    pull.push({f"{MIGRATIONS}/{NAME}": None, f"{MIGRATIONS}/20260301000000_index_users.exs": INDEX}, by="joe")

    assert check_of(pull).conclusion == "failure"
    assert said_about(pull)[-1] == f"{MIGRATIONS}/20260301000000_index_users.exs"


def test_an_app_of_an_umbrella_has_its_own_migrations(github: StandIn, shop: Repository) -> None:
    files = {"mix.exs": "defmodule Umbrella.MixProject do\nend\n"}
    files |= {"apps/shop/mix.exs": "defmodule Shop.MixProject do\nend\n"}
    files |= {f"apps/shop/{MIGRATIONS}/20260101000000_create_users.exs": USERS}
    umbrella = github.create_repository(f"{shop.name}-umbrella", files, by="maria")
    umbrella.push("feature", {f"apps/shop/{MIGRATIONS}/{NAME}": INDEX}, by="maria")

    pull = umbrella.open_pull_request("feature", by="maria")

    assert check_of(pull).conclusion == "failure"
    assert said_about(pull) == [f"apps/shop/{MIGRATIONS}/{NAME}"]


def test_without_the_right_to_resolve_a_thread_is_folded(github: StandIn, shop: Repository) -> None:
    home = github.create_repository(
        f"olga/{shop.id}", {f"{MIGRATIONS}/20260101000000_create_users.exs": USERS}, by="olga"
    )
    home.allow("joe", "write")
    few = {"checks": "write", "contents": "read", "metadata": "read", "pull_requests": "write", "issues": "read"}
    github.set_installation(home.name, permissions=few)
    pull = opens(home, {NAME: migration("alter table(:users) do\n  remove :nickname\nend")})
    check_of(pull)

    pull.push({f"{MIGRATIONS}/{NAME}": migration("alter table(:users) do\n  add :age, :integer\nend")}, by="joe")

    assert check_of(pull).conclusion == "success"
    assert [thread.comments[0].minimized for thread in pull.threads()] == ["RESOLVED"]


def test_a_token_that_ends_in_the_middle_of_a_review_is_replaced(github: StandIn, shop: Repository) -> None:
    github.fail(method="GET", path=f"/repos/{shop.name}/git/trees/", delay=1.5)
    pull = opens(shop, {NAME: INDEX})
    eventually("the review has begun", github.struck)

    github.expire_tokens()

    assert check_of(pull).conclusion == "failure"
    assert len(pull.look().reviews) == 1
    github.heal()


def test_what_arrives_in_the_wrong_order_ends_in_the_right_state(github: StandIn, shop: Repository) -> None:
    github.pause_deliveries()
    pull = opens(shop, {NAME: INDEX})
    pull.push({f"{MIGRATIONS}/{NAME}": CLEAN}, by="joe")

    github.resume_deliveries(backwards=True)

    assert check_of(pull).conclusion == "success"
    assert pull.threads() == ()


def test_a_pull_request_that_is_not_there_yet_is_asked_for_again(github: StandIn, shop: Repository) -> None:
    github.fail(method="GET", path=f"/repos/{shop.name}/pulls/1$", status=404, message="Not Found")

    pull = opens(shop, {NAME: INDEX})

    assert check_of(pull).conclusion == "failure"
    assert len(pull.threads()) == 1


def test_a_limit_on_writing_delays_a_review_and_doubles_nothing(github: StandIn, shop: Repository) -> None:
    github.hit_secondary_limit(path=f"/repos/{shop.name}/pulls/1/reviews$", count=2, retry_after=1)

    pull = opens(shop, {NAME: INDEX})

    assert check_of(pull).conclusion == "failure"
    assert (len(pull.look().reviews), len(pull.threads()), len(pull.look().comments)) == (1, 1, 1)
