"""Whatever Elixir the project shows can be read, but for what is shown because it cannot."""

import re
from pathlib import Path
from textwrap import dedent

import pytest

from rules.elixir.parser import read
from rules.source import SourceFile

ROOT = Path(__file__).parents[3]
BLOCK = re.compile(r"^(?P<indent>[ \t]*)```elixir[^\n]*\n(?P<code>.*?)^(?P=indent)```", re.MULTILINE | re.DOTALL)
MARK = re.compile(r"[ \t]*# finds: .*$", re.MULTILINE)  # what literate tests add to a line
BROKEN = "# finds: unreadable-elixir"
SHOWING = (
    *sorted(ROOT.glob("*.md")),
    *sorted(path for path in (ROOT / "rules").rglob("*.py") if path.stem != "unreadable_elixir"),
    *sorted((ROOT / "tests").rglob("*.md")),
)


def blocks(path: Path) -> list[str]:
    shown = path.read_text("utf-8").replace(r"\"\"\"", '"""')  # within a docstring
    return [dedent(found["code"]) for found in BLOCK.finditer(shown)]


@pytest.mark.parametrize("path", [path for path in SHOWING if blocks(path)], ids=lambda path: path.stem)
def test_the_elixir_that_a_page_shows_can_be_read_unless_it_is_said_to_be_broken(path: Path) -> None:
    for code in blocks(path):
        parsed = read(SourceFile(str(path), MARK.sub("", code)))

        assert bool(parsed.errors) == (BROKEN in code), code


def test_pages_show_elixir() -> None:
    assert sum(len(blocks(path)) for path in SHOWING) > 0
