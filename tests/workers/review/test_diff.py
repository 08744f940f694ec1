"""Where a diff shows lines of the new side."""

import subprocess
from pathlib import Path

import pytest

from rules.source import SourceFile
from workers.review.diff import Hunk, hunks_between, hunks_of_patch, whole


def test_hunks_are_read_from_a_patch() -> None:
    patch = "@@ -1,4 +1,5 @@ defmodule\n a\n+b\n@@ -20 +21 @@\n-x\n+y\n@@ -30,2 +31,0 @@\n-gone\n-gone"

    assert hunks_of_patch(patch) == (Hunk(1, 5), Hunk(21, 21))


def test_code_that_looks_like_a_header_is_code() -> None:
    assert hunks_of_patch("@@ -0,0 +1,2 @@\n+@@ -1,4 +90,5 @@\n+x") == (Hunk(1, 2),)


def test_a_new_file_is_one_hunk_and_an_empty_one_is_none() -> None:
    assert whole(SourceFile("a", "1\n2\n3")) == (Hunk(1, 3),)
    assert whole(SourceFile("a", "")) == ()


NUMBERS = [f"{number}\n" for number in range(1, 61)]
CHANGES = {
    "a line changed": [*NUMBERS[:30], "new\n", *NUMBERS[31:]],
    "two far apart": ["new\n", *NUMBERS[1:50], "new\n", *NUMBERS[51:]],
    "two close": [*NUMBERS[:10], "new\n", *NUMBERS[11:15], "new\n", *NUMBERS[16:]],
    "lines removed": [*NUMBERS[:10], *NUMBERS[20:]],
    "lines added at the end": [*NUMBERS, "61\n", "62\n"],
    "all removed": [],
}


@pytest.mark.parametrize("change", CHANGES)
def test_our_hunks_are_git_s_hunks(change: str, tmp_path: Path) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    before.write_text("".join(NUMBERS))
    after.write_text("".join(CHANGES[change]))
    diff = ["git", "diff", "--no-index", "-U3", str(before), str(after)]

    patch = subprocess.run(diff, capture_output=True, text=True, check=False).stdout

    ours = hunks_between(SourceFile("a", before.read_text()), SourceFile("a", after.read_text()))
    assert ours == hunks_of_patch(patch)


def test_files_that_would_take_minutes_to_compare_have_no_hunks() -> None:
    before, after = ("".join(f"x\n{side}{number}\n" for number in range(2_000)) for side in "ab")

    assert hunks_between(SourceFile("a", before), SourceFile("a", after)) == ()
