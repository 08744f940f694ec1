"""The comment commands: one file for each word, found by being here."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from workers.commands.command import CommentCommand


@cache
def commands() -> dict[str, CommentCommand]:
    """Load every command, by its word."""
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    return {module.command.name: module.command for module in modules}
