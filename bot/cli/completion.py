"""`ecto-fix completion SHELL`: what a shell needs to complete our commands and options."""

import sys
from enum import StrEnum
from typing import Annotated, Final

import typer
from typer.completion import get_completion_script  # type: ignore[attr-defined]  # documented, not re-exported

VARIABLE: Final = "_ECTO_FIX_COMPLETE"


class Shell(StrEnum):
    """A shell that can be taught."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def command(shell: Annotated[Shell, typer.Argument(help="Which shell.")]) -> None:
    """Print a script that completes commands and options.

    Bash and zsh read it by `source <(ecto-fix completion bash)`, fish by `ecto-fix completion fish | source`.
    """
    script = get_completion_script(prog_name="ecto-fix", complete_var=VARIABLE, shell=shell.value)
    sys.stdout.write(f"{script}\n")
