"""Chance, each day: our own inputs cut up and put together again, for the targets that need no server."""

from importlib import import_module
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

TARGETS = ("commands", "configuration", "elixir", "evaluator", "markdown", "tokenizer")


def pieces(corpus: list[bytes]) -> st.SearchStrategy[bytes]:
    """Return what begins like one input, goes on like another, and has something strange between."""
    some = st.sampled_from(corpus)
    cuts = st.tuples(some, some, st.integers(0, 400), st.integers(0, 400), st.binary(max_size=4))
    return cuts.map(lambda cut: cut[0][: cut[2]] + cut[4] + cut[1][cut[3] :])


@pytest.mark.parametrize("name", TARGETS)
def test_nothing_is_found_by_chance(name: str) -> None:
    target: Any = import_module(f"tests.fuzz.targets.{name}")

    @settings(max_examples=20, deadline=None)
    @given(pieces(list(target.corpus())))
    def read(data: bytes) -> None:
        target.read(data)

    read()
