"""How far a rollback gets, and what stops it."""

import pytest

from rules.analysis.rollback import Window, windows
from rules.finding import FileReport, Report, Verdict
from rules.source import Change, SourceFile

FOLDER = "priv/repo/migrations"
NOTHING = Change((), ())


def file(version: int, verdict: Verdict = Verdict.REVERSIBLE, folder: str = FOLDER) -> FileReport:
    return FileReport(f"{folder}/{version}_step.exs", version, f"Shop.M{version}", verdict, "So it is.")


def text(version: int, folder: str = FOLDER) -> SourceFile:
    return SourceFile(f"{folder}/{version}_step.exs", "")


def test_all_new_migrations_go_back_newest_first() -> None:
    assert windows(Report((file(1), file(2), file(3))), NOTHING) == (Window(FOLDER, 3),)


@pytest.mark.parametrize(
    ("verdict", "why"),
    [
        (Verdict.IRREVERSIBLE, "cannot go back"),
        (Verdict.ONE_WAY, "is one-way"),
        (Verdict.FAILS_ON_DATA, "fails where there are rows"),
        (Verdict.UNKNOWN, "may or may not go back"),
    ],
)
def test_the_newest_that_does_not_go_back_stops_the_rollback(verdict: Verdict, why: str) -> None:
    of = Report((file(1, Verdict.IRREVERSIBLE), file(2, verdict), file(10, Verdict.LOSES_DATA)))

    assert windows(of, NOTHING) == (Window(FOLDER, 1, "2_step.exs", why),)


def test_one_migration_speaks_for_itself() -> None:
    assert windows(Report((file(1),)), NOTHING) == ()


def test_edited_migrations_have_run_and_are_no_step() -> None:
    change = Change((), (text(1), text(2), text(3)), replaced=(text(1),))

    assert windows(Report((file(1, Verdict.IRREVERSIBLE), file(2), file(3))), change) == (Window(FOLDER, 2),)


def test_nothing_is_counted_where_merged_migrations_would_go_back_first() -> None:
    assert windows(Report((file(1), file(3))), Change((text(2),), ())) == ()


def test_each_folder_is_rolled_back_for_itself() -> None:
    other = "apps/other/priv/repo/migrations"
    of = Report((file(1, folder=other), file(2, folder=other), file(3), file(4, Verdict.ONE_WAY)))

    assert windows(of, Change((text(9, "elsewhere/migrations"),), ())) == (
        Window(other, 2),
        Window(FOLDER, 0, "4_step.exs", "is one-way"),
    )


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ((file(1), file(2)), "`mix ecto.rollback --step 2` undoes all of them, newest first."),
        (
            (file(1, Verdict.ONE_WAY), file(2)),
            "`mix ecto.rollback --step 1` undoes the newest; a step further, `1_step.exs` is one-way.",
        ),
        (
            (file(1), file(2, Verdict.IRREVERSIBLE)),
            "`mix ecto.rollback` stops at the newest: `2_step.exs` cannot go back.",
        ),
    ],
)
def test_how_far_a_rollback_gets_is_said_in_a_sentence(files: tuple[FileReport, ...], said: str) -> None:
    (window,) = windows(Report(files), NOTHING)

    assert window.sentence == said
