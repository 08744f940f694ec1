"""The comment commands: one file for each word, found by being here."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Final

from workers.commands.command import CommentCommand

DEFAULT: Final = "fix"  # what `/ecto-fix` alone does


@cache
def commands() -> dict[str, CommentCommand]:
    """Load every command, by its word; the one that needs none comes first."""
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    found: list[CommentCommand] = sorted((module.command for module in modules), key=lambda one: one.name != DEFAULT)
    return {command.name: command for command in found}
