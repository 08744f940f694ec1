"""The formats of a report, and what writes each."""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Final

from bot.cli.local.repository import Selection
from bot.cli.output.as_github import as_github
from bot.cli.output.as_json import as_json
from bot.cli.output.as_rdjson import as_rdjson
from bot.cli.output.as_sarif import as_sarif
from rules.finding import Report


class ReportFormat(Enum):
    """Whom the report is for."""

    TEXT = "text"  # people
    JSON = "json"  # programs that know us
    SARIF = "sarif"  # code scanning
    RDJSON = "rdjson"  # reviewdog
    GITHUB = "github"  # the log of a workflow


WRITERS: Final[Mapping[ReportFormat, Callable[[Report, Selection], str]]] = {
    ReportFormat.JSON: as_json,
    ReportFormat.SARIF: as_sarif,
    ReportFormat.RDJSON: as_rdjson,
    ReportFormat.GITHUB: as_github,
}
