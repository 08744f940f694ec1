"""Every target holds for a while, from a seed that is told; `python -m tests.fuzz` goes on for longer."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS

RUNS = 5_000


@pytest.mark.prove
@pytest.mark.parametrize("target", TARGETS)
def test_nothing_is_found_in_a_short_while(target: str) -> None:
    seed = str(random.SystemRandom().randint(1, 2**31))
    command = [sys.executable, "-m", "tests.fuzz", target, "--runs", str(RUNS), "--seed", seed]

    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)

    assert done.returncode == 0, f"--seed {seed}\n{done.stderr[-5_000:]}"
