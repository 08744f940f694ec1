"""What Elixir's formatter printed is what we print, wherever it had to break lines."""

import json
from pathlib import Path

import pytest

from rules.elixir.parser import parse
from rules.elixir.printer import Habit, lines, one_line
from rules.elixir.syntax import Call
from rules.source import SourceFile

GOLDEN = Path(__file__).parent / "golden" / "printed" / "printed.jsonl"
PRINTED = [json.loads(line) for line in GOLDEN.read_text().splitlines()]
AT_LEAST = 60


@pytest.mark.parametrize(("source", "indent", "printed"), PRINTED)
def test_what_the_formatter_prints_we_print(source: str, indent: int, printed: str) -> None:
    tree = parse(SourceFile("printed.exs", source))
    habit = Habit(parentheses=isinstance(tree, Call) and tree.opening is not None, text=source)

    written = lines([tree], indent, habit)

    margin = " " * indent
    assert written == [margin + line for line in printed.split("\n")]


def test_the_constructs_are_many() -> None:
    assert len({source for source, *_ in PRINTED}) >= AT_LEAST


def test_a_string_whose_lines_would_move_is_not_printed() -> None:
    source = 'execute "one\n  two"'

    with pytest.raises(ValueError, match="several lines"):
        lines([parse(SourceFile("printed.exs", source))], 4, Habit(text=source))


def test_a_heredoc_moves_with_its_indentation() -> None:
    source = '      execute """\n      one\n\n        two\n      """\n'

    written = lines([parse(SourceFile("printed.exs", source))], 2, Habit(text=source))

    assert written == ['  execute """', "  one", "", "    two", '  """']


def test_a_struct_has_its_name_without_the_source() -> None:
    tree = parse(SourceFile("printed.exs", "%MyApp.Money{amount: 0}"))

    assert one_line(tree) == "%MyApp.Money{amount: 0}"
