"""How far `mix ecto.rollback` gets through new migrations, and what stops it."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from rules.ecto.files import folder_of, version_of
from rules.finding import FileReport, Report, Verdict
from rules.source import Change

STOPPING: Final = {
    Verdict.IRREVERSIBLE: "cannot go back",
    Verdict.ONE_WAY: "is one-way",
    Verdict.FAILS_ON_DATA: "fails where there are rows",
    Verdict.UNKNOWN: "may or may not go back",
}


@dataclass(frozen=True, slots=True)
class Window:
    """The steps of a folder's new migrations that go back, newest first, and the file that stops the next one."""

    folder: str
    steps: int
    stop: str = ""
    why: str = ""

    @property
    def sentence(self) -> str:
        """Say it to people, with code in backticks."""
        command = f"`mix ecto.rollback --step {self.steps}`"
        if not self.stop:
            return f"{command} undoes all of them, newest first."
        if self.steps:
            return f"{command} undoes the newest; a step further, `{self.stop}` {self.why}."
        return f"`mix ecto.rollback` stops at the newest: `{self.stop}` {self.why}."


def windows(report: Report, change: Change) -> tuple[Window, ...]:
    """Return one window for each folder with several new migrations, unless some are older than merged ones."""
    ran: defaultdict[str, set[int]] = defaultdict(set)
    for file in change.merged + change.replaced:
        ran[folder_of(file.path)].add(version_of(file.path) or 0)
    new: defaultdict[str, list[FileReport]] = defaultdict(list)
    for one in report.files:
        if one.version not in ran[folder_of(one.path)]:
            new[folder_of(one.path)].append(one)
    return tuple(
        _window(folder, sorted(files, key=_version, reverse=True))
        for folder, files in new.items()
        if len(files) > 1 and min(map(_version, files)) > max(ran[folder], default=-1)
    )


def _window(folder: str, files: list[FileReport]) -> Window:
    going_back = list(takewhile(lambda one: one.verdict not in STOPPING, files))
    if len(going_back) == len(files):
        return Window(folder, len(files))
    stop = files[len(going_back)]
    return Window(folder, len(going_back), stop.path.rpartition("/")[2], STOPPING[stop.verdict])


def _version(file: FileReport) -> int:
    return file.version or 0
