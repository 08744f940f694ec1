"""Tells what happens while it happens: each step with the time that it took."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

from rich.console import Console
from rich.markdown import Markdown
from rich.padding import Padding
from rich.text import Text

Seen = TypeVar("Seen")

PATIENCE: Final = 60.0  # seconds for a step; the slowest, a first review on two busy cores, was seen to take five
GLANCE: Final = 0.05  # seconds between two looks


class DidNotHappenError(Exception):
    """A step of the story did not come to pass."""


class Teller:
    """Speaks to the person at the terminal."""

    def __init__(self) -> None:
        self.console = Console(highlight=False, soft_wrap=True)

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Tell that *what* was done, and how long it took, when the block ends."""
        begun = time.monotonic()
        yield
        took = f"{time.monotonic() - begun:6.2f} s"
        self.console.print(Text.assemble(("✓ ", "bold green"), f"{what:<78}", (took, "dim")))

    def wait(self, what: str, look: Callable[[], Seen | None]) -> Seen:
        """Look until there is something to see, and tell how long it took; DidNotHappenError when it never comes."""
        deadline = time.monotonic() + PATIENCE
        with self.step(what):
            while time.monotonic() < deadline:
                seen = look()
                if seen:
                    return seen
                time.sleep(GLANCE)
            raise DidNotHappenError(what)

    def quote(self, title: str, markdown: str) -> None:
        """Show what somebody wrote, set in."""
        self.console.print(Padding(Text(title, style="bold cyan"), (1, 0, 0, 4)))
        self.console.print(Padding(Markdown(markdown, code_theme="ansi_dark"), (0, 2, 0, 4)), soft_wrap=False)

    def say(self, line: str, style: str = "") -> None:
        """Say one line."""
        self.console.print(Text(line, style=style))
