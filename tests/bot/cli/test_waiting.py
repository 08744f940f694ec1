"""Who waits at a terminal sees that something happens, and nothing of it afterwards."""

import os
import pty
import re
import subprocess
import sys

WAIT = """
import time
from bot.cli import waiting
waiting.MOMENT = {moment}
with waiting.waiting("reading"):
    time.sleep(2)
"""


def _seen(moment: float) -> bytes:
    """Return what a terminal was told."""
    ours, theirs = pty.openpty()
    subprocess.run([sys.executable, "-c", WAIT.format(moment=moment)], stderr=theirs, check=True)
    os.write(theirs, b".")  # a terminal that was told nothing has nothing to read
    told = b""
    while not told.endswith(b"."):
        told += os.read(ours, 4096)
    os.close(ours)
    os.close(theirs)
    return told


def test_what_takes_its_time_says_so_and_clears_the_line() -> None:
    told = _seen(0.05)

    assert re.search(r"reading … \d s", told.decode())
    assert told.endswith(b"\r\x1b[K.")


def test_what_takes_a_moment_says_nothing() -> None:
    assert _seen(60.0) == b"."


def test_where_nobody_looks_nothing_is_shown() -> None:
    done = subprocess.run([sys.executable, "-c", WAIT.format(moment=0.1)], capture_output=True, check=True)

    assert (done.stdout, done.stderr) == (b"", b"")
