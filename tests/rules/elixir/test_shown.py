"""Whatever Elixir the project shows can be read."""

import re
from pathlib import Path
from textwrap import dedent

import pytest

from rules.elixir.parser import read
from rules.source import SourceFile

ROOT = Path(__file__).parents[3]
BLOCK = re.compile(r"^(?P<indent>[ \t]*)```elixir[^\n]*\n(?P<code>.*?)^(?P=indent)```", re.MULTILINE | re.DOTALL)
MARK = re.compile(r"[ \t]*# finds: .*$", re.MULTILINE)  # what literate tests add to a line
MEANT_TO_BE_BROKEN = "unreadable_elixir"
SHOWING = (
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "rules").rglob("*.py")),
    *sorted((ROOT / "tests").rglob("*.md")),
)


def blocks(path: Path) -> list[str]:
    if path.stem == MEANT_TO_BE_BROKEN:
        return []
    return [MARK.sub("", dedent(found["code"])) for found in BLOCK.finditer(path.read_text("utf-8"))]


@pytest.mark.parametrize("path", [path for path in SHOWING if blocks(path)], ids=lambda path: path.stem)
def test_the_elixir_that_a_page_shows_can_be_read(path: Path) -> None:
    for code in blocks(path):
        assert read(SourceFile(str(path), code)).errors == (), code


def test_pages_show_elixir() -> None:
    assert sum(len(blocks(path)) for path in SHOWING) > 0
