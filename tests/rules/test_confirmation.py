"""What a rehearsal makes of a report: what is confirmed, what is withdrawn, what is added, and which verdict stands."""

from dataclasses import replace

import pytest

from rules.confirmation import confirm
from rules.finding import Claim, Difference, FileReport, Finding, Report, Severity, Verdict
from rules.postgres.effects import Effect
from rules.postgres.locks import Lock
from rules.postgres.observation import Observation, Observed, Outcome, OverRows, Refusal, Showing
from rules.settings import Settings
from rules.source import Span
from rules.sql.names import Name

PATH = "priv/repo/migrations/1_a.exs"
USERS = Name(None, "users")
HERE = Span(10, 20)
LEFT = Difference("column `users.age`", None, "there")
GONE = Refusal('column "age" contains null values', "23502")
SEEN = Observation(PATH, Outcome.RESTORED, server="14.1", over_rows=OverRows(filled=("users",)))
NOT_RESTORED = replace(SEEN, outcome=Outcome.NOT_RESTORED, differences=(LEFT,), over_rows=None)
REFUSED_DOWN = replace(SEEN, outcome=Outcome.REFUSED_DOWN, down=Showing(refusal=GONE), over_rows=None)
REFUSED_UP = replace(SEEN, outcome=Outcome.REFUSED_UP, up=Showing(refusal=GONE, span=HERE), over_rows=None)
LOCKING = Finding(
    "index-without-concurrently",
    Severity.OUTAGE,
    PATH,
    HERE,
    "It locks.",
    effects=(Effect(Lock.SHARE, USERS, reads_table=True),),
)


def of(verdict: Verdict, *findings: Finding) -> FileReport:
    return FileReport(PATH, 1, "M", verdict, "The proof says so.", findings)


def said(rule: str) -> Finding:
    return Finding(rule, Severity.RISK, PATH, HERE, "It says so.")


def confirmed(file: FileReport, seen: Observation) -> FileReport:
    (found,) = confirm(Report((file,)), [seen], Settings()).files
    return found


def running(*effects: Effect) -> Observation:
    return replace(SEEN, up=Showing((Observed("CREATE INDEX", HERE, 1.0, effects),)))


@pytest.mark.parametrize(
    ("verdict", "seen", "becomes"),
    [
        (Verdict.REVERSIBLE, NOT_RESTORED, Verdict.NOT_RESTORED),
        (Verdict.LOSES_DATA, REFUSED_DOWN, Verdict.IRREVERSIBLE),
        (Verdict.NOT_RESTORED, SEEN, Verdict.REVERSIBLE),
        (Verdict.IRREVERSIBLE, SEEN, Verdict.REVERSIBLE),
        (Verdict.REVERSIBLE, REFUSED_UP, Verdict.UNKNOWN),
        (Verdict.REVERSIBLE, replace(SEEN, over_rows=OverRows(("users",), down=GONE)), Verdict.FAILS_ON_DATA),
        (Verdict.REVERSIBLE, replace(SEEN, over_rows=OverRows(("users",), lost=("users",))), Verdict.LOSES_DATA),
    ],
)
def test_where_proof_and_rehearsal_disagree_what_happened_stands_and_both_are_kept(
    verdict: Verdict, seen: Observation, becomes: Verdict
) -> None:
    report = confirm(Report((of(verdict),)), [seen])

    (file,) = report.files
    assert file.verdict is becomes
    assert file.claim == Claim(verdict, "The proof says so.")
    assert report.disagreements == (file,)


@pytest.mark.parametrize(
    ("verdict", "seen", "becomes"),
    [
        (Verdict.REVERSIBLE, SEEN, Verdict.REVERSIBLE),
        (Verdict.NOT_RESTORED, NOT_RESTORED, Verdict.NOT_RESTORED),
        (Verdict.NOT_RESTORED, REFUSED_DOWN, Verdict.NOT_RESTORED),
        (Verdict.IRREVERSIBLE, REFUSED_DOWN, Verdict.IRREVERSIBLE),
        (Verdict.LOSES_DATA, replace(SEEN, over_rows=OverRows(("users",), down=GONE)), Verdict.LOSES_DATA),
        (Verdict.ONE_WAY, REFUSED_DOWN, Verdict.ONE_WAY),
        (Verdict.UNKNOWN, SEEN, Verdict.REVERSIBLE),
        (Verdict.UNKNOWN, NOT_RESTORED, Verdict.NOT_RESTORED),
        (Verdict.UNKNOWN, replace(SEEN, over_rows=OverRows(empty=("users",))), Verdict.UNKNOWN),
    ],
)
def test_where_they_agree_or_the_proof_knew_nothing_nobody_is_told_of_a_defect(
    verdict: Verdict, seen: Observation, becomes: Verdict
) -> None:
    file = confirmed(of(verdict), seen)

    assert (file.verdict, file.claim) == (becomes, None)


def test_rows_that_were_made_up_say_nothing_of_what_depends_on_their_values() -> None:
    updated = Showing((Observed("UPDATE users SET age = 1", HERE, 1.0),))

    file = confirmed(of(Verdict.REVERSIBLE), replace(SEEN, up=updated, over_rows=OverRows(("users",), lost=("users",))))

    assert (file.verdict, file.claim) == (Verdict.REVERSIBLE, None)


@pytest.mark.parametrize("seen", [NOT_RESTORED, REFUSED_DOWN, REFUSED_UP])
def test_what_was_left_out_of_a_rehearsal_keeps_it_from_changing_anything(seen: Observation) -> None:
    file = confirmed(of(Verdict.REVERSIBLE), replace(seen, skipped=("update! of the repo",)))

    assert (file.verdict, file.findings, file.claim) == (Verdict.REVERSIBLE, (), None)


def test_a_finding_about_a_rollback_that_restored_is_withdrawn() -> None:
    finding = said("rollback-incomplete")

    file = confirmed(of(Verdict.NOT_RESTORED, finding), SEEN)

    assert file.findings == ()
    assert [one.finding for one in file.withdrawn] == [finding]


def test_a_finding_about_a_rollback_that_failed_is_confirmed() -> None:
    file = confirmed(of(Verdict.NOT_RESTORED, said("rollback-incomplete")), NOT_RESTORED)

    assert [finding.observed for finding in file.findings] == [True]


def test_a_lock_that_was_seen_confirms_the_finding() -> None:
    file = confirmed(of(Verdict.REVERSIBLE, LOCKING), running(Effect(Lock.SHARE, USERS, reads_table=True)))

    assert [finding.observed for finding in file.findings] == [True]


def test_a_lock_that_was_not_taken_withdraws_the_finding() -> None:
    file = confirmed(
        of(Verdict.REVERSIBLE, LOCKING), running(Effect(Lock.SHARE_UPDATE_EXCLUSIVE, USERS, reads_table=True))
    )

    assert [one.seen for one in file.withdrawn] == ["SHARE UPDATE EXCLUSIVE on `users`, reads all of it"]


def test_another_postgres_than_the_one_that_was_meant_withdraws_nothing() -> None:
    seen = replace(running(Effect(Lock.SHARE_UPDATE_EXCLUSIVE, USERS, reads_table=True)), server="16.4")

    file = confirmed(of(Verdict.REVERSIBLE, LOCKING), seen)

    assert (file.findings, file.withdrawn) == ((LOCKING,), ())


@pytest.mark.parametrize(
    ("seen", "rule"),
    [
        (NOT_RESTORED, "rollback-incomplete"),
        (REFUSED_DOWN, "rollback-refused"),
        (REFUSED_UP, "migration-raises"),
    ],
)
def test_what_no_rule_foresaw_is_added(seen: Observation, rule: str) -> None:
    file = confirmed(of(Verdict.REVERSIBLE), seen)

    assert [(finding.rule, finding.observed) for finding in file.findings] == [(rule, True)]


def test_what_a_rule_has_said_is_not_said_again() -> None:
    file = confirmed(of(Verdict.IRREVERSIBLE, said("down-missing")), REFUSED_DOWN)

    assert [finding.rule for finding in file.findings] == ["down-missing"]


def test_a_rule_that_is_off_adds_nothing() -> None:
    settings = Settings(severities={"rollback-refused": None})

    (file,) = confirm(Report((of(Verdict.REVERSIBLE),)), [REFUSED_DOWN], settings).files

    assert file.findings == ()


def test_a_name_that_no_migration_makes_shows_nothing() -> None:
    missing = Refusal('relation "users" does not exist', "42P01")

    file = confirmed(of(Verdict.REVERSIBLE), replace(REFUSED_UP, up=Showing(refusal=missing)))

    assert file.observation is not None
    assert file.observation.outcome is Outcome.NOT_REHEARSED
    assert (file.verdict, file.findings) == (Verdict.REVERSIBLE, ())


def test_a_file_that_was_not_rehearsed_stays_as_it_is() -> None:
    file = of(Verdict.UNKNOWN)

    assert confirm(Report((file,)), []).files == (file,)
