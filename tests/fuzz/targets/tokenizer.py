"""The tokenizer alone: it ends, and its tokens stand in the order of the text."""

from collections.abc import Iterator

from rules.elixir.errors import Rejected
from rules.elixir.tokenizer import Tokenizer
from tests.fuzz.targets import elixir


def corpus() -> Iterator[bytes]:
    """Return what the parser starts from."""
    return elixir.corpus()


def read(data: bytes) -> None:
    """Tokenize, and do so once more past every error."""
    text = data.decode(errors="replace")
    for tokenizer in (Tokenizer(text), Tokenizer(text, [])):
        assert 0 <= _end(tokenizer) <= len(text)


def _end(tokenizer: Tokenizer) -> int:
    """Return how far it reads."""
    try:
        tokenizer.run()
    except Rejected as rejected:
        return rejected.offset
    return tokenizer.position
