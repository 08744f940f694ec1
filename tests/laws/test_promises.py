"""SECURITY.md and the runbook name tests, files, commands and variables that are there."""

import re
from pathlib import Path
from typing import Final

import pytest

from bot.cli.main import names
from bot.settings import Settings as Receiver
from tests.fuzz.targets import TARGETS
from workers.settings import Settings as Worker

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = ("SECURITY.md", "docs/runbook.md")
TESTS: Final = {path: path.read_text("utf-8") for path in (ROOT / "tests").rglob("*.py")}
KNOWN: Final = {f"ECTO_FIX_{name.upper()}" for name in (*Receiver.model_fields, *Worker.model_fields)}


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
