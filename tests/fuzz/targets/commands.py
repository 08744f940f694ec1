"""Comments: what is heard as a command begins a line, and the door lets through whatever the parser would hear."""

import re
from collections.abc import Iterator
from typing import Final

from bot.events import COMMAND
from workers.commands.parser import spoken
from workers.commands.spoken import commands

BEGINS_A_LINE: Final = re.compile(r"^ {0,3}/ecto-fix(?=\s|\Z)", re.MULTILINE | re.IGNORECASE)
PIECES: Final = ("```\n", "~~~~\n", "> ", "    ", "<!-- ", " -->", "`", "/ecto-fix help", "\u200b", "\r\n", "\t")


def corpus() -> Iterator[bytes]:
    """Return every command, and what hides one."""
    yield from (f"Please:\n\n{command.usage}\n".encode() for command in commands().values())
    yield from (f"{piece}/ecto-fix explain x\n{piece}\n/ecto-fix".encode() for piece in PIECES)


def read(data: bytes) -> None:
    """Listen."""
    text = data.decode(errors="replace")
    if spoken(text) is not None:
        assert BEGINS_A_LINE.search(text)
        assert COMMAND.search(text)
