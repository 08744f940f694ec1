"""Words for what was found: comments, the review's first lines, and what the check shows."""

from collections import Counter
from collections.abc import Iterable
from difflib import unified_diff
from typing import Any, Final

from rules.analysis.rollback import windows
from rules.catalog import rules
from rules.finding import Finding, Report, Severity
from rules.rewrite.edit import Rewrite, Safety, apply
from rules.rule import Broken, Rule
from rules.source import SourceFile
from rules.suppression import Mistake
from workers.github.models import Annotation, Button, CheckOutput, InlineComment, Level
from workers.review.deployment import deployment
from workers.review.fetch import Material
from workers.review.fingerprint import mark
from workers.review.markdown import clip, joined, prose, visible, within
from workers.review.plan import Remark, lines_of
from workers.review.templating import counted, environment

COMMENT: Final = 60_000  # bytes; GitHub takes 65,536 characters
SUMMARY: Final = 65_000  # bytes; GitHub takes 65,535
MOST_LISTED: Final = 300  # of a kind in the summary
MOST_ANNOTATED: Final = 200  # four requests
LONGEST_DIFF: Final = 80  # lines
MOST_DIFFERENCES: Final = 5  # rows below a finding
MOST_LOST: Final = 3  # things that a row of the summary names
LEVELS: Final = {Severity.OUTAGE: Level.FAILURE, Severity.RISK: Level.WARNING, Severity.ADVICE: Level.NOTICE}
WORDS: Final = {Severity.OUTAGE: "outage", Severity.RISK: "risk", Severity.ADVICE: "hint"}  # advice has no plural
NOTHING_CHANGED: Final = CheckOutput("No migrations changed", "This pull request adds and edits no Ecto migration.")
SUPERSEDED: Final = CheckOutput("Superseded", "The branch has moved on; the review is on its new head.")


def comments(remarks: Iterable[Remark], material: Material, public_url: str) -> tuple[InlineComment, ...]:
    """Write a comment for each remark; what a rule is about is explained where it first speaks."""
    explained: set[str] = set()
    written = []
    for remark in remarks:
        finding, source = remark.finding, material.sources[remark.finding.path]
        body = comment(remark, source, public_url, explain=finding.rule not in explained)
        written.append(InlineComment(finding.path, remark.first, remark.last, body))
        explained.add(finding.rule)
    return tuple(written)


def comment(remark: Remark, source: SourceFile, public_url: str, *, explain: bool = True) -> str:
    """Write the comment for *remark*, ending with its fingerprint."""
    finding, rewrite = remark.finding, remark.finding.rewrite
    text = _render(
        "finding",
        severity=finding.severity.value.capitalize(),
        message=finding.message,
        why=why(finding.rule) if explain else "",
        title=rewrite.title if rewrite else None,
        safe=rewrite is not None and rewrite.safety is Safety.SAFE,
        suggestion=remark.suggestion.text if remark.suggestion else None,
        differences=finding.differences,
        most=MOST_DIFFERENCES,
        diff=difference(rewrite, source) if rewrite else "",
        follow_ups=rewrite.follow_ups if rewrite else (),
        rule=finding.rule,
        page=page_of(finding.rule, public_url),
        directive=directive(finding.rule),
    )
    return within(text, COMMENT) + mark("finding", remark.name)


def review_body(remarks: Iterable[Remark], report: Report, name: str) -> str:
    """Write the lines above the comments, ending with the name of the review."""
    remarks = tuple(remarks)
    text = _render(
        "review",
        headline=f"{_tally(remark.finding for remark in remarks)} to look at before this is deployed.",
        more=len(report.findings) - len(remarks),
        rewritable=_rewritable(report),
    )
    return text + mark("review", name)


def check_output(report: Report, material: Material, annotated: Iterable[Finding], public_url: str) -> CheckOutput:
    """Write what the check shows: the verdict of each migration, every finding, and what was not read."""
    if not (report.files or material.refusals or material.removed or material.complaints):
        return NOTHING_CHANGED
    sources = material.sources
    summary = _render(
        "summary",
        files=report.files[:MOST_LISTED],
        most_lost=MOST_LOST,
        windows=windows(report, material.change),
        graded=[
            (WORDS[severity], [_listed(finding, sources[finding.path], public_url) for finding in findings])
            for severity in Severity
            if (findings := [finding for finding in report.findings if finding.severity is severity])
        ],
        deployment=deployment(report, material.settings.deploys),
        most=MOST_LISTED,
        refusals=material.refusals[:MOST_LISTED],
        allowed=[
            _listed(each.finding, sources[each.finding.path], public_url) | {"reason": each.reason}
            for file in report.files
            for each in file.allowed
        ],
        removed=material.removed[:MOST_LISTED],
        complaints=material.complaints[:MOST_LISTED],
        rewritable=_rewritable(report),
    )
    annotations = [_annotation(finding, sources[finding.path]) for finding in annotated]
    buttons = (*([Button.FIX] if _rewritable(report) else []), *([Button.EXPLAIN] if report.findings else []))
    shown = tuple(annotations[:MOST_ANNOTATED])
    return CheckOutput(headline(report, material), within(summary, SUMMARY), shown, (*buttons, Button.RECHECK))


def failure_output(reason: str) -> CheckOutput:
    """Write what the check shows when there is no review, and why that is so."""
    summary = f"This head was **not reviewed**: {prose(reason)}.\n\nPush again, or ask for the check to be re-run."
    return CheckOutput("Not reviewed", within(summary, SUMMARY))


def progress_output(migrations: int) -> CheckOutput:
    """Write what the check shows while it is worked on."""
    return CheckOutput("Reading", f"Reading {counted(migrations, 'migration')} and what came before.")


def headline(report: Report, material: Material) -> str:
    """Say in one line what was found."""
    migrations = counted(len(report.files), "migration")
    refused = sum(refusal.proposed for refusal in material.refusals)
    unread = f"{counted(refused, 'file')} not read" if refused else ""
    if report.findings:
        found = f"{_tally(report.findings)} in {migrations}"
        return f"{found}, {unread}" if unread else found
    return unread or f"No objection to {migrations}"


def why(name: str) -> str:
    """Return the first paragraph of the rule's page, which is our own Markdown; nothing for what is no rule."""
    rule = _rule(name)
    return joined(rule.page.prose.partition("\n\n")[0]) if rule else ""


def page_of(name: str, public_url: str) -> str:
    """Return the address of the rule's page; nothing for what is no rule."""
    return f"{public_url.rstrip('/')}/rules/{name}" if _rule(name) else ""


def directive(name: str) -> str:
    """Return what a comment in the code says to keep a finding; nothing where no reason could excuse it."""
    rule = _rule(name)
    if rule is None or all(issubclass(kind, Broken | Mistake) for kinds, _ in rule.checks for kind in kinds):
        return ""
    return "one-way" if rule.about_rollback else f"allow {name}"


def difference(rewrite: Rewrite, source: SourceFile) -> str:
    """Return the edits of *rewrite* as a diff of lines, or nothing when that would be long."""
    before, after = (file.text.replace("\r", "").split("\n") for file in (source, apply(rewrite.edits, source)))
    lines = list(unified_diff(before, after, lineterm="", n=2))[2:]
    return visible("\n".join(lines), keep="\n\t") if len(lines) <= LONGEST_DIFF else ""


def place(finding: Finding, source: SourceFile) -> str:
    """Return where a finding is, as `path:line`."""
    return f"{clip(finding.path, 150)}:{lines_of(finding, source)[0]}"


def _rule(name: str) -> Rule | None:
    return next((rule for rule in rules() if rule.name == name), None)


def _render(template: str, **values: Any) -> str:
    return environment(__package__).get_template(f"{template}.md.j2").render(values).strip()


def _listed(finding: Finding, source: SourceFile, public_url: str) -> dict[str, str]:
    page = page_of(finding.rule, public_url)
    return {"place": place(finding, source), "message": finding.message, "rule": finding.rule, "page": page}


def _annotation(finding: Finding, source: SourceFile) -> Annotation:
    first, last = lines_of(finding, source)
    level, message = LEVELS[finding.severity], visible(clip(finding.message, 1_000))
    return Annotation(finding.path, first, last, level, finding.rule, message)


def _rewritable(report: Report) -> bool:
    return any(finding.rewrite and finding.rewrite.safety is Safety.SAFE for finding in report.findings)


def _tally(findings: Iterable[Finding]) -> str:
    """Count findings by severity: 2 outages and 1 risk."""
    counts = Counter(finding.severity for finding in findings)
    parts = [counted(counts[severity], word) for severity, word in WORDS.items() if counts[severity]]
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
