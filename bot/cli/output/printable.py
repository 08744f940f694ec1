"""What a terminal shows instead of obeying it."""

import re
from typing import Final

# Controls, and marks that turn text round.
UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """Return *text* with everything that a terminal would obey shown as an escape."""
    return UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
