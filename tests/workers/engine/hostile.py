"""An analysis child that does what the files tell it to do."""

import os
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pgparse

from rules.analysis.shelf import Shelf
from rules.finding import FileReport, Report, Verdict
from rules.settings import Settings
from rules.source import Change
from workers.analysis_child import serve


def analyse(change: Change, _settings: Settings, _shelf: Shelf) -> Report:
    if [file.text for file in change.proposed].count("together") > 1:
        os.abort()
    for file in (*change.merged, *change.proposed):
        DEEDS.get(file.text, str)()
    proposed = sorted(file.path for file in change.proposed)
    return Report(tuple(FileReport(path, 1, "M", Verdict.REVERSIBLE, os.environ.get("SAYS", "")) for path in proposed))  # noqa: TID251  # what the child can see is what is tested


def crash_once() -> None:
    mark = Path(os.environ["MARK"])  # noqa: TID251  # as above
    if not mark.exists():
        mark.touch()
        os.abort()


def loop() -> None:
    while True:
        pass


DEEDS: dict[str, Callable[[], object]] = {
    "loop": loop,
    "sleep": lambda: time.sleep(3600),
    "eat": lambda: bytearray(2**40),
    "crash": lambda: pgparse.parse(f"SELECT {'1+' * 500_000}1"),  # libpg_query recurses without looking at its stack
    "crash once": crash_once,
    "raise": lambda: 1 / 0,
    "stop": lambda: os.kill(os.getppid(), signal.SIGSTOP),
    "kill": lambda: os.kill(os.getppid(), signal.SIGKILL),
}


if __name__ == "__main__":
    serve(socket.socket(fileno=0), analyse)
