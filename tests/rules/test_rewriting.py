"""All rewrites of a change are applied, round after round, and what was not wanted is left."""

from collections.abc import Callable

from rules.ecto.files import next_version
from rules.finding import FileReport, Finding, Report, Severity, Verdict
from rules.rewrite.edit import Edit, NewMigration, Rewrite, Safety
from rules.rewriting import rewrite_all
from rules.source import Change, SourceFile, Span

PATH = "priv/repo/migrations/20260101000000_a.exs"


def finding(source: SourceFile, wrong: str, right: str, *, safety: Safety = Safety.SAFE, then: str = "") -> Finding:
    start = source.text.index(wrong)
    span = Span(start, start + len(wrong))
    follow_ups = (NewMigration(then, "# deploy me afterwards\n"),) if then else ()
    rewrite = Rewrite(f"Say {right}", safety, (Edit(span, right),), follow_ups)
    return Finding(f"not-{right}", Severity.RISK, source.path, span, f"`{wrong}` is not `{right}`.", rewrite)


def judge(*judgements: Callable[[SourceFile], Finding]) -> Callable[[Change], Report]:
    def analyse(change: Change) -> Report:
        return Report(tuple(report(file) for file in change.proposed))

    def report(file: SourceFile) -> FileReport:
        found = tuple(one(file) for one in judgements if applies(one, file))
        return FileReport(file.path, 1, "M", Verdict.REVERSIBLE, "", found)

    def applies(one: Callable[[SourceFile], Finding], file: SourceFile) -> bool:
        try:
            one(file)
        except ValueError:
            return False
        return True

    return analyse


def test_rewrites_that_do_not_touch_are_made_together() -> None:
    change = Change((), (SourceFile(PATH, "one two"),))

    rewritten = rewrite_all(
        change, judge(lambda file: finding(file, "one", "1"), lambda file: finding(file, "two", "2")), lambda *_: True
    )

    assert rewritten.edited == (SourceFile(PATH, "1 2"),)
    assert [found.rule for found in rewritten.answered] == ["not-1", "not-2"]
    assert rewritten.left == ()


def test_rewrites_of_the_same_text_are_made_one_after_the_other() -> None:
    change = Change((), (SourceFile(PATH, "one"),))

    rewritten = rewrite_all(
        change,
        judge(lambda file: finding(file, "one", "two"), lambda file: finding(file, "two", "three")),
        lambda *_: True,
    )

    assert rewritten.edited == (SourceFile(PATH, "three"),)


def test_what_is_not_wanted_is_left_with_its_file_untouched() -> None:
    change = Change((), (SourceFile(PATH, "one"),))
    analyse = judge(lambda file: finding(file, "one", "1", safety=Safety.REVIEW))

    rewritten = rewrite_all(change, analyse, lambda _, rewrite: rewrite.safety is Safety.SAFE)

    assert rewritten.edited == ()
    assert [found.rule for found in rewritten.left] == ["not-1"]


def test_new_migrations_come_after_the_newest_of_base_and_branch_and_are_made_once() -> None:
    newest = SourceFile("priv/repo/migrations/20260301235959_b.exs", "")
    change = Change((newest,), (SourceFile(PATH, "one"),))

    rewritten = rewrite_all(change, judge(lambda file: finding(file, "one", "1", then="validate_one")), lambda *_: True)

    assert [file.path for file in rewritten.added] == ["priv/repo/migrations/20260302000000_validate_one.exs"]


def test_a_new_migration_is_not_rewritten_itself() -> None:
    change = Change((), (SourceFile(PATH, "one"),))
    analyse = judge(
        lambda file: finding(file, "one", "1", then="deploy_later"), lambda file: finding(file, "deploy", "run")
    )

    rewritten = rewrite_all(change, analyse, lambda *_: True)

    assert [file.text for file in rewritten.added] == ["# deploy me afterwards\n"]
    assert [found.rule for found in rewritten.left] == ["not-run"]


def test_a_rewrite_that_never_settles_ends_all_the_same() -> None:
    change = Change((), (SourceFile(PATH, "a"),))

    rewritten = rewrite_all(change, judge(lambda file: finding(file, "a", "aa")), lambda *_: True)

    assert [found.rule for found in rewritten.left] == ["not-aa"]


def test_versions_that_are_no_times_are_counted() -> None:
    assert next_version(20261231235959) == 20270101000000
    assert next_version(41) == 42
