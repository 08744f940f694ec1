"""A patch on the terminal, coloured where the terminal can."""

from typing import Final

from rich.console import Console
from rich.text import Text

from bot.cli.printable import printable

COLOURS: Final = {"+": "green", "-": "red", "@": "cyan"}


def show_patch(patch: str, console: Console) -> None:
    """Print *patch*, line by line as git counts them."""
    for line in patch.split("\n")[:-1]:
        console.print(Text(printable(line.removesuffix("\r")), style=COLOURS.get(line[:1], "")))
