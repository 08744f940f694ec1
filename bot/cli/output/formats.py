"""The formats of a report; what writes one is imported when it is asked for."""

from enum import Enum
from importlib import import_module

from bot.cli.local.repository import Selection
from rules.finding import Report


class ReportFormat(Enum):
    """Whom the report is for; each has its module beside this one, but for people's."""

    TEXT = "text"  # people
    JSON = "json"  # programs that know us
    SARIF = "sarif"  # code scanning
    RDJSON = "rdjson"  # reviewdog
    GITHUB = "github"  # the log of a workflow


def written(report: Report, selection: Selection, format_: ReportFormat) -> str:
    """Return *report* in a format for programs."""
    name = f"as_{format_.value}"
    return str(getattr(import_module(f"bot.cli.output.{name}"), name)(report, selection))


def show(report: Report, selection: Selection) -> None:
    """Print *report* for people."""
    import_module("bot.cli.output.text").show(report, selection)
