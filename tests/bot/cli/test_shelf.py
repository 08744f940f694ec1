"""What the command line remembers: in a folder that is the user's alone, and of no harm when it is lost or broken."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli.local.shelf import Shelf, shelf
from workers.edition import edition

PROGRAM = Path(sys.executable).with_name("ecto-fix")
MIGRATIONS = "priv/repo/migrations"


def check(root: Path, *arguments: str) -> str:
    last = f"{MIGRATIONS}/120_step.exs"
    command = [str(PROGRAM), "check", "--format", "json", *arguments, last]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False).stdout


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the program keeps what it remembers."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "ecto-fix"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A repository with a history that is worth remembering, and a finding that needs it."""
    folder = tmp_path / "shop" / MIGRATIONS
    folder.mkdir(parents=True)
    bodies = {100: "create table(:users)", 120: "alter table(:users) do\n      remove :column_105\n    end"}
    for number in range(100, 121):
        body = bodies.get(number, f"alter table(:users) do\n      add :column_{number}, :string, size: 40\n    end")
        text = f"defmodule Shop.M{number} do\n  use Ecto.Migration\n\n  def change do\n    {body}\n  end\nend\n"
        (folder / f"{number}_step.exs").write_text(text)
    return tmp_path / "shop"


def test_a_check_says_the_same_whether_it_remembers_or_not(shop: Path, cache: Path) -> None:
    plain = check(shop, "--no-cache")
    untouched = not cache.exists()

    first, again = check(shop), check(shop)

    assert "size: 40" in plain
    assert first == again == plain
    assert untouched
    assert list(cache.iterdir())


def test_what_is_broken_is_ignored_and_replaced(shop: Path, cache: Path) -> None:
    first = check(shop)
    whole = {place: place.read_bytes() for place in cache.iterdir()}
    for place, content in whole.items():
        place.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))

    again = check(shop)

    assert again == first
    assert {place: place.read_bytes() for place in cache.iterdir()} == whole


def test_two_checks_at_once_do_not_disturb_each_other(shop: Path, cache: Path) -> None:
    command = [str(PROGRAM), "check", "--format", "json", f"{MIGRATIONS}/120_step.exs"]

    running = [subprocess.Popen(command, cwd=shop, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate()[0] for process in running]

    assert said == [check(shop, "--no-cache")] * 2
    assert {place.suffix for place in cache.iterdir()} == {""}  # nothing half written stays


def test_a_shelf_keeps_what_it_was_given(tmp_path: Path) -> None:
    kept = Shelf(tmp_path, "1")

    kept.keep("users", b"a table")

    assert kept.take("users") == b"a table"
    assert kept.take("orders") is None


def test_another_version_of_the_code_finds_nothing(tmp_path: Path) -> None:
    Shelf(tmp_path, "1").keep("users", b"a table")

    assert Shelf(tmp_path, "2").take("users") is None


def test_the_version_of_the_code_changes_with_its_files(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text("before")
    before = edition(tmp_path)

    module.write_text("afterwards")

    assert edition(tmp_path) != before
    assert edition(tmp_path) == edition(tmp_path)


@pytest.mark.parametrize("content", [b"", b"short", b"long enough to hold a digest, but it holds none"])
def test_a_file_that_was_not_written_by_a_shelf_is_nothing(tmp_path: Path, content: bytes) -> None:
    kept = Shelf(tmp_path, "1")
    kept.keep("users", b"a table")
    (place,) = tmp_path.iterdir()

    place.write_bytes(content)

    assert kept.take("users") is None


def test_what_was_of_use_longest_ago_makes_room(tmp_path: Path) -> None:
    kept = Shelf(tmp_path, "1", room=300)
    for age, key in enumerate(["newest", "older", "oldest"]):
        kept.keep(key, bytes(50))
        (place,) = (place for place in tmp_path.iterdir() if place.stat().st_mtime > 2_000_000)
        os.utime(place, (1_000_000 - age, 1_000_000 - age))

    kept.keep("one more", bytes(100))

    assert kept.take("oldest") is None
    assert kept.take("newest") == bytes(50)


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    kept = Shelf(in_the_way, "1")

    kept.keep("users", b"a table")

    assert kept.take("users") is None


def test_the_folder_is_the_users_alone(cache: Path) -> None:
    assert shelf() is not None
    assert cache.stat().st_mode & 0o777 == 0o700


def test_a_folder_into_which_others_may_write_is_left_alone(cache: Path) -> None:
    cache.mkdir(mode=0o700)
    cache.chmod(0o770)

    assert shelf() is None


def test_a_cache_home_that_is_no_absolute_path_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "somewhere")
    monkeypatch.setenv("HOME", str(tmp_path))

    assert shelf() is not None
    assert (tmp_path / ".cache" / "ecto-fix").is_dir()
