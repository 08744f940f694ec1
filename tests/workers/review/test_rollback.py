"""What a review shows of a rollback: the differences that it leaves, what it would lose, and how far it gets."""

from dataclasses import replace

from rules.finding import Difference, FileReport, Report, Verdict
from rules.source import Change
from tests.workers.review.samples import PATH, SOURCE, finding, material, report
from workers.review.fetch import Material
from workers.review.plan import Remark
from workers.review.render import comment
from workers.review.summary import check_output

FOLDER = "priv/repo/migrations"


def file(version: int, verdict: Verdict = Verdict.REVERSIBLE, *loses: str, folder: str = FOLDER) -> FileReport:
    path = f"{folder}/{version}_step.exs"
    return FileReport(path, version, f"Shop.M{version}", verdict, "So it is.", loses=loses)


def summary_of(*files: FileReport) -> str:
    return check_output(Report(files), Material("f" * 40, Change((), ()), {}), (), "").summary


def evidence(*differences: Difference) -> str:
    """Return what stands between the message and the link in a comment."""
    remark = Remark("0a1b", replace(finding(), differences=differences), 5, 5)
    _, *between, _, _ = comment(remark, SOURCE, "", explain=False).split("\n\n")
    return "\n\n".join(between)


def test_what_a_rollback_leaves_is_a_table() -> None:
    changed = Difference("the default of `users.name`", "`'x'`", "none")
    missing = Difference("index `users_name_index` on `users`", "there", None)
    left = Difference("column `users.nick`", None, "there")

    assert evidence(changed, missing, left) == (
        "| What | Before | After a rollback |\n"
        "|---|---|---|\n"
        "| the default of `users.name` | `'x'` | none |\n"
        "| index `users_name_index` on `users` | there | gone |\n"
        "| column `users.nick` | not there | there |"
    )


def test_five_differences_are_evidence_enough() -> None:
    text = evidence(*(Difference(f"column `users.c{number}`", None, "there") for number in range(9)))

    assert "`users.c4`" in text
    assert "`users.c5`" not in text
    assert text.endswith("\n\nAnd 4 more.")


def test_names_cannot_leave_their_cell() -> None:
    text = evidence(Difference("the comment of `a`", "`@all | [x](http://evil.example)`", "`<img src=x>`"))

    assert text.splitlines()[2] == (r"| the comment of `a` | `@all \| [x](http://evil.example)` | `<img src=x>` |")


def test_a_finding_without_differences_has_no_table() -> None:
    assert evidence() == ""


def test_what_a_rollback_would_lose_stands_beside_its_verdict() -> None:
    few = summary_of(file(1, Verdict.REVERSIBLE, "the rows of `tags`", "the values of `users.nick`"))
    many = summary_of(file(1, Verdict.REVERSIBLE, *(f"the rows of `t{number}`" for number in range(5))))

    assert "| **reversible**: So it is. | the rows of `tags`, the values of `users.nick` |  |" in few
    assert "| the rows of `t0`, the rows of `t1`, the rows of `t2` and 2 more |" in many


def test_the_check_says_how_far_a_rollback_gets() -> None:
    summary = summary_of(file(1, Verdict.ONE_WAY), file(2))

    assert summary.endswith(
        "|  |\n\n`mix ecto.rollback --step 1` undoes the newest; a step further, `1_step.exs` is one-way."
    )


def test_the_check_names_the_folder_where_there_are_several() -> None:
    other = "a/migrations"

    summary = summary_of(file(1, folder=other), file(2, folder=other), file(1), file(2))

    assert "| `a/migrations/1_step.exs` |" in summary
    assert "\n\n`a/migrations`: `mix ecto.rollback --step 2` undoes all of them, newest first.\n\n" in summary


def test_the_check_of_one_migration_has_its_verdict_alone() -> None:
    assert "mix ecto.rollback" not in check_output(report(), material(), (), PATH).summary
