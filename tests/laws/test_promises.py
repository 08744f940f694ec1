"""What our pages name is there: commands with their options; on two of them tests, files and variables as well."""

import re
from importlib import import_module
from inspect import signature
from pathlib import Path
from typing import Final

import pytest

from bot.cli.main import names
from bot.cli.plain import _flags
from bot.settings import Settings as Receiver
from tests.fuzz.targets import TARGETS
from workers.settings import Settings as Worker

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = ("SECURITY.md", "docs/runbook.md")
TESTS: Final = {path: path.read_text("utf-8") for path in (ROOT / "tests").rglob("*.py")}
KNOWN: Final = {f"ECTO_FIX_{name.upper()}" for name in (*Receiver.model_fields, *Worker.model_fields)}
# As a sentence quotes it, or as it stands in a block of code.
TOLD: Final = re.compile(
    r"`ecto-fix (?P<quoted>[a-z][^`\n]*)`|^ecto-fix (?!(?:needs|reads|reviews) )(?P<shown>[a-z][^#|\n]*)", re.MULTILINE
)
TELLING: Final = (
    "README.md",
    "SECURITY.md",
    "CHANGELOG.md",
    *(f"docs/{one.name}" for one in (ROOT / "docs").glob("*.md")),
)


@pytest.mark.parametrize("page", sorted(TELLING))
def test_a_command_that_a_page_tells_is_understood(page: str) -> None:
    for told in TOLD.finditer((ROOT / page).read_text("utf-8")):
        name, *words = (told["quoted"] or told["shown"]).split()
        command = signature(import_module(f"bot.cli.{name}").command)
        known = {flag for one in command.parameters for flag in _flags(one, command.parameters[one])}
        assert {word for word in words if word.startswith("--")} <= known | {"--help"}, told[0]


def test_every_command_is_told() -> None:
    page = (ROOT / "docs/command-line.md").read_text("utf-8")

    assert [name for name in names() if f"`ecto-fix {name}" not in page] == []


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_names_is_there(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")

    files = re.findall(r"\b(?:tests|workers|bot|deploy|docs)/[\w/.-]*\w", text)
    assert [file for file in files if not (ROOT / file).exists()] == []
    tests = set(re.findall(r"\btest_\w+(?!\.py)\b", text)) - {Path(file).stem for file in files}
    assert [test for test in sorted(tests) if not any(f"def {test}(" in code for code in TESTS.values())] == []
    commands = set(re.findall(r"ecto-fix ([a-z]+)\b(?=[` ]|$)", text, re.MULTILINE)) & set(map(str, names()))
    assert {"doctor"} <= commands
    assert set(re.findall(r"ECTO_FIX_[A-Z_]+", text)) <= KNOWN
    targets = re.findall(r"tests\.fuzz (\w+)", text)
    assert set(targets) <= set(TARGETS)


def test_every_link_within_the_runbook_leads_somewhere() -> None:
    text = (ROOT / "docs/runbook.md").read_text("utf-8")

    headings = {
        re.sub(r"[^\w -]", "", one).lower().replace(" ", "-") for one in re.findall(r"^## (.+)$", text, re.MULTILINE)
    }

    assert set(re.findall(r"\(#([\w-]+)\)", text)) <= headings


def test_every_alert_has_its_place_in_the_runbook() -> None:
    alerts = re.findall(r"alert: (\w+)", (ROOT / "deploy/monitoring/alerts.yaml").read_text("utf-8"))

    text = (ROOT / "docs/runbook.md").read_text("utf-8")

    assert [alert for alert in alerts if alert not in text] == []
