"""What a careful colleague asks of new tables, references, indexes and rows, each line with its answer."""

from dataclasses import dataclass
from typing import Final

from rules.deployment import Added, Phase
from rules.finding import Report


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the list, and whether it holds."""

    text: str
    holds: bool


@dataclass(frozen=True, slots=True)
class _Question:
    """A line, to what it applies, and the rules that speak where it does not hold."""

    text: str
    about: frozenset[Added | Phase]
    rules: frozenset[str]


def _question(text: str, *about: Added | Phase, rules: str) -> _Question:
    return _Question(text, frozenset(about), frozenset(rules.split()))


QUESTIONS: Final = (
    _question("Every new table has a primary key", Added.TABLE, rules="table-without-primary-key key-of-another-type"),
    _question(
        "What must be there is NOT NULL, and what may be NULL is meant to",
        Added.TABLE,
        rules="boolean-without-value nulls-not-unique required-column-without-default",
    ),
    _question(
        "Tables know when their rows were made, as others do",
        Added.TABLE,
        rules="table-without-timestamps timestamps-of-another-type timestamps-without-default",
    ),
    _question(
        "References say what happens on deletion",
        Added.REFERENCE,
        rules="deletion-left-open nilify-on-required-column",
    ),
    _question("Every reference has an index", Added.REFERENCE, rules="reference-without-index"),
    _question("Tables know their tenant", Added.TABLE, rules="tenant-left-out"),
    _question(
        "What has to be unique has a unique index",
        Added.TABLE,
        Added.INDEX,
        rules="uniqueness-only-in-changeset unique-index-over-existing-rows unique-index-on-constant",
    ),
    _question(
        "Indexes of tables in use are built concurrently, outside of a transaction",
        Added.INDEX,
        rules="index-without-concurrently concurrently-in-transaction concurrently-under-migration-lock "
        "several-steps-without-transaction",
    ),
    _question(
        "Rows change apart from the schema, in batches",
        Phase.DATA,
        rules="backfill-under-table-lock rows-changed-all-at-once batches-in-one-transaction column-filled-at-once",
    ),
)


def checklist(report: Report) -> tuple[Line, ...]:
    """Return the lines that apply to what the pull request brings."""
    steps = [file.step for file in report.files if file.step]
    brought = {one for step in steps for one in (*step.added, *step.phases)}
    spoken = {finding.rule for finding in report.findings}
    return tuple(Line(one.text, not one.rules & spoken) for one in QUESTIONS if one.about & brought)
