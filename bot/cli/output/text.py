"""A report on the terminal: hazards first, each with its line, and one closing line."""

import re
from collections import Counter
from typing import Final

from rich.console import Console
from rich.text import Text

from bot.cli.local.repository import Selection
from rules.finding import FileReport, Finding, Report, Severity, Verdict
from rules.rewrite.edit import Safety
from rules.source import SourceFile

COLOURS: Final = {Severity.OUTAGE: "bold red", Severity.RISK: "yellow", Severity.ADVICE: "cyan"}
VERDICT_COLOURS: Final = {Verdict.REVERSIBLE: "green", Verdict.IRREVERSIBLE: "red", Verdict.NOT_RESTORED: "red"}
# What a terminal would obey or hide instead of showing: controls, and marks that turn text round.
UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """Return *text* with everything that a terminal would obey shown as an escape."""
    return UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def show(report: Report, selection: Selection) -> None:
    """Print what was found, file by file, then what it comes to."""
    console = Console(highlight=False, soft_wrap=True)
    sources = {file.path: file for file in selection.change.proposed}
    for refused in selection.refused:
        console.print(Text.assemble((printable(refused.path), "bold"), " not read: ", refused.reason, "\n"))
    for file in report.files:
        if file.findings or file.verdict is not Verdict.REVERSIBLE:
            show_file(file, sources[file.path], console)
    console.print(Text(closing(report)))


def show_file(file: FileReport, source: SourceFile, console: Console) -> None:
    """Print the verdict on one file and each finding in it."""
    colour = VERDICT_COLOURS.get(file.verdict, "yellow")
    console.print(Text.assemble((printable(file.path), "bold"), "  ", (file.verdict.value, colour)))
    console.print(Text(f"  {printable(file.reason)}", style="dim"))
    for finding in file.findings:
        show_finding(finding, source, console)
    console.print()


def show_finding(finding: Finding, source: SourceFile, console: Console) -> None:
    """Print one finding: where, how grave, what, the line it stands on, and whether there is a rewrite."""
    line = source.line_at(finding.span.start)
    head = f"{line:>5}  "
    severity = (f"{finding.severity.value:<7}", COLOURS[finding.severity])
    console.print(Text.assemble(head, severity, " ", printable(finding.message), (f"  {finding.rule}", "dim")))
    if source.text:
        console.print(Text(f"       │ {printable(source.line_text(line).strip())}", style="dim"))
    if finding.rewrite:
        how = "" if finding.rewrite.safety is Safety.SAFE else " (for a person to review)"
        console.print(Text.assemble("       ", ("→", "green"), f" {finding.rewrite.title}{how}"))


def closing(report: Report) -> str:
    """Return the line that says what it all comes to."""
    if not report.files:
        return "No migrations here."
    verdicts = Counter(file.verdict for file in report.files)
    parts = ", ".join(f"{verdicts[verdict]} {verdict.value}" for verdict in Verdict if verdicts[verdict])
    said = f"{plural(len(report.files), 'migration')}: {parts}."
    if not report.findings:
        return f"{said} Nothing to say."
    severities = Counter(finding.severity for finding in report.findings)
    graded = ", ".join(f"{severities[severity]} {severity.value}" for severity in Severity if severities[severity])
    said += f" {plural(len(report.findings), 'finding')}: {graded}."
    rewrites = sum(finding.rewrite is not None for finding in report.findings)
    return f"{said} `ecto-fix fix` shows {plural(rewrites, 'rewrite')}." if rewrites else said


def plural(number: int, noun: str) -> str:
    """Return *number* and *noun*, with an s where it takes one."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
