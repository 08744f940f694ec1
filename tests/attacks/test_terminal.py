"""Whatever a repository's names hold, a terminal, a log and a program that reads us get text and nothing to obey."""

import json
from pathlib import Path

import pytest
from rich.console import Console

from bot.cli import sql
from bot.cli.local.repository import Refused, Selection
from bot.cli.output import rehearsal
from bot.cli.output.as_github import as_github
from bot.cli.output.diff import show_patch
from bot.cli.output.formats import ReportFormat, show, written
from bot.cli.output.schema import listed
from bot.cli.printable import UNPRINTABLE, printable
from rules.analysis.ground import ending
from rules.ecto.projects import Projects
from rules.postgres.effects import Effect
from rules.postgres.locks import Lock
from rules.postgres.observation import Observation, Observed, Outcome, Showing
from rules.rewrite.edit import apply
from rules.rewrite.patch import patch
from rules.source import SourceFile, Span
from rules.sql.names import Name
from tests.attacks.inert import TRICKS
from tests.attacks.speech import in_path, spoken

# A third of them each time, and the others in make prove.
tricks = pytest.mark.parametrize(
    "trick",
    [
        pytest.param(trick, id=name, marks=[pytest.mark.prove] if number % 3 else [])
        for number, (name, trick) in enumerate(TRICKS.items())
    ],
)
MACHINES = [ReportFormat.JSON, ReportFormat.SARIF, ReportFormat.RDJSON]


def selected(trick: str) -> Selection:
    return Selection(
        Path(), spoken(trick).material.change, (Refused(f"{in_path(trick)}.exs", "it is not UTF-8"),), None
    )


def assert_obeyed_by_nobody(text: str) -> None:
    assert not UNPRINTABLE.search(text), UNPRINTABLE.search(text)
    text.encode()


@tricks
def test_a_person_at_a_terminal(trick: str, capsys: pytest.CaptureFixture[str]) -> None:
    show(spoken(trick).report, selected(trick))

    assert_obeyed_by_nobody(capsys.readouterr().out)


@tricks
def test_the_log_of_a_workflow(trick: str) -> None:
    report = spoken(trick).report
    lines = as_github(report, selected(trick)).splitlines()

    assert len(lines) == len(report.findings) + 1  # no more commands than there are findings, and the file not read
    for line in lines:
        assert line.startswith(("::error file=", "::warning file=", "::notice file="))
        assert_obeyed_by_nobody(line)


@tricks
def test_programs_that_read_us(trick: str) -> None:
    for format_ in MACHINES:
        text = written(spoken(trick).report, selected(trick), format_)

        assert json.loads(text)
        assert_obeyed_by_nobody(text)


@tricks
def test_statements_schemas_and_patches(trick: str, capsys: pytest.CaptureFixture[str]) -> None:
    of = spoken(trick)
    edits = (one.rewrite.edits for one in of.report.findings if one.rewrite)
    edited = [apply(some, of.source) for some in edits if some]
    show_patch("".join(patch(of.material.sources, [file]) for file in edited), Console())
    projects = Projects((), version=None, environment={}, mix_env="prod")
    runs = sql.said(of.source, projects, tuple(sql.Direction))

    assert_obeyed_by_nobody(capsys.readouterr().out)
    assert_obeyed_by_nobody("".join(sql.as_text(of.source, way, run) for way, run in runs.items()))
    assert_obeyed_by_nobody(printable(listed(ending(of.material.change))))


@tricks
def test_rehearsals(trick: str, capsys: pytest.CaptureFixture[str]) -> None:
    statement = Observed(f'DROP TABLE "{trick}"', Span(0, 1), 1.0, (Effect(Lock.SHARE, Name(None, trick[:200])),))
    rehearsal.show([Observation(trick[:200], Outcome.RESTORED, trick[:200], up=Showing((statement,)))])

    assert_obeyed_by_nobody(capsys.readouterr().out)


@pytest.mark.parametrize("name", ["[/red]", "[link=https://evil.example]x[/link]", "[bold"])
def test_markup_of_the_terminals_library_is_no_markup(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    statement = Observed("DROP TABLE x", Span(0, 1), 1.0, (Effect(Lock.SHARE, Name(None, name)),))

    rehearsal.show([Observation(name, Outcome.RESTORED, "", up=Showing((statement,)))])

    assert name[:5] in capsys.readouterr().out


def test_a_line_break_in_a_path_does_not_end_the_comment_that_names_it() -> None:
    source = SourceFile("1_a\nDROP TABLE users;.exs", "defmodule A do\nend\n")
    projects = Projects((), version=None, environment={}, mix_env="prod")

    for way, run in sql.said(source, projects, tuple(sql.Direction)).items():
        assert sql.as_text(source, way, run).splitlines()[0] == f"-- 1_a\\nDROP TABLE users;.exs ({way.value})"
