"""A real bash completes our commands, and every shell gets a script."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli.completion import Shell

FOLDER = Path(sys.executable).parent
ASK = """
source <(ecto-fix completion bash)
COMP_WORDS=(ecto-fix {words}) COMP_CWORD={at}
_ecto_fix_completion ecto-fix
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


@pytest.mark.parametrize(
    ("words", "at", "offered"),
    [("re", 1, {"rehearse", "replay"}), ("check --ba", 2, {"--base"}), ("completion ", 2, {"bash", "fish", "zsh"})],
)
def test_bash_is_offered_what_fits(words: str, at: int, offered: set[str]) -> None:
    environment = dict(os.environ) | {"PATH": f"{FOLDER}:/usr/bin:/bin"}  # noqa: TID251 - what a shell inherits

    done = subprocess.run(
        ["bash", "-c", ASK.format(words=words, at=at)], env=environment, capture_output=True, text=True, check=True
    )

    assert set(done.stdout.split()) == offered


@pytest.mark.parametrize("shell", list(Shell))
def test_every_shell_gets_a_script(shell: Shell) -> None:
    done = subprocess.run([FOLDER / "ecto-fix", "completion", shell], capture_output=True, text=True, check=True)

    assert "_ECTO_FIX_COMPLETE" in done.stdout
