"""A work tree is read as it stands: whose migrations, which are new, and what cannot be read."""

import os
import subprocess
from pathlib import Path

import pytest

from bot.cli.local.repository import LARGEST, select
from bot.cli.main import CannotRun

MIGRATIONS = "priv/repo/migrations"


def write(root: Path, path: str, content: str | bytes = "defmodule M do\nend\n") -> Path:
    place = root / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content.encode() if isinstance(content, str) else content)
    return place


def git(root: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
    subprocess.run(["git", "-C", str(root), *identity, *arguments], check=True, capture_output=True)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    write(tmp_path, "mix.exs")
    write(tmp_path, f"{MIGRATIONS}/1_users.exs")
    write(tmp_path, f"{MIGRATIONS}/2_orders.exs")
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message=Begin")
    return tmp_path


def test_all_migrations_are_under_review_with_the_files_that_explain_them(shop: Path) -> None:
    write(shop, "deps/oban/priv/repo/migrations/3_not_ours.exs")
    write(shop, "lib/shop/repo.ex")

    change = select([shop], base=None).change

    assert [file.path for file in change.proposed] == [f"{MIGRATIONS}/1_users.exs", f"{MIGRATIONS}/2_orders.exs"]
    assert [file.path for file in change.project] == ["lib/shop/repo.ex", "mix.exs"]


def test_a_file_is_reviewed_from_anywhere_with_its_path_from_the_root(shop: Path) -> None:
    selection = select([shop / MIGRATIONS / "2_orders.exs"], base=None)

    assert selection.root == shop
    assert f"{MIGRATIONS}/2_orders.exs" in {file.path for file in selection.change.proposed}


def test_without_git_the_outermost_mix_project_is_the_repository(tmp_path: Path) -> None:
    write(tmp_path, "mix.exs")
    write(tmp_path, "apps/db/mix.exs")
    place = write(tmp_path, f"apps/db/{MIGRATIONS}/1_users.exs")

    selection = select([place], base=None)

    assert selection.root == tmp_path
    assert [file.path for file in selection.change.proposed] == [f"apps/db/{MIGRATIONS}/1_users.exs"]


def test_what_changed_since_a_revision_is_proposed_and_the_rest_is_merged(shop: Path) -> None:
    git(shop, "switch", "--quiet", "--create", "feature")
    write(shop, f"{MIGRATIONS}/2_orders.exs", "defmodule Edited do\nend\n")
    write(shop, f"{MIGRATIONS}/3_coupons.exs")
    git(shop, "add", ".")
    git(shop, "commit", "--quiet", "--message=Feature")
    write(shop, f"{MIGRATIONS}/4_uncommitted.exs")

    change = select([shop], base="main").change

    assert [file.path for file in change.proposed] == [
        f"{MIGRATIONS}/{name}.exs" for name in ("2_orders", "3_coupons", "4_uncommitted")
    ]
    assert [file.path for file in change.merged] == [f"{MIGRATIONS}/1_users.exs"]
    assert [file.path for file in change.replaced] == [f"{MIGRATIONS}/2_orders.exs"]


def test_a_renamed_migration_replaces_itself_and_a_deleted_one_has_run(shop: Path) -> None:
    (shop / MIGRATIONS / "1_users.exs").unlink()
    (shop / MIGRATIONS / "2_orders.exs").rename(shop / MIGRATIONS / "2_all_orders.exs")

    change = select([shop], base="main").change

    assert [file.path for file in change.proposed] == [f"{MIGRATIONS}/2_all_orders.exs"]
    assert [file.path for file in change.replaced] == [f"{MIGRATIONS}/2_orders.exs"]
    assert [file.path for file in change.merged] == [f"{MIGRATIONS}/1_users.exs"]
    assert change.removed == {f"{MIGRATIONS}/1_users.exs"}


def test_files_that_cannot_be_read_are_refused_by_name(shop: Path) -> None:
    write(shop, f"{MIGRATIONS}/3_large.exs", b"#" * (LARGEST + 1))
    write(shop, f"{MIGRATIONS}/4_latin.exs", "# é".encode("latin-1"))
    (shop / MIGRATIONS / "5_link.exs").symlink_to("/etc/hostname")
    os.mkfifo(shop / MIGRATIONS / "6_pipe.exs")

    refused = select([shop], base=None).refused

    assert {(file.path.rpartition("/")[2], file.reason) for file in refused} == {
        ("3_large.exs", "it is larger than 1 MB"),
        ("4_latin.exs", "it is not UTF-8"),
        ("5_link.exs", "it is a symbolic link"),
        ("6_pipe.exs", "it is no regular file"),
    }


def test_carriage_returns_are_kept(shop: Path) -> None:
    write(shop, f"{MIGRATIONS}/3_dos.exs", "defmodule M do\r\nend\r\n")

    change = select([shop / MIGRATIONS / "3_dos.exs"], base=None).change

    assert change.proposed[-1].text == "defmodule M do\r\nend\r\n"


def test_what_cannot_be_found_is_said(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(CannotRun, match="there is no"):
        select([shop / "nowhere"], base=None)
    with pytest.raises(CannotRun, match="there is no commit nonsense here"):
        select([shop], base="nonsense")
    with pytest.raises(CannotRun, match="several repositories"):
        select([shop, tmp_path_factory.mktemp("other")], base=None)


def test_branches_that_share_nothing_are_told_with_what_to_do(shop: Path) -> None:
    git(shop, "switch", "--quiet", "--orphan=other")
    git(shop, "commit", "--quiet", "--allow-empty", "--message=Begin again")

    with pytest.raises(CannotRun, match="main and HEAD have no commit in common"):
        select([shop], base="main")


def test_a_revision_that_looks_like_an_option_is_not_one(shop: Path) -> None:
    with pytest.raises(CannotRun):
        select([shop], base="--upload-pack=touch /tmp/owned")


def test_code_that_names_a_table_of_the_change_comes_as_it_was_and_as_it_is(shop: Path) -> None:
    before, after = ('schema "users" do\nend\n', 'schema "people" do\nend\n')
    write(shop, "lib/shop/user.ex", before)
    write(shop, "lib/shop/brand.ex", 'schema "brands" do\nend\n')
    git(shop, "add", ".")
    git(shop, "commit", "--quiet", "--message=Users")
    git(shop, "switch", "--quiet", "--create=rename")
    write(shop, "lib/shop/user.ex", after)
    write(shop, f"{MIGRATIONS}/3_rename.exs", "rename table(:users), to: table(:people)\n")

    change = select([shop], base="main").change

    assert [(file.path, file.text) for file in change.running] == [("lib/shop/user.ex", before)]
    assert [(file.path, file.text) for file in change.coming] == [("lib/shop/user.ex", after)]


def test_without_a_base_nothing_is_known_of_what_runs(shop: Path) -> None:
    write(shop, "lib/shop/user.ex", 'schema "users" do\nend\n')
    write(shop, f"{MIGRATIONS}/3_users.exs", "alter table(:users)\n")

    change = select([shop], base=None).change

    assert change.running == ()
    assert [file.path for file in change.coming] == ["lib/shop/user.ex"]
