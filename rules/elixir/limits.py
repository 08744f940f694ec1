"""How much Elixir is read at once; the largest public migration has 464 KB, 6,873 tokens and a depth of 41."""

from typing import Final

from rules.elixir.errors import Refused

MAX_CHARACTERS: Final = 1_000_000
MAX_TOKENS: Final = 200_000
MAX_NESTING: Final = 200  # brackets and blocks within each other
MAX_INTERPOLATIONS: Final = 30  # within each other; each takes a dozen calls of ours
MAX_DEPTH: Final = 250  # of the tree, so that whoever walks it may recurse
MAX_ERRORS: Final = 100  # in one source; more, and it is none


def too_deep(offset: int) -> Refused:
    """Make the error of a source that nests deeper than is read."""
    return Refused("the source nests too deep", offset)


def too_broken(offset: int) -> Refused:
    """Make the error of a source that has more errors than are worth telling."""
    return Refused(f"the source has more than {MAX_ERRORS} errors", offset)
