"""Rolling back on the terminal: each migration with its verdict and what it would lose, and how far a rollback gets."""

from typing import Final

from rich.console import Console
from rich.text import Text

from bot.cli.printable import printable
from rules.analysis.rollback import windows
from rules.finding import FileReport, Report, Verdict
from rules.source import Change

VERDICT_COLOURS: Final = {Verdict.REVERSIBLE: "green", Verdict.IRREVERSIBLE: "red", Verdict.NOT_RESTORED: "red"}
MOST_ROWS: Final = 20  # migrations of a pull request; more are a whole history, which nobody rolls back
MOST_LOST: Final = 3  # things that a row names


def show_rollback(report: Report, change: Change, console: Console) -> None:
    """Print a row for each of a few migrations, the newest first, as they are rolled back, and how far that gets."""
    newest_first = sorted(report.files, key=lambda file: (file.version or 0, file.path), reverse=True)
    files = sorted(newest_first, key=lambda file: file.folder)  # each is rolled back by itself
    has_folders = len({file.folder for file in files}) > 1
    if 0 < len(files) <= MOST_ROWS:
        console.print(Text("A rollback, newest first", style="bold"))
        rows = [(printable(file.path if has_folders else file.name), file) for file in files]
        width = max(len(name) for name, _ in rows)
        for name, file in rows:
            console.print(Text.assemble("  ", row(f"{name:<{width}}", file)))
    of = windows(report, change)
    for window in of:
        folder = f"{window.folder}: " if len(of) > 1 else ""
        console.print(Text(printable(f"{folder}{window.sentence}")))
    if files:
        console.print()


def row(name: str, file: FileReport) -> Text:
    """Return the line of one migration under its *name*, which is as wide as the widest."""
    verdict = f"{file.verdict.value:<{max(len(one.value) for one in Verdict)}}"
    more = f" and {len(file.loses) - MOST_LOST} more" if len(file.loses) > MOST_LOST else ""
    lost = f"  loses {', '.join(file.loses[:MOST_LOST])}{more}" if file.loses else ""
    colour = VERDICT_COLOURS.get(file.verdict, "yellow")
    line = Text.assemble(f"{name}  ", (verdict, colour), (printable(lost), "dim"))
    line.rstrip()
    return line
