"""What alerts and the dashboard ask for is what the receiver tells."""

import json
import re
from itertools import chain
from pathlib import Path

import yaml

from workers.figures import FIGURES

FOLDER = Path(__file__).parents[2] / "deploy/monitoring"
NAMED = re.compile(r"ecto_fix_[a-z0-9_]+")
GAUGES = {"ecto_fix_jobs_waiting", "ecto_fix_oldest_due_seconds", "ecto_fix_jobs_dead"}
TOLD = GAUGES | set(
    chain.from_iterable(
        [f"ecto_fix_{one.name}_bucket", f"ecto_fix_{one.name}_sum"] if one.buckets else [f"ecto_fix_{one.name}_total"]
        for one in FIGURES
    )
)


def test_alerts_ask_for_figures_that_there_are() -> None:
    rules = yaml.safe_load((FOLDER / "alerts.yaml").read_text())["groups"][0]["rules"]

    asked = {name for rule in rules for name in NAMED.findall(rule["expr"])}

    assert asked
    assert asked <= TOLD


def test_each_alert_says_what_is_wrong_and_what_to_do() -> None:
    rules = yaml.safe_load((FOLDER / "alerts.yaml").read_text())["groups"][0]["rules"]

    assert all({"summary", "description"} == set(rule["annotations"]) for rule in rules)
    assert all(rule["labels"]["severity"] in {"page", "ticket"} for rule in rules)


def test_the_dashboard_shows_figures_that_there_are_and_leaves_none_out() -> None:
    panels = json.loads((FOLDER / "dashboard.json").read_text())["panels"]

    asked = {name for panel in panels for target in panel["targets"] for name in NAMED.findall(target["expr"])}

    assert asked <= TOLD
    shown = {re.sub(r"_(total|bucket|sum)$", "", name) for name in asked}
    assert {f"ecto_fix_{one.name}" for one in FIGURES} - shown == {"ecto_fix_findings_withdrawn"}
