"""What a review comes to in figures."""

from collections import Counter

from rules.finding import Report
from workers.figures import COMMENTS, DISAGREEMENTS, FINDINGS, REHEARSALS, VERDICTS, WITHDRAWN
from workers.journal import Journal
from workers.review.plan import ReviewPlan


def count(report: Report, plan: ReviewPlan, journal: Journal) -> None:
    """Count what was found, and where it was said."""
    files = report.files
    counted = (
        (FINDINGS, ((one.rule, one.severity.value) for one in report.findings)),
        (VERDICTS, ((file.verdict.value,) for file in files)),
        (REHEARSALS, ((file.observation.outcome.value,) for file in files if file.observation)),
        (
            DISAGREEMENTS,
            ((file.claim.verdict.value, file.verdict.value) for file in report.disagreements if file.claim),
        ),
        (WITHDRAWN, ((one.finding.rule,) for file in files for one in file.withdrawn)),
        (COMMENTS, (("suggestion" if remark.suggestion else "comment",) for remark in plan.remarks)),
        (COMMENTS, (("file",) for _ in plan.on_files)),
        (COMMENTS, (("annotation",) for _ in plan.annotated)),
    )
    for figure, cases in counted:
        for labels, number in Counter(cases).items():
            journal.count(figure, *labels, by=number)
