"""What we say of a rollback is what the real Ecto and a real PostgreSQL did, case by case, and a rule says why.

The cases are our own migrations; `golden/compact.py` tells where their measurements come from.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rules.analysis import analyse
from rules.analysis.example import FOLDER
from rules.catalog import rules
from rules.elixir.parser import read
from rules.finding import FileReport, Verdict
from rules.rewriting import rewrite_all
from rules.settings import Settings
from rules.source import Change, SourceFile

GOLDEN = Path(__file__).with_name("golden").joinpath("rollbacks.jsonl").read_text(encoding="utf-8")
MEASURED = {case["id"]: case for case in map(json.loads, GOLDEN.splitlines())}
ALL_CASES = {
    name: case
    for name, case in MEASURED.items()
    if (case["verdict"].startswith(("roundtrip", "down")) or case["is_corrected"])
    and not {"setup", "prefix"} & set(case)
}
CASES = {name: case for name, case in ALL_CASES.items() if case["verdict"] != "up_raised"}
CORRECTED = [case for case in ALL_CASES.values() if case["is_corrected"]]
DUMPED = 'INSERT INTO public."schema_migrations" (version) VALUES (0);\n'
FAILED = {"roundtrip_diff", "down_irreversible", "down_raised"}
PROVEN = {Verdict.REVERSIBLE, Verdict.LOSES_DATA}
ABOUT_ROLLBACK = {rule.name for rule in rules() if rule.about_rollback} | {"mixed-callbacks"}
MENDING = ABOUT_ROLLBACK | {rule.name for rule in rules() if rule.raises}
RESTORED_BY_REWRITES = 365  # of the 384 cases that have been corrected by hand; it only grows


def change_of(case: dict[str, Any]) -> Change:
    """Return the case as a pull request that proposes its last migration."""
    migrations = [name for name in case["files"] if name[0].isdigit() and name != case["target"]]
    repo = "defmodule App.Repo do\n  use Ecto.Repo, otp_app: :app, adapter: Ecto.Adapters.Postgres\nend\n"
    configured = f"import Config\nconfig :app, App.Repo, {case['config'] or '[]'}"
    project = [SourceFile(name, text) for name, text in case["files"].items() if not name[0].isdigit()]
    if "setup" in case:
        project.append(SourceFile("priv/repo/structure.sql", f"{case['setup']};\n{DUMPED}"))
    return Change(
        tuple(SourceFile(f"{FOLDER}/{name}", case["files"][name]) for name in migrations),
        (SourceFile(f"{FOLDER}/{case['target']}", case["files"][case["target"]]),),
        (*project, SourceFile("config/config.exs", configured), SourceFile("lib/app/repo.ex", repo)),
    )


def judged(change: Change) -> tuple[FileReport, ...]:
    """Judge what the change proposes."""
    return analyse(change, Settings()).files


@pytest.mark.parametrize("name", CASES)
def test_what_failed_is_never_called_reversible(name: str) -> None:
    case = CASES[name]

    (report,) = judged(change_of(case))

    assert not (case["verdict"] in FAILED and report.verdict is Verdict.REVERSIBLE), report.reason
    assert not (case.get("over_no_rows", case["verdict"]) in FAILED and report.verdict in PROVEN), report.reason


@pytest.mark.parametrize("name", CASES)
def test_a_rule_says_why_a_rollback_fails_and_none_speaks_where_it_restores(name: str) -> None:
    (report,) = judged(change_of(CASES[name]))

    said = {finding.rule for finding in report.findings} & ABOUT_ROLLBACK

    if report.verdict in {Verdict.NOT_RESTORED, Verdict.IRREVERSIBLE}:
        assert said, report.reason
    elif report.verdict in PROVEN:
        assert said <= {"mixed-callbacks", "repo-call-in-change", "moved-data-lost-on-rollback"}, report.findings


def test_rewrites_restore_what_has_been_corrected_by_hand() -> None:
    changes = [change_of(case) for case in CORRECTED]

    restored = [case for case, change in zip(CORRECTED, changes, strict=True) if is_restored(case, rewritten(change))]

    assert len(changes) == 384
    assert len(restored) >= RESTORED_BY_REWRITES


def is_restored(case: dict[str, Any], change: Change) -> bool:
    """Tell whether a rewritten case is proven, or as good as what a hand has made of it, which rows may refuse."""
    verdicts = [one.verdict for one in judged(change)]
    if "by_hand" in case:
        by_hand = case | {"files": case["files"] | {case["target"]: case["by_hand"]}}
        return verdicts == [one.verdict for one in judged(change_of(by_hand))]
    return all(verdict in PROVEN for verdict in verdicts)


@pytest.mark.parametrize("case", CORRECTED, ids=[case["id"] for case in CORRECTED])
def test_what_is_rewritten_is_elixir_and_stays_as_it_is(case: dict[str, Any]) -> None:
    once = rewritten(change_of(case))

    again = rewritten(once)

    assert again == once
    assert not any(read(file).errors for file in once.proposed)


def rewritten(change: Change) -> Change:
    """Take every rewrite of the rules about rollbacks, and of those about what keeps a migration from running."""
    done = rewrite_all(change, lambda one: analyse(one, Settings()), lambda finding, _: finding.rule in MENDING)
    edited = {file.path: file for file in done.edited}
    return replace(change, proposed=(*(edited.get(file.path, file) for file in change.proposed), *done.added))
