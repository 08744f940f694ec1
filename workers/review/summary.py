"""The whole of a review in one place: what the check shows, and one comment in the conversation, kept up to date."""

from collections.abc import Iterable
from typing import Any, Final

from rules.analysis.rollback import windows
from rules.finding import Finding, Report, Severity
from rules.settings import Complaint, said
from rules.source import SourceFile
from workers.github.models import Annotation, Button, CheckOutput, Level
from workers.review.checklist import checklist
from workers.review.deployment import deployment
from workers.review.fetch import CONFIGURATION, Material
from workers.review.fingerprint import mark
from workers.review.markdown import clip, code, prose, visible, within
from workers.review.plan import lines_of
from workers.review.render import WORDS, page_of, place, rendered, rewritable, tally
from workers.review.templating import counted

LONGEST: Final = 65_000  # bytes; GitHub takes 65,535 in a check, 65,536 characters in a comment
MOST_LISTED: Final = 300  # of a kind
MOST_ANNOTATED: Final = 200  # four requests
MOST_LOST: Final = 3  # things that a row names
LEVELS: Final = {Severity.OUTAGE: Level.FAILURE, Severity.RISK: Level.WARNING, Severity.ADVICE: Level.NOTICE}
NOTHING_CHANGED: Final = CheckOutput("No migrations changed", "This pull request adds and edits no Ecto migration.")
SUPERSEDED: Final = CheckOutput("Superseded", "The branch has moved on; the review is on its new head.")
NAME: Final = "pull-request"  # of the one summary in a conversation


def check_output(report: Report, material: Material, annotated: Iterable[Finding], public_url: str) -> CheckOutput:
    """Write what the check shows: the verdict of each migration, every finding, and what was not read."""
    if not (report.files or material.refusals or material.removed or material.complaints):
        return NOTHING_CHANGED
    text = rendered("summary", drawn=False, **_told(report, report.findings, material, public_url))
    shown = tuple(_annotation(finding, material.sources[finding.path]) for finding in annotated)
    buttons = (*([Button.FIX] if rewritable(report) else []), *([Button.EXPLAIN] if report.findings else []))
    title = headline(report, material)
    return CheckOutput(title, within(text, LONGEST), shown[:MOST_ANNOTATED], (*buttons, Button.RECHECK))


def summary_comment(report: Report, material: Material, unsaid: Iterable[Finding], public_url: str) -> str:
    """Write the comment that sums a review up; of the findings it lists those that no comment beside the code shows."""
    text = rendered("summary", drawn=True, **_told(report, tuple(unsaid), material, public_url))
    head = f"**{headline(report, material)}** at {material.head[:7]}"
    return within(f"{head}\n\n{text}", LONGEST) + mark("summary", NAME)


def configuration_output(complaints: Iterable[Complaint], public_url: str, path: str = CONFIGURATION) -> CheckOutput:
    """Write what the check of the configuration at *path* shows."""
    annotations = tuple(
        Annotation(path, one.line, one.line, Level.FAILURE, "configuration", visible(clip(one.message, 1_000)))
        for one in complaints
    )
    schema = f"{public_url}/ecto-fix.schema.json"
    about = f" Its [JSON Schema]({schema}) lets editors complete and check it." if public_url else ""
    if not annotations:
        return CheckOutput("The configuration is read", f"Every line of {code(path)} is understood.{about}", (), ())
    title = f"{counted(len(annotations), 'mistake')} in the configuration"
    return CheckOutput(title, f"{code(path)} does not count as it is.{about}", annotations, ())


def failure_output(reason: str) -> CheckOutput:
    """Write what the check shows when there is no review, and why that is so."""
    summary = f"This head was **not reviewed**: {prose(reason)}.\n\nPush again, or ask for the check to be re-run."
    return CheckOutput("Not reviewed", within(summary, LONGEST))


def progress_output(migrations: int) -> CheckOutput:
    """Write what the check shows while it is worked on."""
    return CheckOutput("Reading", f"Reading {counted(migrations, 'migration')} and what came before.")


def headline(report: Report, material: Material) -> str:
    """Say in one line what was found."""
    migrations = counted(len(report.files), "migration")
    refused = sum(refusal.proposed for refusal in material.refusals)
    unread = f"{counted(refused, 'file')} not read" if refused else ""
    if report.findings:
        found = f"{tally(report.findings)} in {migrations}"
        return f"{found}, {unread}" if unread else found
    return unread or f"No objection to {migrations}"


def _told(report: Report, listed: tuple[Finding, ...], material: Material, public_url: str) -> dict[str, Any]:
    sources = material.sources
    graded = [(severity, [one for one in listed if one.severity is severity]) for severity in Severity]
    return {
        "files": report.files[:MOST_LISTED],
        "most_lost": MOST_LOST,
        "rehearsed": _rehearsed(report),
        "windows": windows(report, material.change),
        "deployment": deployment(report, material.settings.deploys),
        "checklist": checklist(report),
        "graded": [
            (WORDS[severity], [_listed(finding, sources[finding.path], public_url) for finding in findings])
            for severity, findings in graded
            if findings
        ],
        "most": MOST_LISTED,
        "refusals": material.refusals[:MOST_LISTED],
        "allowed": [
            _listed(each.finding, sources[each.finding.path], public_url) | {"reason": each.reason}
            for file in report.files
            for each in file.allowed
        ],
        "removed": material.removed[:MOST_LISTED],
        "complaints": material.complaints[:MOST_LISTED],
        "origin": material.origin,
        "configured": list(said(material.settings))[:MOST_LISTED],
        "rewritable": rewritable(report),
    }


def _rehearsed(report: Report) -> dict[str, list[str]]:
    """Return what is said of rehearsals, with the files of which it is said; where they share a folder, without it."""
    said: dict[str, list[str]] = {}
    one_folder = len({file.folder for file in report.files}) == 1
    for file in report.files[:MOST_LISTED]:
        if file.observation is not None:
            said.setdefault(file.observation.sentence, []).append(file.name if one_folder else file.path)
    return said


def _listed(finding: Finding, source: SourceFile, public_url: str) -> dict[str, str]:
    page = page_of(finding.rule, public_url)
    return {"place": place(finding, source), "message": finding.message, "rule": finding.rule, "page": page}


def _annotation(finding: Finding, source: SourceFile) -> Annotation:
    first, last = lines_of(finding, source)
    level, message = LEVELS[finding.severity], visible(clip(finding.message, 1_000))
    return Annotation(finding.path, first, last, level, finding.rule, message)
