"""How much Elixir is read at once; the largest public migration has 464 KB, 6,873 tokens and a depth of 41."""

from typing import Final

from rules.elixir.errors import Rejected

MAX_CHARACTERS: Final = 1_000_000
MAX_TOKENS: Final = 200_000
MAX_NESTING: Final = 200  # brackets, blocks and interpolations within each other
MAX_DEPTH: Final = 250  # of the tree, so that whoever walks it may recurse


def too_deep(offset: int) -> Rejected:
    """Make the error of a source that nests deeper than is read."""
    return Rejected(f"the source nests deeper than {MAX_NESTING} levels", offset)
