"""A patch is right when `git apply` takes it and leaves the files that were meant."""

import subprocess
from pathlib import Path

import pytest

from rules.rewrite.patch import patch
from rules.source import SourceFile

FOLDER = "priv/repo/migrations"


def git(folder: Path, *arguments: str, given: str = "") -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], input=given.encode(), check=True, capture_output=True)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"1_a.exs": "one\ntwo\nthree\n"}, {"1_a.exs": "one\n2\nthree\n"}),
        ({"1_a.exs": "one\ntwo"}, {"1_a.exs": "one\ntwo\nthree"}),
        ({"1_a.exs": "one\r\ntwo\r\n"}, {"1_a.exs": "one\r\n2\r\n"}),
        ({"1_a.exs": "one\n"}, {"1_a.exs": "1\n", "2_b.exs": "new\n"}),
        ({"1_a b.exs": "one\n", "1_ä.exs": "one\n"}, {"1_a b.exs": "1\n", "1_ä.exs": "1\n"}),
        ({'1_"\\\t.exs': "one\n"}, {'1_"\\\t.exs': "1\n"}),
        ({"1_a.exs": "a\u2028b\fc\n"}, {"1_a.exs": "a\u2028b\fd\n"}),
    ],
)
def test_git_applies_a_patch(before: dict[str, str], after: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir(parents=True)
    git(tmp_path, "init", "--quiet")
    for name, text in before.items():
        (tmp_path / FOLDER / name).write_bytes(text.encode())
    old = {f"{FOLDER}/{name}": SourceFile(f"{FOLDER}/{name}", text) for name, text in before.items()}
    new = [SourceFile(f"{FOLDER}/{name}", text) for name, text in after.items()]

    git(tmp_path, "apply", "-", given=patch(old, new))

    assert {name: (tmp_path / FOLDER / name).read_bytes().decode() for name in after} == after
