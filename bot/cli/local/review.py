"""Judges what was selected, as the repository's own configuration wants it."""

from bot.cli.local.repository import Selection
from bot.cli.local.shelf import Shelf
from bot.cli.main import CannotRun
from bot.cli.waiting import waiting
from rules.analysis import analyse, analyse_each
from rules.catalog import names
from rules.finding import Report
from rules.settings import Settings, from_yaml
from rules.source import Change


def settings_of(selection: Selection) -> Settings:
    """Return the configuration of the repository; CannotRun with the first mistake in it."""
    if selection.config is None:
        return Settings()
    read = from_yaml(selection.config, names())
    if isinstance(read, Settings):
        return read
    raise CannotRun(f".github/ecto-fix.yml:{read[0].line}: {read[0].message}")


def review(selection: Selection, change: Change | None = None, *, together: bool, shelf: Shelf | None = None) -> Report:
    """Return what is found: of all files as one pull request when *together*, else of each on the history before it."""
    judge = analyse if together else analyse_each
    judged, settings = change or selection.change, settings_of(selection)
    with waiting(f"reading {len(judged.merged) + len(judged.proposed):,} migrations"):
        return judge(judged, settings, shelf)
