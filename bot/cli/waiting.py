"""A sign of life on the terminal for what takes longer than a moment; nothing where nobody looks."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

MOMENT: Final = 1.0  # seconds that pass before anything is shown
CLEAR: Final = "\r\x1b[K"


@contextmanager
def waiting(for_what: str) -> Iterator[None]:
    """Show what is waited *for*, and for how long already, until the block ends."""
    if not sys.stderr.isatty():
        yield
        return
    over = threading.Event()
    teller = threading.Thread(target=_tell, args=(for_what, over), daemon=True)
    teller.start()
    try:
        yield
    finally:
        over.set()
        teller.join()


def _tell(for_what: str, over: threading.Event) -> None:
    began, shown = time.monotonic(), False
    while not over.wait(MOMENT):
        shown = True
        print(f"{CLEAR}{for_what} … {time.monotonic() - began:.0f} s", end="", file=sys.stderr, flush=True)
    if shown:
        print(CLEAR, end="", file=sys.stderr, flush=True)
