"""`ecto-fix ast`, as programs call it."""

import json
import subprocess
import sys
from pathlib import Path

PROGRAM = Path(sys.executable).with_name("ecto-fix")


def ast(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [str(PROGRAM), "ast", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_file_is_printed_as_one_line_of_json(tmp_path: Path) -> None:
    path = tmp_path / "a.exs"
    path.write_text("drop table(:a)\r\n")

    plain = ast("--format", "json", path)
    full = ast("--mode", "full", path)

    assert json.loads(plain.stdout)["n"][1] == [1, 1]
    assert json.loads(full.stdout)["n"][1] == {"column": 1, "line": 1}
    assert (plain.returncode, full.returncode) == (0, 0)


def test_what_cannot_be_read_is_told_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "a.exs"
    path.write_text("a\n1 2\n")

    answer = ast(path)

    assert (answer.stdout, answer.returncode) == ("", 1)
    assert answer.stderr == f'{path}:2:3: syntax error before: "2"\n'


def test_a_tree_is_written_file_for_file(tmp_path: Path) -> None:
    root, out = tmp_path / "root", tmp_path / "out"
    (root / "priv").mkdir(parents=True)
    (root / "mix.exs").write_text("a")
    (root / "priv" / "broken.exs").write_text("1 2")
    (root / "priv" / "latin.ex").write_bytes(b"a\n\xe9")
    (root / "README.md").write_text("# none")

    answer = ast("--root", root, "--out", out)

    assert answer.returncode == 1
    written = {str(path.relative_to(out)): json.loads(path.read_text()) for path in out.rglob("*.json")}
    assert written["mix.exs.json"]["n"][0] == {"a": "a"}
    assert written["priv/broken.exs.error.json"]["line"] == 1
    assert written["priv/latin.ex.error.json"]["line"] == 2
    assert len(written) == 3


def test_what_makes_no_sense_is_refused(tmp_path: Path) -> None:
    assert ast("--root", tmp_path).returncode == 2
    assert ast(tmp_path / "missing.exs").returncode == 2
