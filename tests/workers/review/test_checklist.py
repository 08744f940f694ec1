"""The check list shows the lines that apply, each with its answer."""

from dataclasses import replace

from rules.catalog import names
from rules.deployment import Added, Phase, Step
from rules.finding import FileReport, Report, Verdict
from tests.workers.review.samples import PATH, finding
from workers.review.checklist import QUESTIONS, Line, checklist


def report(step: Step, *rules: str) -> Report:
    found = tuple(replace(finding(), rule=rule) for rule in rules)
    return Report((FileReport(PATH, 1, "M", Verdict.REVERSIBLE, "", found, step=step),))


def step(*added: Added, phase: Phase = Phase.EXPAND) -> Step:
    return Step(PATH, (phase,), in_transaction=True, added=frozenset(added))


def test_a_line_holds_where_no_rule_speaks() -> None:
    lines = checklist(report(step(Added.REFERENCE), "reference-without-index"))

    assert lines == (
        Line("References say what happens on deletion", holds=True),
        Line("Every reference has an index", holds=False),
    )


def test_what_brings_nothing_of_the_kind_needs_no_list() -> None:
    assert checklist(report(step())) == ()


def test_rows_have_a_line_of_their_own() -> None:
    (line,) = checklist(report(step(phase=Phase.DATA), "rows-changed-all-at-once"))

    assert line == Line("Rows change apart from the schema, in batches", holds=False)


def test_every_rule_of_the_list_is_there() -> None:
    assert {rule for question in QUESTIONS for rule in question.rules} <= names()
