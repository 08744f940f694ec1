"""What is said where, and what is not said again."""

from collections.abc import Collection
from dataclasses import replace

import pytest

from rules.finding import Finding, Report, Severity, Verdict
from rules.settings import Complaint, Settings
from rules.source import Change, SourceFile
from tests.workers.review.samples import (
    CONCURRENTLY,
    OUTSIDE_TRANSACTION,
    PATH,
    SOURCE,
    finding,
    material,
    report,
    thread,
)
from workers.github.models import Conclusion, Conversation, Thread
from workers.review.diff import Hunk
from workers.review.fetch import Material, Refusal
from workers.review.fingerprint import fingerprints
from workers.review.plan import ReviewPlan, plan_review

EMAIL = finding(rewrite=CONCURRENTLY)
NAME = finding("create index(:users, [:name])", rewrite=OUTSIDE_TRANSACTION)
(EMAIL_NAME,) = fingerprints([EMAIL], {PATH: SOURCE})


def planned(
    what: Report,
    of: Material | None = None,
    threads: tuple[Thread, ...] = (),
    *,
    draft: bool = False,
    parses: bool = True,
    refused: Collection[str] = (),
) -> ReviewPlan:
    said = Conversation("f" * 40, threads)
    return plan_review(what, of or material(), said, draft=draft, parses=lambda _: parses, refused=refused)


def lines(plan: ReviewPlan) -> list[tuple[int, int, bool]]:
    """Return for each remark its lines, and whether it suggests something."""
    return [(remark.first, remark.last, remark.suggestion is not None) for remark in plan.remarks]


def test_a_finding_with_a_rewrite_becomes_a_suggestion() -> None:
    plan = planned(report(EMAIL))

    assert lines(plan) == [(5, 5, True)]
    assert plan.annotated == ()


def test_a_finding_without_a_rewrite_becomes_a_comment_on_its_lines() -> None:
    assert lines(planned(report(finding("def change do\n    create")))) == [(4, 5, False)]


def test_a_rewrite_that_reaches_out_of_the_hunk_becomes_a_comment() -> None:
    of = replace(material(), diff={PATH: (Hunk(4, 8),)})

    assert lines(planned(report(NAME), of)) == [(6, 6, False)]


def test_a_finding_half_in_the_hunk_is_said_on_the_half_that_shows() -> None:
    of = replace(material(), diff={PATH: (Hunk(5, 8),)})

    assert lines(planned(report(finding("def change do\n    create")), of)) == [(5, 5, False)]


def test_a_finding_outside_of_the_diff_is_said_on_its_file() -> None:
    of = replace(material(), diff={PATH: (Hunk(1, 2),)})

    plan = planned(report(EMAIL), of)

    assert (plan.remarks, plan.annotated) == ((), ())
    assert [(one.finding, one.first, one.last, one.suggestion) for one in plan.on_files] == [(EMAIL, 5, 5, None)]


def test_what_github_refused_on_its_line_is_said_on_its_file() -> None:
    plan = planned(report(EMAIL), refused={EMAIL_NAME})

    assert (lines(plan), [one.finding for one in plan.on_files]) == ([], [EMAIL])


def test_few_are_said_on_files_and_the_others_become_annotations() -> None:
    source = SourceFile(PATH, "".join(f"drop table(:t{number})\n" for number in range(30)))
    found = [finding(f"drop table(:t{number})", source=source) for number in range(30)]
    of = replace(material(source), diff={PATH: (Hunk(1, 22),)})

    plan = planned(report(*found), of)

    assert [len(part) for part in (plan.remarks, plan.on_files, plan.annotated)] == [22, 3, 5]
    assert {one.finding for one in (*plan.remarks, *plan.on_files)} | set(plan.annotated) == set(found)


def test_suggestions_never_overlap() -> None:
    plan = planned(report(EMAIL, NAME))

    assert lines(plan) == [(5, 5, True), (6, 6, False)]


def test_a_suggestion_that_would_not_parse_is_not_made() -> None:
    assert lines(planned(report(EMAIL), parses=False)) == [(5, 5, False)]


def test_at_most_25_are_said_and_the_gravest_first() -> None:
    source = SourceFile(PATH, "".join(f"drop table(:t{number})\n" for number in range(30)))
    mild = [finding(f"drop table(:t{number})", source=source, severity=Severity.ADVICE) for number in range(29)]
    grave = finding("drop table(:t29)", source=source)

    plan = planned(report(*mild, grave), material(source))

    assert len(plan.remarks) == 25
    assert plan.remarks[0].finding == grave
    assert plan.annotated == tuple(mild[24:])


def test_what_is_said_already_counts() -> None:
    source = SourceFile(PATH, "".join(f"drop table(:t{number})\n" for number in range(30)))
    found = [finding(f"drop table(:t{number})", source=source) for number in range(30)]
    names = tuple(fingerprints(found, {PATH: source}))

    plan = planned(report(*found), material(source), tuple(thread(name) for name in names[:24]))

    assert [remark.finding for remark in plan.remarks] == found[24:25]
    assert plan.annotated == tuple(found[25:])


def test_what_was_said_is_not_said_again() -> None:
    plan = planned(report(EMAIL), threads=(thread(EMAIL_NAME),))

    assert (plan.remarks, plan.annotated, plan.fixed) == ((), (), ())
    assert plan.conclusion is Conclusion.FAILURE


def test_what_a_person_resolved_is_not_raised_again() -> None:
    plan = planned(report(EMAIL), threads=(thread(EMAIL_NAME, resolved=True),))

    assert (plan.remarks, plan.annotated) == ((), ())


def test_what_we_resolved_is_raised_again_when_it_is_back() -> None:
    plan = planned(report(EMAIL), threads=(thread(EMAIL_NAME, resolved=True, by_us=True),))

    assert lines(plan) == [(5, 5, True)]


def test_what_is_fixed_is_resolved() -> None:
    open_thread = thread("of-something-else")

    assert planned(report(EMAIL), threads=(open_thread,)).fixed == (open_thread,)


def test_what_is_resolved_or_folded_is_left_alone() -> None:
    folded = replace(thread("b", number=2), minimized=True)

    assert planned(report(), threads=(thread("a", resolved=True), folded)).fixed == ()


def test_a_thread_that_is_no_finding_is_left_alone() -> None:
    other = replace(thread("a"), body="We talked about something else.")

    assert planned(report(), threads=(other,)).fixed == ()


@pytest.mark.parametrize(
    ("what", "of"),
    [
        (report(verdict=Verdict.UNKNOWN), material()),
        (Report(), replace(material(), refusals=(Refusal(PATH, "is not UTF-8", proposed=True),))),
    ],
)
def test_what_is_only_out_of_sight_is_not_fixed(what: Report, of: Material) -> None:
    assert planned(what, of, (thread("a"),)).fixed == ()


def test_a_draft_gets_no_comments_and_does_not_fail() -> None:
    plan = planned(report(EMAIL), draft=True)

    assert (plan.remarks, plan.annotated) == ((), (EMAIL,))
    assert plan.conclusion is Conclusion.NEUTRAL


ADVICE = finding(severity=Severity.ADVICE)
LENIENT = Settings(gate=frozenset())
REFUSED = (Refusal(PATH, "is larger than 1 MB", proposed=True),)
OLD_REFUSED = (Refusal("priv/repo/migrations/1_old.exs", "is not UTF-8", proposed=False),)


@pytest.mark.parametrize(
    ("what", "of", "expected"),
    [
        (report(EMAIL), material(), Conclusion.FAILURE),
        (report(ADVICE), material(), Conclusion.NEUTRAL),
        (report(EMAIL), replace(material(), settings=LENIENT), Conclusion.NEUTRAL),
        (report(), material(), Conclusion.SUCCESS),
        (Report(), Material("f" * 40, Change((), ()), {}), Conclusion.SUCCESS),
        (report(verdict=Verdict.UNKNOWN), material(), Conclusion.NEUTRAL),
        (Report(), replace(material(), refusals=REFUSED), Conclusion.NEUTRAL),
        (report(), replace(material(), refusals=OLD_REFUSED), Conclusion.SUCCESS),
        (report(), replace(material(), complaints=(Complaint(1, "not YAML"),)), Conclusion.NEUTRAL),
    ],
)
def test_the_check_ends_as_grave_as_what_was_found(what: Report, of: Material, expected: Conclusion) -> None:
    assert planned(what, of).conclusion is expected


def test_findings_are_said_by_gravity_then_place() -> None:
    first, second = replace(EMAIL, rewrite=None), replace(NAME, severity=Severity.RISK, rewrite=None)

    said: list[Finding] = [remark.finding for remark in planned(report(second, first)).remarks]

    assert said == [first, second]
