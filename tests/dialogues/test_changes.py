"""What a pull request stands on changes while it is open: its base, its repository, the installation, what was said."""

from typing import Final

from deploy.standin.control import Repository, StandIn
from tests.dialogues.scene import MIGRATIONS, USERS, answer_to, check_of, eventually, migration, opens

NAME: Final = "20260201000000_index_users.exs"
INDEX: Final = migration("create index(:users, [:email])")
TEAMS: Final = migration("create table(:teams) do\n  add :name, :string, null: false\nend")


def shop_of(github: StandIn, owner: str, **more: str) -> Repository:
    """Make a repository under an owner of its own, whose installation is nobody else's."""
    files = {f"{MIGRATIONS}/20260101000000_create_users.exs": USERS} | more
    shop = github.create_repository(f"{owner}/shop", files, by=owner)
    shop.allow("joe", "write")
    return shop


def test_what_a_comment_says_after_it_was_edited_is_no_command(shop: Repository) -> None:
    pull = opens(shop, {NAME: INDEX})
    head = pull.look().head_sha
    check_of(pull)

    edited = pull.comment("Thank you.", by="maria")
    pull.edit_comment(edited, "/ecto-fix", by="maria")
    heard = pull.comment("/ecto-fix help", by="maria")

    answer_to(pull, heard)
    assert pull.look().head_sha == head
    assert next(one.reactions for one in pull.look().comments if one.id == edited) == ()


def test_lines_that_the_diff_does_not_show_are_said_on_the_file_and_rewritten_when_asked(shop: Repository) -> None:
    lines = "\n".join(f"# {number}" for number in range(30))
    old = migration(f"create index(:users, [:email])\n{lines}\ncreate index(:users, [:nickname])")
    shop.push("main", {f"{MIGRATIONS}/{NAME}": old}, by="maria")

    pull = opens(shop, {NAME: old.replace("# 29", "# the last")})

    assert check_of(pull).conclusion == "failure"
    beside, on_file = pull.threads()
    assert (beside.subject, beside.line, on_file.subject, on_file.line) == ("line", 36, "file", None)
    assert beside.comments[0].suggestions == ()  # it would reach from hunk to hunk
    assert "in line 5 · " in on_file.comments[0].body
    comment = pull.comment("/ecto-fix", by="joe")
    assert answer_to(pull, comment).body.startswith("Committed in ")
    assert (shop.read(f"{MIGRATIONS}/{NAME}", ref="feature") or "").count("concurrently: true") == 2
    assert check_of(pull).conclusion == "success"


def test_another_base_is_another_question(shop: Repository) -> None:
    theirs = TEAMS.replace("Change", "Theirs").replace("teams", "guilds")
    shop.push("release", {f"{MIGRATIONS}/20260201000000_theirs.exs": theirs}, by="joe")
    pull = opens(shop, {"20260201000000_ours.exs": TEAMS})
    assert check_of(pull).conclusion == "success"

    pull.edit(by="joe", base="release")

    eventually("it collides", lambda: check_of(pull).conclusion == "failure")
    assert "version-used-twice" in (check_of(pull).summary or "")


def test_what_the_base_got_meanwhile_may_collide(shop: Repository) -> None:
    pull = opens(shop, {"20260201000000_ours.exs": TEAMS})
    assert check_of(pull).conclusion == "success"

    theirs = TEAMS.replace("Change", "Theirs").replace("teams", "guilds")
    shop.push("main", {f"{MIGRATIONS}/20260201000000_theirs.exs": theirs}, by="maria")

    eventually("it collides", lambda: check_of(pull).conclusion == "failure")
    assert "version-used-twice" in (check_of(pull).summary or "")


def test_what_comes_along_when_the_base_is_merged_into_the_branch_is_not_its_doing(shop: Repository) -> None:
    pull = opens(shop, {"20260301000000_teams.exs": TEAMS})
    assert check_of(pull).conclusion == "success"
    shop.push("main", {f"{MIGRATIONS}/{NAME}": INDEX.replace("Change", "Theirs")}, by="maria")

    shop.open_pull_request("main", base="feature", by="joe").merge(by="joe")

    assert shop.read(f"{MIGRATIONS}/{NAME}", ref="feature")
    assert check_of(pull).conclusion == "success"
    assert pull.threads() == ()


def test_a_closed_pull_request_is_left_alone_until_it_is_opened_again(shop: Repository) -> None:
    pull = opens(shop, {NAME: INDEX})
    assert check_of(pull).conclusion == "failure"
    pull.close(by="joe")

    comment = pull.comment("/ecto-fix", by="maria")
    answer = answer_to(pull, comment).body
    shop.push("feature", {f"{MIGRATIONS}/{NAME}": TEAMS}, by="joe")
    pull.reopen(by="joe")

    assert "is closed" in answer
    eventually("the head of now is reviewed", lambda: check_of(pull).conclusion == "success")


def test_a_repository_keeps_its_reviews_under_another_name(shop: Repository) -> None:
    pull = opens(shop, {NAME: INDEX})
    assert check_of(pull).conclusion == "failure"

    shop.rename(f"store-{shop.id}", by="maria")
    pull.push({f"{MIGRATIONS}/{NAME}": f"# The same.\n{INDEX}"}, by="joe")

    assert check_of(pull).conclusion == "failure"
    assert (len(pull.threads()), len(pull.look().comments)) == (1, 1)


def test_where_a_repository_has_no_configuration_its_owners_counts(github: StandIn, shop: Repository) -> None:
    owner = f"orla-{shop.id}"
    github.create_repository(f"{owner}/.github", {".github/ecto-fix.yml": "gate: []\n"}, by=owner)

    pull = opens(shop_of(github, owner), {NAME: INDEX})

    assert check_of(pull).conclusion == "neutral"
    assert "in the owner's repository `.github`" in pull.look().comments[0].body


def test_while_the_installation_is_suspended_nothing_is_said_and_afterwards_all_is(
    github: StandIn, shop: Repository
) -> None:
    home = shop_of(github, f"sue-{shop.id}")
    home.suspend(by="sue")
    pull = opens(home, {NAME: INDEX})
    github.settle()
    before = pull.checks()

    home.suspend(suspended=False, by="sue")

    assert before == ()
    assert check_of(pull).conclusion == "failure"


def test_what_waited_for_a_permission_is_reviewed_when_it_is_given(github: StandIn, shop: Repository) -> None:
    home = shop_of(github, f"pia-{shop.id}")
    github.set_installation(home.name, permissions={"metadata": "read", "contents": "read"})
    pull = opens(home, {NAME: INDEX})
    github.settle()
    before = pull.checks()

    home.accept_permissions(
        {"checks": "write", "contents": "write", "metadata": "read", "pull_requests": "write", "issues": "write"},
        by="pia",
    )

    assert before == ()
    assert check_of(pull).conclusion == "failure"
    assert len(pull.threads()) == 1
