"""What a terminal shows instead of obeying it."""

import json
import re
from typing import Any, Final

# Controls, marks that turn text round or hide in it, and bytes of a name that are no text.
UNPRINTABLE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb]"
)


def printable(text: str) -> str:
    """Return *text* with everything that a terminal would obey shown as an escape."""
    return UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def on_one_line(text: str) -> str:
    """Return *text* as a terminal shows it, without a line break that could end a comment or begin a command."""
    return printable(text).replace("\n", "\\n")


def as_document(document: Any) -> str:
    """Return JSON for people to look at, too, with a final line break; `printable` escapes as JSON does."""
    return printable(json.dumps(document, ensure_ascii=False, indent=2)) + "\n"
