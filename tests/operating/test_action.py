"""The GitHub Action's step, run by a real bash in a real git repository, as a workflow would."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
ECTO_FIX = str(Path(sys.executable).with_name("ecto-fix"))
CREATE = "defmodule A do\n  use Ecto.Migration\n\n  def change do\n    create table(:users)\n  end\nend\n"
REMOVE = CREATE.replace(" A ", " B ").replace(
    "create table(:users)", "alter table(:users) do\n      remove :id\n    end"
)
Step = Callable[..., tuple[int, str, str]]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    (folder / "priv/repo/migrations").mkdir(parents=True)
    (folder / "mix.exs").write_text("defmodule Shop.MixProject do\nend\n")
    (folder / "priv/repo/migrations/20260101000000_a.exs").write_text(CREATE)
    _git(folder, "init", "--quiet", "--initial-branch=main")
    _commit(folder)
    return folder


@pytest.fixture
def step(checkout: Path, tmp_path: Path) -> Step:
    def run(**inputs: str) -> tuple[int, str, str]:
        output = tmp_path / "output"
        output.touch()
        given = {"BASE": "", "PATHS": "", "SARIF": "", "FAIL": "true"} | inputs
        surroundings = {"ECTO_FIX": ECTO_FIX, "GITHUB_OUTPUT": str(output)}
        done = subprocess.run(
            ["bash", str(ROOT / "deploy/action/check.sh")],
            cwd=checkout,
            env=dict(os.environ) | given | surroundings,  # noqa: TID251 - what a step inherits
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout, output.read_text()

    return run


def test_a_clean_repository_passes(step: Step) -> None:
    assert step() == (0, "", "findings=false\n")


def test_what_changed_since_the_base_is_annotated_and_fails_the_step(checkout: Path, step: Step) -> None:
    (checkout / "priv/repo/migrations/20260201000000_b.exs").write_text(REMOVE)
    _commit(checkout)

    status, said, output = step(BASE="HEAD~1")

    assert status == 1
    assert "file=priv/repo/migrations/20260201000000_b.exs" in said
    assert output == "findings=true\n"


def test_a_checkout_of_one_commit_is_enough(checkout: Path, step: Step) -> None:
    (checkout / "priv/repo/migrations/20260201000000_b.exs").write_text(REMOVE)
    _commit(checkout)
    base = _git(checkout, "rev-parse", "HEAD~1").strip()
    whole = checkout.rename(checkout.with_name("whole"))
    _git(whole, "clone", "--quiet", "--depth=1", f"file://{whole}", str(checkout))

    status, said, _ = step(BASE=base)

    assert status == 1
    assert "20260201000000_b.exs" in said
    assert "20260101000000_a.exs" not in said


def test_findings_need_not_fail_the_step(checkout: Path, step: Step) -> None:
    (checkout / "priv/repo/migrations/20260201000000_b.exs").write_text(REMOVE)

    status, _, output = step(FAIL="false")

    assert (status, output) == (0, "findings=true\n")


def test_sarif_is_written_where_it_is_asked_for(checkout: Path, step: Step) -> None:
    (checkout / "priv/repo/migrations/20260201000000_b.exs").write_text(REMOVE)

    step(SARIF="ecto-fix.sarif", PATHS="priv/repo/migrations mix.exs")

    assert json.loads((checkout / "ecto-fix.sarif").read_text())["version"] == "2.1.0"


@pytest.mark.parametrize("inputs", [{"BASE": "no-such-branch"}, {"PATHS": "no/such/path"}])
def test_what_cannot_run_is_no_finding(step: Step, inputs: Mapping[str, str]) -> None:
    status, _, output = step(**inputs)

    assert (status, output) == (2, "")


@pytest.mark.parametrize("name", ["$(touch pwned)", "`touch pwned`", "; touch pwned", "--upload-pack=touch pwned"])
def test_what_a_workflow_is_given_is_never_run(checkout: Path, step: Step, name: str) -> None:
    step(BASE=name, PATHS=name)

    assert not (checkout / "pwned").exists()


def test_nothing_that_a_stranger_can_name_stands_in_the_script() -> None:
    action: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())

    scripts = [step["run"] for step in action["runs"]["steps"] if "run" in step]

    assert len(scripts) == 2
    assert not any("${{" in script for script in scripts)


def test_the_hook_runs_a_command_that_there_is() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())

    assert hook["entry"] == "ecto-fix check"


def _git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=joe", "-c", "user.email=joe@example.com"]
    return subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


def _commit(folder: Path) -> None:
    _git(folder, "add", ".")
    _git(folder, "commit", "--quiet", "--message", "More")
