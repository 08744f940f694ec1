"""Does PostgreSQL agree with what our pages say of rollbacks? Each hazard and each rewrite, run up and down."""

import pytest

from deploy.services.databases import Databases
from rules.analysis.programs import programs
from rules.catalog import rules
from rules.finding import Verdict
from rules.postgres.observation import MISSING, Outcome
from rules.rewrite.edit import Safety
from rules.rule import Rule
from rules.settings import Settings
from rules.source import Change
from tests.rehearsal.samples import sampled
from tests.rehearsal.versions import lacks, on_any_postgres
from tests.rules.review import change, review, with_rule
from workers.rehearsal.catalogue import Catalogue, catalogue

FAILING = {Verdict.NOT_RESTORED, Verdict.IRREVERSIBLE}
BROKEN = {Outcome.NOT_RESTORED, Outcome.REFUSED_DOWN}


def hazard(rule: Rule) -> Change:
    """Return the hazard of a page as a pull request."""
    return change(rule.page.given, [rule.page.hazard])


def rewritten(rule: Rule) -> Change:
    """Return the rewrite of a page as a pull request."""
    return change(rule.page.given, rule.page.rewritten)


def is_safe(rule: Rule) -> bool:
    """Tell whether the rewrite of a page is one that claims to do the same."""
    found = review(hazard(rule), with_rule(rule)).findings
    return all(one.rewrite is None or one.rewrite.safety is Safety.SAFE for one in found)


def verdict(rule: Rule) -> Verdict:
    """Return the verdict on the hazard of a page."""
    (file,) = review(hazard(rule), with_rule(rule)).files
    return file.verdict


REWRITTEN = {rule.name: rule for rule in rules() if rule.page.rewritten and is_safe(rule)}
RUNNING = {name: rule for name, rule in REWRITTEN.items() if not rule.raises}
ABOUT_ROLLBACK = {name: rule for name, rule in REWRITTEN.items() if rule.about_rollback and verdict(rule) in FAILING}


@on_any_postgres
@pytest.mark.parametrize("rule", ABOUT_ROLLBACK.values(), ids=ABOUT_ROLLBACK)
def test_a_rollback_of_the_hazard_is_refused_or_leaves_another_schema(rule: Rule, databases: Databases) -> None:
    (seen,) = databases.rehearse(hazard(rule))

    assert seen.skipped or seen.outcome in BROKEN or lacks(databases.major, seen), seen.sentence


@on_any_postgres
@pytest.mark.parametrize("rule", sampled(REWRITTEN, 3))
def test_each_step_of_the_rewrite_restores_the_schema(rule: Rule, databases: Databases) -> None:
    for seen in databases.rehearse(rewritten(rule)):
        if lacks(databases.major, seen):
            return
        assert seen.outcome is Outcome.RESTORED, (seen.path, seen.sentence, seen.differences)
        assert seen.changed == ()


@pytest.mark.parametrize("rule", sampled(RUNNING, 4))
def test_the_rewrite_leaves_what_the_hazard_left(rule: Rule, databases: Databases) -> None:
    assert left(rewritten(rule), databases) == left(hazard(rule), databases)


def left(of: Change, databases: Databases) -> Catalogue:
    """Return what a database consists of when all migrations of a pull request have run."""
    (program,) = programs(of, Settings())
    with databases.holding(program.history) as database, database.watch() as watcher:
        return catalogue(watcher)


@on_any_postgres
@pytest.mark.parametrize("rule", sampled({rule.name: rule for rule in rules()}, 4))
def test_what_a_page_calls_safe_runs_up_and_down(rule: Rule, databases: Databases) -> None:
    for code in rule.page.safe:
        proposal = change(rule.page.given, [code])
        files = {file.path: file for file in review(proposal, with_rule(rule)).files}
        for seen in databases.rehearse(proposal):
            excused = seen.skipped or files[seen.path].verdict is Verdict.ONE_WAY or lacks(databases.major, seen)
            if not rule.page.given:  # the example is about tables that it does not show
                excused = excused or (seen.up.refusal is not None and seen.up.refusal.sqlstate in MISSING)
            assert excused or seen.outcome is Outcome.RESTORED, (seen.sentence, seen.differences)
