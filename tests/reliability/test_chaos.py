"""Everything breaks at once, by a plan that a seed draws; and the harness that does it notices what it is there for."""

import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.services.ecto_fix import PROGRAM
from tests.reliability.chaos.cluster import cluster
from tests.reliability.chaos.mutated import MUTANTS
from tests.reliability.chaos.run import run
from tests.reliability.chaos.scenarios import LEASE, SCENARIOS

MINUTE = 60.0
NEVER = 100_000  # seconds; nothing but the inbox brings back what was lost
RANDOM = secrets.randbelow(1_000_000)


@pytest.mark.prove
@pytest.mark.parametrize("seed", [1, pytest.param(RANDOM, id="random")])
def test_whatever_breaks_every_head_is_reviewed_once_and_every_command_answered_once(seed: int) -> None:
    seen = run(seed, MINUTE)

    print(seen)  # noqa: T201 - the seed, for who wants to see it again
    assert seen.wrong == ()
    assert seen.faults.total() >= 20


def play(name: str, folder: Path, mutant: str | None = None) -> None:
    program = [str(PROGRAM)] if mutant is None else [sys.executable, "-m", "tests.reliability.chaos.mutated", mutant]
    appendonly = "no" if mutant == "append-only file" else "yes"
    settings = {"LEASE_SECONDS": LEASE, "ROUND_SECONDS": NEVER}
    with cluster(folder, workers=0, program=program, appendonly=appendonly, **settings) as parts:
        SCENARIOS[name](parts)
        assert parts.github.violations() == []


@pytest.mark.prove
@pytest.mark.parametrize("name", SCENARIOS)
def test_a_protection_holds_where_it_is_needed(name: str, tmp_path: Path) -> None:
    play(name, tmp_path)


@pytest.mark.prove
@pytest.mark.parametrize("name", MUTANTS)
def test_a_protection_that_is_switched_off_is_missed(name: str, tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        play(name, tmp_path, mutant=name)


def test_there_is_still_something_to_switch_off() -> None:
    every = "from tests.reliability.chaos.mutated import MUTANTS\nfor mutate in MUTANTS.values(): mutate()"

    assert set(SCENARIOS) == set(MUTANTS)
    assert subprocess.run([sys.executable, "-c", every], check=False).returncode == 0
