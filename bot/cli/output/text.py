"""A report on the terminal: hazards first, each with its line, and one closing line."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from rich.console import Console
from rich.text import Text

from bot.cli.local.repository import Selection, nothing
from bot.cli.output.rollback import VERDICT_COLOURS, show_rollback
from bot.cli.printable import printable
from rules.finding import FileReport, Finding, Report, Severity, Verdict
from rules.rewrite.edit import Safety
from rules.source import SourceFile

COLOURS: Final = {Severity.OUTAGE: "bold red", Severity.RISK: "yellow", Severity.ADVICE: "cyan"}
MOST_DIFFERENCES: Final = 5  # lines below a finding
LONGEST: Final = 300  # characters of a line of code, or of an error that repeats it; beyond is data, most of the time


def show(report: Report, selection: Selection) -> None:
    """Print what was found, file by file, then what it comes to."""
    console = Console(highlight=False, soft_wrap=True)
    sources = selection.change.sources
    for refused in selection.refused:
        console.print(Text.assemble((printable(refused.path), "bold"), " not read: ", refused.reason, "\n"))
    for file in report.files:
        if file.findings or file.verdict is not Verdict.REVERSIBLE:
            show_file(file, sources[file.path], console)
    show_rollback(report, selection.change, console)
    console.print(Text(closing(report) if report.files else nothing(selection)))


def show_file(file: FileReport, source: SourceFile, console: Console) -> None:
    """Print the verdict on one file and each finding in it."""
    verdict = (file.verdict.value, VERDICT_COLOURS.get(file.verdict, "yellow"))
    console.print(Text.assemble((printable(file.path), "bold"), "  ", verdict))
    console.print(Text(f"  {beginning(file.reason)}", style="dim"))
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
        console.print(Text(f"       │ {beginning(source.line_text(line).strip())}", style="dim"))
    for difference in finding.differences[:MOST_DIFFERENCES] if len(finding.differences) > 1 else ():
        console.print(Text.assemble("       ", ("≠", "red"), f" {printable(difference.text)}"))
    for effect in finding.effects:
        console.print(Text.assemble("       ", ("⊘", "red"), f" {printable(str(effect).replace('`', ''))}"))
    if finding.rewrite:
        how = "" if finding.rewrite.safety is Safety.SAFE else " (for a person to review)"
        console.print(Text.assemble("       ", ("→", "green"), f" {printable(finding.rewrite.title)}{how}"))


def beginning(text: str) -> str:
    """Return as much of *text* as helps to recognise it."""
    return printable(text if len(text) <= LONGEST else f"{text[:LONGEST]} …")


def closing(report: Report) -> str:
    """Return the line that says what it all comes to."""
    verdicts = Counter(file.verdict for file in report.files)
    parts = ", ".join(f"{verdicts[verdict]} {verdict.value}" for verdict in Verdict if verdicts[verdict])
    said = f"{plural(len(report.files), 'migration')}: {parts}."
    if not report.findings:
        return f"{said} Nothing to say."
    severities = Counter(finding.severity for finding in report.findings)
    graded = ", ".join(f"{severities[severity]} {severity.value}" for severity in Severity if severities[severity])
    said += f" {plural(len(report.findings), 'finding')}: {graded}."
    return " ".join((said, *_offers(report)))


def _offers(report: Report) -> Iterator[str]:
    """Say which commands show rewrites, and how many each."""
    rewrites = Counter(finding.rewrite.safety for finding in report.findings if finding.rewrite is not None)
    if rewrites[Safety.SAFE]:
        yield f"`ecto-fix fix` shows {plural(rewrites[Safety.SAFE], 'rewrite')}."
    if rewrites.total() > rewrites[Safety.SAFE]:
        yield f"`ecto-fix fix --all` shows {plural(rewrites.total(), 'rewrite')}."


def plural(number: int, noun: str) -> str:
    """Return *number* and *noun*, with an s where it takes one."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
