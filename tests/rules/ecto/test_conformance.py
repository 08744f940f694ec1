"""Reading a migration says what the real Ecto sent to a real PostgreSQL, release by release.

The cases are our own migrations; `golden/compact.py` tells where their measurements come from. An `error` that is null
came from the database: the statements end with the one that failed, and what we know goes on.
"""

import json
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest

from rules.ecto.commands import Unread
from rules.ecto.config import Repo
from rules.ecto.migration import Migration, Run
from rules.ecto.project import Project
from rules.ecto.projects import Projects
from rules.ecto.reader import read
from rules.ecto.versions import Version, parse_version
from rules.elixir.parser import read as parse
from rules.postgres.statements import script
from rules.source import SourceFile

CASES = [
    json.loads(line)
    for line in Path(__file__).with_name("golden").joinpath("cases.jsonl").read_text(encoding="utf-8").splitlines()
]
RUNS = [(case, release) for case in CASES for release in case["runs"]]


@pytest.mark.parametrize(("case", "release"), RUNS, ids=[f"{case['id']}-{release}" for case, release in RUNS])
def test_reading_says_what_ecto_sends(case: dict[str, Any], release: str) -> None:
    version = parse_version(release) or (0, 0, 0)

    migration = migration_of(case, version)

    for direction, run in (("up", migration.up), ("down", migration.down)):
        measured = case["runs"][release][direction]
        if measured is not None:
            assert said(run, measured, version) == (measured["sql"], measured.get("error"))


def test_every_measured_case_is_there() -> None:
    assert len(CASES) == 701
    assert {release for _, release in RUNS} == {
        *("3.0.5", "3.5.4", "3.8.3", "3.10.2", "3.11.3", "3.12.1", "3.13.5", "3.14.0")
    }


def migration_of(case: dict[str, Any], version: Version) -> Migration:
    """Read the case's migration as a part of a project that has nothing but the case's files."""
    sources = tuple(SourceFile(path, text) for path, text in case.get("modules", {}).items())
    configured = SourceFile("config/config.exs", f"config :app, App.Repo, {(case.get('config') or '[]')[1:-1]}")
    repo_module = SourceFile("lib/app/repo.ex", "defmodule App.Repo do\n  use Ecto.Repo, otp_app: :app\nend\n")
    projects = Projects((*sources, configured, repo_module), complete=True, version=version, environment={})
    project = projects.of(f"priv/repo/migrations/{case['path']}")
    source = SourceFile(case["path"], case["source"])
    return read(parse(source), source, with_prefix(project, case.get("prefix")))


def with_prefix(project: Project, prefix: str | None) -> Project:
    """Return *project* as the migrator sees it with `--prefix`."""
    return Project(
        project.repo, project.version, prefix, project.files, project.modules, project.complete, project.environment
    )


def said(run: Run, measured: dict[str, Any], version: Version) -> tuple[list[str], list[str] | None]:
    """Return what we say of a direction, as far as it was measured."""
    # Where rows decide, what comes behind the decision is not known, and the measurement holds for its rows only.
    decided = tuple(takewhile(lambda command: not isinstance(command, Unread), run.commands))
    known = script(run if len(decided) == len(run.commands) else Run(decided), version)
    sql = [statement.sql for statement in known.statements]
    if "error" in measured and measured["error"] is None:
        return sql[: len(measured["sql"])], None
    if len(decided) < len(run.commands):
        return sql, measured.get("error")
    if known.failure is None:
        return sql, None
    return sql, [known.failure.kind, " ".join(known.failure.message.split())]


def test_a_repo_without_configuration_is_ectos_default() -> None:
    project = Projects(()).of("priv/repo/migrations/1_a.exs")

    assert project.repo == Repo()


def test_only_rows_leave_a_measured_case_undecided() -> None:
    undecided = {case["id"] for case, release in RUNS if migration_of(case, parse_version(release) or (0, 0, 0)).unread}

    assert undecided == {"s_guard_raises"}
