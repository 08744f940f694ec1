"""The difference between two texts of a file, as git would show it."""

from collections.abc import Iterator
from difflib import unified_diff
from typing import Final

from rich.console import Console
from rich.text import Text

from bot.cli.output.text import printable
from rules.source import SourceFile

COLOURS: Final = {"+": "green", "-": "red", "@": "cyan"}


def unified(before: SourceFile | None, after: SourceFile) -> str:
    """Return a patch that `git apply` takes; *before* is None for a new file."""
    old = before.text.splitlines(keepends=True) if before else []
    origin = f"a/{after.path}" if before else "/dev/null"
    return "".join(marked(unified_diff(old, after.text.splitlines(keepends=True), origin, f"b/{after.path}")))


def marked(lines: Iterator[str]) -> Iterator[str]:
    """Yield *lines*, each ended, with git's mark where the file does not end its last one."""
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def show_patch(patch: str, console: Console) -> None:
    """Print *patch*, coloured where the terminal can."""
    for line in patch.splitlines():
        console.print(Text(printable(line), style=COLOURS.get(line[:1], "")))
