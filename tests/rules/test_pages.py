"""Is every page true? The docstring of a rule is what people read, and what is tried here."""

import pytest

from rules.catalog import rules
from rules.elixir.parser import read as parse
from rules.finding import Verdict
from rules.rule import Rule
from rules.source import Change, SourceFile
from tests.rules.review import change, review, rewritten, with_rule

RULES = {rule.name: rule for rule in rules()}
WITH_REWRITE = {name: rule for name, rule in RULES.items() if rule.page.rewritten}


def hazard(rule: Rule) -> Change:
    return change(rule.page.given, [rule.page.hazard])


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_the_rule_finds_its_hazard_and_nothing_else_does(rule: Rule) -> None:
    found = review(hazard(rule), with_rule(rule)).findings

    assert {finding.rule for finding in found} == {rule.name}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_what_a_page_calls_safe_is_silent_for_all_rules(rule: Rule) -> None:
    assert rule.page.safe

    for safe in rule.page.safe:
        assert review(change(rule.page.given, [safe]), with_rule(rule)).findings == ()


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_the_history_of_a_page_is_silent(rule: Rule) -> None:
    assert review(change([], rule.page.given), with_rule(rule)).findings == ()


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_page_that_shows_no_rewrite_offers_none(rule: Rule) -> None:
    offers = any(finding.rewrite for finding in review(hazard(rule), with_rule(rule)).findings)

    assert offers == (rule.name in WITH_REWRITE)


@pytest.mark.parametrize("rule", WITH_REWRITE.values(), ids=WITH_REWRITE)
def test_the_rewrite_is_the_one_that_the_page_shows(rule: Rule) -> None:
    files = rewritten(hazard(rule), with_rule(rule))

    assert tuple(file.text for file in files) == rule.page.rewritten


@pytest.mark.parametrize("rule", WITH_REWRITE.values(), ids=WITH_REWRITE)
def test_the_rewrite_parses_restores_the_schema_and_is_silent(rule: Rule) -> None:
    report = review(change(rule.page.given, rule.page.rewritten), with_rule(rule))

    assert report.findings == ()
    assert {file.verdict for file in report.files} <= {
        Verdict.REVERSIBLE,
        Verdict.LOSES_DATA,
        Verdict.FAILS_ON_DATA,
        Verdict.ONE_WAY,
    }
    for text in rule.page.rewritten:
        assert parse(SourceFile("1_a.exs", text)).errors == ()


@pytest.mark.parametrize("rule", WITH_REWRITE.values(), ids=WITH_REWRITE)
def test_rewriting_again_changes_nothing(rule: Rule) -> None:
    again = rewritten(change(rule.page.given, rule.page.rewritten), with_rule(rule))

    assert tuple(file.text for file in again) == rule.page.rewritten
