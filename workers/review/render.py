"""Words for what was found: the comments beside the code, and the review's first lines."""

from collections import Counter
from collections.abc import Iterable
from difflib import unified_diff
from typing import Any, Final

from rules.catalog import rule_named
from rules.finding import Finding, Report, Severity
from rules.rewrite.edit import Rewrite, Safety, apply
from rules.rule import Broken
from rules.source import SourceFile
from rules.suppression import Mistake
from workers.github.models import FileComment, InlineComment
from workers.review.fetch import Material
from workers.review.fingerprint import mark
from workers.review.markdown import clip, joined, visible, within
from workers.review.plan import Remark, lines_of
from workers.review.templating import counted, environment

COMMENT: Final = 60_000  # bytes; GitHub takes 65,536 characters
LONGEST_DIFF: Final = 80  # lines
MOST_DIFFERENCES: Final = 5  # rows below a finding
MOST_SHOWN: Final = 10  # lines of code that the diff does not show
WORDS: Final = {Severity.OUTAGE: "outage", Severity.RISK: "risk", Severity.ADVICE: "hint"}  # advice has no plural


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


def file_comment(remark: Remark, material: Material, public_url: str) -> FileComment:
    """Write the comment for a remark on lines that the diff does not show, on their file as a whole."""
    path = remark.finding.path
    body = comment(remark, material.sources[path], public_url, on_file=True)
    return FileComment(material.head, path, body)


def comment(remark: Remark, source: SourceFile, public_url: str, *, explain: bool = True, on_file: bool = False) -> str:
    """Write the comment for *remark*, ending with its fingerprint; one *on a file* names and shows its lines itself."""
    finding, rewrite = remark.finding, remark.finding.rewrite
    text = rendered(
        "finding",
        severity=finding.severity.value.capitalize(),
        line=remark.first if on_file else None,
        code=shown(remark, source) if on_file else "",
        message=finding.message,
        why=why(finding.rule) if explain else "",
        title=rewrite.title if rewrite else None,
        safe=rewrite is not None and rewrite.safety is Safety.SAFE,
        suggestion=remark.suggestion.text if remark.suggestion and not on_file else None,
        effects=finding.effects,
        differences=finding.differences,
        most=MOST_DIFFERENCES,
        diff=difference(rewrite, source) if rewrite else "",
        follow_ups=rewrite.follow_ups if rewrite else (),
        rule=finding.rule,
        page=page_of(finding.rule, public_url),
        directive=directive(finding.rule),
    )
    return within(text, COMMENT) + mark("finding", remark.name)


def shown(remark: Remark, source: SourceFile) -> str:
    """Return the first lines of what *remark* is about."""
    lines = source.text.replace("\r", "").split("\n")[remark.first - 1 : remark.last]
    return visible("\n".join(lines[:MOST_SHOWN]), keep="\n\t")


def review_body(remarks: Iterable[Remark], report: Report, name: str) -> str:
    """Write the lines above the comments, ending with the name of the review."""
    remarks = tuple(remarks)
    text = rendered(
        "review",
        headline=f"{tally(remark.finding for remark in remarks)} to look at before this is deployed.",
        more=len(report.findings) - len(remarks),
        rewritable=rewritable(report),
    )
    return text + mark("review", name)


def why(name: str) -> str:
    """Return the first paragraph of the rule's page, which is our own Markdown; nothing for what is no rule."""
    rule = rule_named(name)
    return joined(rule.page.prose.partition("\n\n")[0]) if rule else ""


def page_of(name: str, public_url: str) -> str:
    """Return the address of the rule's page; nothing for what is no rule, and where nobody shows our pages."""
    return f"{public_url}/rules/{name}" if public_url and rule_named(name) else ""


def directive(name: str) -> str:
    """Return what a comment in the code says to keep a finding; nothing where no reason could excuse it."""
    rule = rule_named(name)
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


def rendered(template: str, **values: Any) -> str:
    """Fill in one of our templates."""
    return environment(__package__).get_template(f"{template}.md.j2").render(values).strip()


def rewritable(report: Report) -> bool:
    """Tell whether `/ecto-fix` would have something to do."""
    return any(finding.rewrite and finding.rewrite.safety is Safety.SAFE for finding in report.findings)


def tally(findings: Iterable[Finding]) -> str:
    """Count findings by severity: 2 outages and 1 risk."""
    counts = Counter(finding.severity for finding in findings)
    parts = [counted(counts[severity], word) for severity, word in WORDS.items() if counts[severity]]
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
