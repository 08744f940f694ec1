"""Numbers and characters, as elixir_tokenizer.erl reads them."""

from typing import Final

from rules.elixir.errors import Rejected
from rules.elixir.escapes import SIMPLE
from rules.elixir.messages import LETTER_AFTER_NUMBER
from rules.elixir.syntax import Number
from rules.elixir.vocabulary import NUMBER

_LONGEST: Final = 4000  # digits; Python refuses to convert more than 4,300
_ESCAPED: Final = 3  # the length of `?\n`


def number(text: str, start: int) -> Number:
    """Read the number at *start*, which is a digit."""
    found = NUMBER.match(text, start)
    assert found is not None  # noqa: S101  # a digit is a number
    end, written = found.end(), found[0]
    if len(written) > _LONGEST:
        raise Rejected(f"the number has more than {_LONGEST:,} digits", start)
    if written[1:2] in ("x", "o", "b"):
        return Number(start, end, int(written, 0))
    follower = text[end : end + 1]
    if follower == "_" or (follower.isascii() and follower.isalpha()):
        raise Rejected(LETTER_AFTER_NUMBER.format(follower, written), start)
    if not found["float"]:
        return Number(start, end, int(written))
    value = float(written)
    if value == float("inf"):
        raise Rejected(f"invalid float number {written}", start)
    return Number(start, end, value)


def character(text: str, start: int, end: int) -> Number:
    r"""Read `?a` or `?\n`."""
    char = text[end - 1]
    return Number(start, end, ord(SIMPLE.get(char, char) if end - start == _ESCAPED else char))
