"""What a file does to its parser costs that file, not the review and not the worker."""

import os
import signal
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from rules.finding import FileReport, Report, Verdict
from rules.settings import Settings
from rules.source import Change, SourceFile
from workers import isolation
from workers.context import AnalysisFailed, Failure
from workers.isolation import Analyst

HOSTILE = (sys.executable, str(Path(__file__).parent / "hostile.py"))
# The child's own lines are measured too.
MEASURED = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE")}  # noqa: TID251  # coverage's
FINE = SourceFile("priv/repo/migrations/1_fine.exs", "")


@pytest.fixture
def analyst() -> Iterator[Analyst]:
    with Analyst(2.0, command=HOSTILE, environment=MEASURED) as started:
        yield started


def bad(what: str, version: int = 2) -> SourceFile:
    return SourceFile(f"priv/repo/migrations/{version}_bad.exs", what)


def verdicts(report: Report) -> dict[str, tuple[Verdict, str]]:
    return {file.path: (file.verdict, file.reason) for file in report.files}


def test_a_change_is_judged_in_the_child(analyst: Analyst) -> None:
    report = analyst.analyse(Change((), (FINE,)), Settings())

    assert report == Report((FileReport(FINE.path, 1, "M", Verdict.REVERSIBLE, ""),))


@pytest.mark.parametrize(
    ("what", "failure"),
    [
        ("loop", Failure.TIME),
        ("sleep", Failure.TIME),
        ("eat", Failure.MEMORY),
        ("crash", Failure.CRASH),
        ("raise", Failure.CRASH),
        ("kill", Failure.CRASH),
    ],
)
def test_a_file_that_ends_its_parser_costs_one_file(analyst: Analyst, what: str, failure: Failure) -> None:
    report = analyst.analyse(Change((), (FINE, bad(what))), Settings())

    assert verdicts(report) == {
        FINE.path: (Verdict.REVERSIBLE, ""),
        bad(what).path: (Verdict.UNKNOWN, f"This file could not be read: {failure.value}."),
    }


def test_several_such_files_cost_themselves(analyst: Analyst) -> None:
    files = [SourceFile(f"priv/repo/migrations/{version}_x.exs", "") for version in range(10, 30)]
    files[3], files[17] = bad("raise", 13), bad("eat", 27)

    report = analyst.analyse(Change((), tuple(files)), Settings())

    unknown = {file.path for file in report.files if file.verdict is Verdict.UNKNOWN}
    assert unknown == {files[3].path, files[17].path}
    assert len(report.files) == 20


def test_a_merged_file_that_ends_its_parser_does_not_end_the_review(analyst: Analyst) -> None:
    merged = (*(SourceFile(f"priv/repo/migrations/{version}_x.exs", "") for version in range(10, 15)), bad("crash"))

    report = analyst.analyse(Change(merged, (FINE,)), Settings())

    assert verdicts(report) == {FINE.path: (Verdict.REVERSIBLE, "")}


def test_a_change_full_of_such_files_is_not_analysed(analyst: Analyst) -> None:
    files = tuple(bad("raise", version) for version in range(isolation.CULPRITS + 1))

    with pytest.raises(AnalysisFailed, match="crashed"):
        analyst.analyse(Change((), files), Settings())


def test_sql_that_crashes_libpg_query_costs_the_file_that_holds_it() -> None:
    statement = f"SELECT {'1+' * 100_000}1"
    crashing = SourceFile("priv/repo/migrations/2_crash.exs", migration("Crash", f'execute "{statement}", ""'))
    fine = SourceFile("priv/repo/migrations/3_fine.exs", migration("Fine", "create table(:teams)"))

    with Analyst(20.0, environment=MEASURED) as analyst:
        report = analyst.analyse(Change((), (crashing, fine)), Settings())

    assert {path: verdict for path, (verdict, _) in verdicts(report).items()} == {
        crashing.path: Verdict.UNKNOWN,
        fine.path: Verdict.REVERSIBLE,
    }


def migration(name: str, body: str) -> str:
    return f"""defmodule Shop.Repo.Migrations.{name} do
  use Ecto.Migration

  def change do
    {body}
  end
end
"""


class Drawer:
    """A repository's memory that lasts as long as the test."""

    def __init__(self, *kept: tuple[str, bytes]) -> None:
        self.kept = dict(kept)
        self.writes = 0

    def recall(self) -> dict[str, bytes]:
        return self.kept

    def keep(self, new: Mapping[str, bytes]) -> None:
        self.writes += len(new)
        self.kept |= new


def test_a_history_is_replayed_once_and_then_remembered() -> None:
    first = SourceFile("priv/repo/migrations/100_users.exs", migration("M100", "create table(:users)"))
    grows = [
        SourceFile(
            f"priv/repo/migrations/{number}_grow.exs",
            migration(f"M{number}", f"alter table(:users) do\n      add :c{number}, :string, size: 40\n    end"),
        )
        for number in range(101, 112)
    ]
    new = migration("Last", "alter table(:users) do\n      remove :c105\n    end")
    change = Change((first, *grows), (SourceFile("priv/repo/migrations/200_last.exs", new),))
    drawer = Drawer()

    with Analyst(20.0, environment=MEASURED) as analyst:
        plain = analyst.analyse(change, Settings())
        cold = analyst.analyse(change, Settings(), drawer)
        written = drawer.writes
        warm = analyst.analyse(change, Settings(), drawer)
        broken = analyst.analyse(change, Settings(), Drawer(*((name, b"broken") for name in drawer.kept)))

    assert plain == cold == warm == broken
    assert "size: 40" in str(warm.findings[0].rewrite)
    assert written > 0
    assert drawer.writes == written  # there was nothing left to work out


def test_when_no_single_file_is_to_blame_the_analysis_has_failed(analyst: Analyst) -> None:
    files = (bad("together", 1), bad("together", 2))

    with pytest.raises(AnalysisFailed, match="crashed"):
        analyst.analyse(Change((), files), Settings())


def test_a_child_that_somebody_else_ends_costs_nothing_but_time(tmp_path: Path) -> None:
    with Analyst(2.0, command=HOSTILE, environment={**MEASURED, "MARK": str(tmp_path / "mark")}) as analyst:
        report = analyst.analyse(Change((), (bad("crash once"),)), Settings())

    assert [verdict for verdict, _ in verdicts(report).values()] == [Verdict.REVERSIBLE]


def test_a_child_that_does_not_start_is_no_files_fault() -> None:
    with Analyst(5.0, command=(sys.executable, "-c", "")) as analyst, pytest.raises(AnalysisFailed, match="crashed"):
        analyst.analyse(Change((), (FINE,)), Settings())


def test_a_child_that_is_frozen_is_replaced(analyst: Analyst, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "GRACE", 4.0)  # enough for another to start, on a busy machine

    report = analyst.analyse(Change((), (bad("stop"), FINE)), Settings())

    assert verdicts(report)[bad("stop").path] == (
        Verdict.UNKNOWN,
        f"This file could not be read: {Failure.TIME.value}.",
    )


def test_a_task_that_is_interrupted_leaves_no_answer_for_the_next_one(analyst: Analyst) -> None:
    class TimeIsUp(Exception):
        """What Celery raises in the middle of anything."""

    def interrupt(_signal: int, _frame: object) -> None:
        raise TimeIsUp

    analyst.analyse(Change((), (FINE,)), Settings())
    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    with pytest.raises(TimeIsUp):
        analyst.analyse(Change((), (bad("sleep"),)), Settings())
    signal.signal(signal.SIGALRM, before)

    report = analyst.analyse(Change((), (FINE,)), Settings())

    assert verdicts(report) == {FINE.path: (Verdict.REVERSIBLE, "")}


def test_the_child_sees_nothing_of_the_workers_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAYS", "a secret")
    with Analyst(5.0, command=HOSTILE) as analyst:
        report = analyst.analyse(Change((), (FINE,)), Settings())

        assert analyst._child is not None
        environment = Path(f"/proc/{analyst._child.pid}/environ").read_bytes()
    assert (verdicts(report), environment) == ({FINE.path: (Verdict.REVERSIBLE, "")}, b"")


def test_the_child_ends_with_its_worker(analyst: Analyst) -> None:
    analyst.analyse(Change((), (FINE,)), Settings())
    child, wire = analyst._child, analyst._wire
    assert child is not None
    assert wire is not None

    wire.close()

    assert child.wait(10) == 0
