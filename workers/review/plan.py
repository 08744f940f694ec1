"""What to post, given what we found and what we already said."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

from rules.finding import Finding, Report, Verdict
from rules.settings import Settings
from rules.source import SourceFile
from workers.github.models import Conclusion, Conversation, Said, Thread
from workers.review.fetch import Material
from workers.review.fingerprint import fingerprints, marked
from workers.review.suggestion import Suggestion, applied, suggestion

MOST_REMARKS: Final = 25  # that stand on a pull request; more is noise, and the summary has them all
MOST_ON_FILES: Final = 5  # GitHub takes them one by one, and people hear of each


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding to be said on lines, which the diff shows or, for one that is said on its file, does not.

    *name* is its fingerprint.
    """

    name: str
    finding: Finding
    first: int
    last: int
    suggestion: Suggestion | None = None


@dataclass(frozen=True, slots=True)
class ReviewPlan:
    """Everything that is to happen on the pull request."""

    remarks: tuple[Remark, ...]
    on_files: tuple[Remark, ...]  # no hunk shows their lines, so they are said on their files as a whole
    annotated: tuple[Finding, ...]  # nobody could see them as a comment, so the check shows them
    fixed: tuple[Thread, ...]
    conclusion: Conclusion
    summary: bool  # whether the conversation gets one, or keeps the one it has up to date


def plan_review(
    report: Report,
    material: Material,
    conversation: Conversation,
    *,
    draft: bool,
    parses: Callable[[SourceFile], bool],
    refused: Collection[str] = (),
) -> ReviewPlan:
    """Decide what is said where; a draft gets no comments and does not fail.

    What GitHub *refused* to take on its lines is said on its file.
    """
    threads = conversation.threads
    found = fingerprints(report.findings, material.sources)
    told = {name: thread for thread in threads if (name := marked("finding", thread.body)) and not _taken_back(thread)}
    room = MOST_REMARKS - sum(name in found and not thread.resolved for name, thread in told.items())
    new = {name: finding for name, finding in sorted(found.items(), key=_gravest_first) if name not in told}
    sayable = {} if draft else new
    remarks = _remarks({name: one for name, one in sayable.items() if name not in refused}, room, material, parses)
    placed = {remark.name for remark in remarks}
    left = {name: one for name, one in sayable.items() if name not in placed}
    on_files = _on_files(left, min(MOST_ON_FILES, room - len(remarks)), refused, material)
    said = {remark.name for remark in (*remarks, *on_files)}
    conclusion = conclusion_of(report, material, draft=draft)
    return ReviewPlan(
        remarks=remarks,
        on_files=on_files,
        annotated=tuple(finding for name, finding in new.items() if name not in said),
        fixed=tuple(thread for thread in threads if _is_fixed(thread, found, report, material)),
        conclusion=conclusion,
        summary=bool(summaries(conversation)) or not (draft or conclusion is Conclusion.SUCCESS),
    )


def summaries(conversation: Conversation) -> tuple[Said, ...]:
    """Return our comments that sum a review up: one, unless a worker was frozen while it wrote."""
    return tuple(one for one in conversation.comments if marked("summary", one.body))


def _taken_back(thread: Thread) -> bool:
    """Tell whether we closed the thread because its finding was fixed; if it is back, so are we."""
    return thread.resolved and thread.resolved_by_us


def _gravest_first(item: tuple[str, Finding]) -> tuple[int, str, int]:
    finding = item[1]
    return finding.severity.rank, finding.path, finding.span.start


def _remarks(
    new: Mapping[str, Finding], most: int, material: Material, parses: Callable[[SourceFile], bool]
) -> tuple[Remark, ...]:
    """Place *most* findings on the diff: as a suggestion, else on those of their lines that a hunk shows, if any."""
    placed: list[Remark] = []
    for name, finding in new.items():
        remark = _suggesting(name, finding, material)
        if remark is None or not _may_stand(remark, placed, material, parses):
            remark = _pointing(name, finding, material)
        if remark and len(placed) < most:
            placed.append(remark)
    return tuple(placed)


def _on_files(
    left: Mapping[str, Finding], most: int, refused: Collection[str], material: Material
) -> tuple[Remark, ...]:
    """Return at most *most* of the findings that stand on no line of the diff, as remarks on their files."""
    remarks = (
        Remark(name, finding, *lines_of(finding, material.sources[finding.path])) for name, finding in left.items()
    )
    unplaced = (one for one in remarks if one.name in refused or _pointing(one.name, one.finding, material) is None)
    return tuple(islice(unplaced, max(0, most)))


def _suggesting(name: str, finding: Finding, material: Material) -> Remark | None:
    if finding.rewrite is None:
        return None
    source, hunks = material.sources[finding.path], material.diff.get(finding.path, ())
    offered = suggestion(finding.rewrite, source, hunks)
    return Remark(name, finding, offered.first, offered.last, offered) if offered else None


def _pointing(name: str, finding: Finding, material: Material) -> Remark | None:
    first, last = lines_of(finding, material.sources[finding.path])
    for hunk in material.diff.get(finding.path, ()):
        if hunk.first <= last and first <= hunk.last:
            return Remark(name, finding, max(first, hunk.first), min(last, hunk.last))
    return None


def _may_stand(
    remark: Remark, placed: Iterable[Remark], material: Material, parses: Callable[[SourceFile], bool]
) -> bool:
    """Tell whether the suggestion overlaps none that stands, and leaves a file that is still Elixir."""
    path, offered = remark.finding.path, remark.suggestion
    others = (other for other in placed if other.suggestion and other.finding.path == path)
    if offered is None or any(other.first <= remark.last and remark.first <= other.last for other in others):
        return False
    return parses(applied(offered, material.sources[path]))


def lines_of(finding: Finding, source: SourceFile) -> tuple[int, int]:
    """Return the first and last line of a finding, counted from 1."""
    most = max(source.lines, 1)
    first, last = source.lines_of(finding.span)
    return min(first, most), min(last, most)


def _is_fixed(thread: Thread, found: Mapping[str, Finding], report: Report, material: Material) -> bool:
    """Tell whether what an open thread is about is gone, and not just out of sight."""
    name = marked("finding", thread.body)
    if name is None or name in found or thread.resolved or thread.minimized:
        return False
    unread = {refusal.path for refusal in material.refusals}
    unread |= {file.path for file in report.files if file.verdict is Verdict.UNKNOWN}
    return thread.path not in unread


def conclusion_of(report: Report, material: Material, *, draft: bool) -> Conclusion:
    """Tell how the check ends."""
    if _fails(report, material.settings) and not draft:
        return Conclusion.FAILURE
    unread = any(file.verdict is Verdict.UNKNOWN for file in report.files)
    refused = any(refusal.proposed for refusal in material.refusals)
    is_clean = not (report.findings or unread or refused or material.complaints)
    return Conclusion.SUCCESS if is_clean else Conclusion.NEUTRAL


def _fails(report: Report, settings: Settings) -> bool:
    return any(finding.severity in settings.gate for finding in report.findings)
