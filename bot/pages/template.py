"""The frame around every page."""

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.pages.markdown import render_line


def page(name: str, **values: Any) -> str:
    """Return the template *name* filled with *values*, every one of them escaped."""
    return _environment().get_template(name).render(**values)


@cache
def _environment() -> Environment:
    environment = Environment(loader=PackageLoader("bot.pages"), autoescape=True, undefined=StrictUndefined)
    environment.filters["line"] = render_line
    return environment
