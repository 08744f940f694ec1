"""Tokenizer and parser: whatever the text, it is read or refused in Elixir's words, and both ways of reading agree."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from rules.elixir.errors import ElixirSyntaxError
from rules.elixir.parser import parse
from rules.elixir.parser import read as read_on
from rules.elixir.syntax import Syntax, walk
from rules.source import SourceFile

GOLDEN: Final = Path(__file__).parents[2] / "rules" / "elixir" / "golden"


def corpus() -> Iterator[bytes]:
    """Return the sources that Elixir itself was asked about."""
    for file in sorted(GOLDEN.glob("*.exs")):
        yield file.read_bytes()


def read(data: bytes) -> None:
    """Parse strictly and forgivingly; every place lies within the text."""
    source = SourceFile("a.exs", data.decode(errors="replace"))
    parsed, size = read_on(source), len(source.text)
    strict = _strictly(source)
    if isinstance(strict, ElixirSyntaxError):
        assert parsed.errors, strict
        assert 0 <= strict.offset <= size, strict
    else:
        assert not parsed.errors
        assert all(0 <= node.start <= node.end <= size for node in walk(strict))


def _strictly(source: SourceFile) -> Syntax | ElixirSyntaxError:
    try:
        return parse(source)
    except ElixirSyntaxError as error:
        return error
