"""Does PostgreSQL do to tables what our pages say? Each hazard that is about locks is run, and each rewrite of it."""

from dataclasses import replace

import pytest

from deploy.services.databases import Databases
from rules.catalog import rules
from rules.finding import Effect, Finding
from rules.postgres.observation import Observation
from rules.rule import Rule
from rules.settings import Settings
from rules.source import Change
from rules.sql.names import Name
from tests.rehearsal.versions import lacks, on_any_postgres
from tests.rules.review import change, review

ALL = Settings(requested=frozenset(rule.name for rule in rules()))


def findings(rule: Rule, proposal: Change, major: int = ALL.postgres) -> list[Finding]:
    found = review(proposal, replace(ALL, postgres=major)).findings
    return [finding for finding in found if finding.rule == rule.name and finding.effects]


def proposal(rule: Rule) -> Change:
    """Return the hazard of a page as a pull request."""
    return change(rule.page.given, [rule.page.hazard])


LOCKING = {rule.name: rule for rule in rules() if findings(rule, proposal(rule))}
BETTER = {name: rule for name, rule in LOCKING.items() if rule.page.rewritten}


def of_finding(finding: Finding, seen: Observation) -> dict[Name, Effect]:
    """Return what the statements that a finding is about did to each table, with the locks that they found held."""
    met: dict[Name, Effect] = {}
    for one in seen.up.statements:
        effects = one.effects if one.span and one.span.overlaps(finding.span) else ()
        met |= {effect.on: effect for effect in effects}
    return met


def is_milder(hazard: Effect, rewrites: list[Effect]) -> bool:
    """Tell whether a table is never met so hard any more."""
    return not any(
        one.on == hazard.on
        and one.lock >= hazard.lock
        and (one.rewrites_table or not hazard.rewrites_table)
        and (one.reads_table is not False or not hazard.reads_table)
        for one in rewrites
    )


@on_any_postgres
@pytest.mark.parametrize("rule", LOCKING.values(), ids=LOCKING)
def test_the_hazard_does_to_tables_what_is_claimed(rule: Rule, databases: Databases) -> None:
    of = proposal(rule)

    (seen,) = databases.rehearse(of)

    if lacks(databases.major, seen):
        return
    assert seen.up.refusal is None
    for finding in findings(rule, of, databases.major):
        met = of_finding(finding, seen)
        for claimed in finding.effects:
            held = [one.lock for each in seen.up.statements for one in each.effects if one.on == claimed.on]
            assert met[claimed.on].lock is max(claimed.lock, held[0])
            assert claimed.rewrites_table in {met[claimed.on].rewrites_table, None}
            assert met[claimed.on].reads_table is None or claimed.reads_table in {met[claimed.on].reads_table, None}


@on_any_postgres
@pytest.mark.parametrize("rule", BETTER.values(), ids=BETTER)
def test_the_rewrite_does_less(rule: Rule, databases: Databases) -> None:
    of = proposal(rule)
    (hazard,) = databases.rehearse(of)

    observations = databases.rehearse(change(rule.page.given, rule.page.rewritten))

    if any(lacks(databases.major, one) for one in (hazard, *observations)):
        return
    assert [one.up.refusal for one in observations] == [None] * len(observations)
    seen = [effect for one in observations for statement in one.up.statements for effect in statement.effects]
    for finding in findings(rule, of, databases.major):
        assert any(is_milder(effect, seen) for effect in of_finding(finding, hazard).values())
