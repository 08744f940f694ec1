"""The encoder: whatever a name or a sentence holds, a reader sees it and nothing happens."""

from collections.abc import Iterator

from tests.attacks.inert import HOSTILE, assert_inert, cells_of, fences_of
from workers.review.markdown import block, cell, code, prose, within


def corpus() -> Iterator[bytes]:
    """Return what names may look like."""
    return (text.encode(errors="replace") for text in HOSTILE if len(text) < 1_000)


def read(data: bytes) -> None:
    """Encode it in every way."""
    text = data.decode(errors="replace")
    assert_inert(prose(text))
    assert_inert(f"A line above\n{prose(text)}")
    assert_inert(f"The table {code(text)} is locked")
    assert cells_of(f"| a | b |\n|---|---|\n| {cell(code(text))} | {cell(prose(text))} |\n") == 2
    assert len(fences_of(block(text, "suggestion"))) == 1
    assert len(within(block(text, "elixir"), 100).encode()) <= 100
