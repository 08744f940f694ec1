"""The whole pipeline on one screen: files are read, their commands replayed, each rule asked about each command."""

from rules.finding import Report
from rules.settings import Settings
from rules.source import Change


def analyse(change: Change, settings: Settings) -> Report:
    """Judge the proposed migrations together, as a pull request on top of what is merged."""
    raise NotImplementedError


def analyse_each(change: Change, settings: Settings) -> Report:
    """Judge each proposed migration as if it were a pull request on top of all that came before it."""
    raise NotImplementedError
