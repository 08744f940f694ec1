"""The image, Compose, Helm and the locks agree with each other, and leave nothing open."""

import json
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import grimp
import pytest
import yaml

from bot.settings import Settings as Receiver
from workers.settings import Settings as Worker

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
PINNED = re.compile(r"^([a-z0-9.-]+)(?:\[.*\])?==(\S+)", re.MULTILINE)
DIGEST = re.compile(r"@sha256:[0-9a-f]{64}$")
SECRETS = ("private_key", "webhook_secret", "client_secret", "metrics_token", "sentry_dsn")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    composed: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return composed


def test_the_image_runs_on_what_was_tested() -> None:
    tested = dict(PINNED.findall((ROOT / "requirements.lock").read_text()))
    shipped = dict(PINNED.findall((DEPLOY / "requirements.lock").read_text()))

    assert shipped.items() <= tested.items()
    assert not {"pytest", "mypy", "playwright", "ruff"} & set(shipped)


def test_the_image_has_every_package_that_the_product_imports() -> None:
    shipped = {name for name, _ in PINNED.findall((DEPLOY / "requirements.lock").read_text())}
    graph = grimp.build_graph("bot", "workers", "rules", include_external_packages=True)
    outside = {name for name in graph.modules if "." not in name} - {"bot", "workers", "rules"}
    homes = packages_distributions()

    for package in outside - sys.stdlib_module_names:
        assert {home.lower().replace("_", "-") for home in homes[package]} & shipped, package


def test_every_image_from_elsewhere_is_pinned_by_digest(compose: dict[str, Any]) -> None:
    values = yaml.safe_load((DEPLOY / "helm/ecto-fix/values.yaml").read_text())
    (base,) = re.findall(r"^ARG PYTHON=(\S+)", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)

    named = [base, values["redis"]["image"], *(one["image"] for one in compose["services"].values() if "image" in one)]

    assert all(DIGEST.search(image) for image in named)


def test_containers_may_do_nothing_that_they_need_not(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ())), name


def test_redis_is_reached_by_nobody_else_and_loses_nothing(compose: dict[str, Any]) -> None:
    redis = compose["services"]["redis"]

    assert redis["networks"] == ["back"]
    assert compose["networks"]["back"]["internal"] is True
    assert "--appendonly yes --appendfsync always --maxmemory-policy noeviction" in " ".join(redis["command"])


def test_the_profile_of_system_calls_forbids_the_dangerous_and_allows_walls() -> None:
    (rule,) = json.loads((DEPLOY / "seccomp.json").read_text())["syscalls"]

    forbidden = set(rule["names"])

    assert {"bpf", "init_module", "kexec_load", "keyctl", "open_by_handle_at", "ptrace", "reboot"} <= forbidden
    assert not {"clone", "mount", "pivot_root", "unshare", "umount2"} & forbidden


def test_no_secret_stands_in_a_file() -> None:
    for path in DEPLOY.rglob("*.y*ml"):
        for name in SECRETS:
            given = re.findall(rf"(?i){name}\s*[:=]\s*(\S+)", path.read_text())
            assert all(value in {"…", "{", "false"} or value.startswith(("{{", "…")) for value in given), path


def test_every_value_of_the_chart_is_known_to_its_schema() -> None:
    chart = DEPLOY / "helm/ecto-fix"
    values = yaml.safe_load((chart / "values.yaml").read_text())
    schema = json.loads((chart / "values.schema.json").read_text())

    assert set(values) <= set(schema["properties"])
    for name, value in values.items():
        if isinstance(value, dict) and "properties" in schema["properties"][name]:
            assert set(value) == set(schema["properties"][name]["properties"]), name


def test_the_chart_names_the_variables_that_there_are() -> None:
    known = {f"ECTO_FIX_{name.upper()}" for name in (*Receiver.model_fields, *Worker.model_fields)}
    files = [path for path in DEPLOY.rglob("*") if path.is_file() and path.suffix != ".py"]

    named = {name for path in files for name in re.findall(r"ECTO_FIX_[A-Z_]+[A-Z]", path.read_text(errors="ignore"))}

    assert named <= known
