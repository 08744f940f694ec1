"""What a repository writes in `.github/ecto-fix.yml`, and what is said of what it wrote wrongly."""

import jsonschema_rs
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as some

from rules.deployment import Deploys
from rules.finding import Severity
from rules.settings import Complaint, Settings, from_yaml, said
from rules.settings.keys import KEYS, schema
from rules.settings.nodes import DEEPEST
from rules.settings.reader import LARGEST

VALIDATOR = jsonschema_rs.Draft202012Validator(schema(["index-without-concurrently", "one-way-execute"]))
RULES = frozenset({"index-without-concurrently", "one-way-execute"})


def test_an_empty_file_changes_nothing() -> None:
    assert from_yaml("", RULES) == Settings()


def test_everything_can_be_said() -> None:
    text = """
paths: [priv/repo/migrations, apps/shop/priv/repo/migrations/]
rules:
  index-without-concurrently: advice
  one-way-execute: off
gate: [outage]
postgres: 16
start_after: 20230101000000
small_tables: [settings, plans]
hot_tables: [orders]
tenant_column: org_id
deploys: at-boot
"""

    settings = from_yaml(text, RULES)

    assert settings == Settings(
        paths=("priv/repo/migrations", "apps/shop/priv/repo/migrations"),
        severities={"index-without-concurrently": Severity.ADVICE, "one-way-execute": None},
        gate=frozenset({Severity.OUTAGE}),
        postgres=16,
        start_after=20230101000000,
        small_tables=frozenset({"settings", "plans"}),
        hot_tables=frozenset({"orders"}),
        tenant_column="org_id",
        deploys=Deploys.AT_BOOT,
    )


def test_a_rule_that_is_on_keeps_its_own_severity() -> None:
    settings = from_yaml("rules:\n  one-way-execute: on\n", RULES)

    assert isinstance(settings, Settings)
    assert settings.severity_of("one-way-execute", Severity.RISK) is Severity.RISK


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("postgress: 15", 1, "there is no setting `postgress`; `postgres` is near"),
        ("\nrules:\n  one-way-executes: off", 3, "there is no rule `one-way-executes`; `one-way-execute` is near"),
        ("rules:\n  one-way-execute: loud", 2, "expected outage, risk, advice; for a rule also on or off"),
        ("postgres: fifteen", 1, "expected a whole number from 10 to 18"),
        ("postgres: 9", 1, "expected a whole number from 10 to 18"),
        ("postgres: ٣", 1, "expected a whole number from 10 to 18"),
        ("paths: [../elsewhere]", 1, "a path is a folder of this repository, without `..`"),
        ("deploys: sometimes", 1, "expected migrate-first, at-boot, code-first"),
        ("paths: priv", 1, "expected a list"),
        ("small_tables: [[a]]", 1, "expected a word"),
        ("gate: [outage]\ngate: [risk]", 2, "`gate` stands here twice"),
        ("- a\n- b", 1, "expected `name: value`, one setting a line"),
        ("a: &x 1", 1, "anchors and aliases are not read here: write the value out"),
        ("a: *x", 1, "anchors and aliases are not read here: write the value out"),
        ("[" * 50, 1, f"nested more than {DEEPEST} deep"),
    ],
)
def test_a_fault_is_told_with_its_line(text: str, line: int, message: str) -> None:
    assert from_yaml(text, RULES) == (Complaint(line, message),)


def test_every_fault_is_told_in_the_order_of_the_file() -> None:
    complaints = from_yaml("gate: [loud]\npostgres: 3\npaths: 1\n", RULES)

    assert isinstance(complaints, tuple)
    assert [complaint.line for complaint in complaints] == [1, 2, 3]


def test_what_is_no_yaml_is_told_with_its_line() -> None:
    complaints = from_yaml("paths: [a\nrules: {", RULES)

    assert isinstance(complaints, tuple)
    assert complaints[0].line > 1


def test_a_large_file_is_not_read() -> None:
    assert from_yaml("#" * (LARGEST + 1), RULES) == (Complaint(1, f"the file is longer than {LARGEST} characters"),)


@given(some.text(max_size=300))
def test_nothing_that_is_written_makes_it_raise(text: str) -> None:
    assert isinstance(from_yaml(text, RULES), Settings | tuple)


def test_what_differs_from_the_defaults_can_be_said() -> None:
    settings = from_yaml("rules: {one-way-execute: off}\ngate: [outage]\npostgres: 16\nrehearsal: off\n", RULES)

    assert isinstance(settings, Settings)
    assert dict(said(settings)) == {
        "one-way-execute": "off",
        "gate": "[outage]",
        "postgres": "16",
        "rehearsal": "off",
    }
    assert dict(said(Settings())) == {}


VALUES = [
    "on",
    "off",
    "outage",
    "always",
    "at-boot",
    "16",
    "9",
    "2_0",
    "[a]",
    "[on]",
    "[16]",
    "[outage]",
    "[]",
    "{}",
    "x",
]


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("key", [*KEYS, "surprise"])
def test_what_the_schema_lets_pass_is_read_and_what_is_read_passes(key: str, value: str) -> None:
    text = f"{key}: {value}\n"
    accepted = isinstance(from_yaml(text, RULES), Settings)

    valid = VALIDATOR.is_valid(yaml.safe_load(text))

    assert valid == accepted
