"""The frame around every page."""

from functools import cache
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.cli.printable import printable
from bot.pages.markdown import render_line, render_sentence

# Nothing on our pages comes from elsewhere, runs, or may be framed; a form may be sent where its page says.
POLICY: Final = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action "
PROTECTION: Final = {
    "Content-Security-Policy": f"{POLICY}'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def page(name: str, **values: Any) -> str:
    """Return the template *name* filled with *values*, every one of them escaped."""
    return _environment().get_template(name).render(**values)


@cache
def _environment() -> Environment:
    environment = Environment(loader=PackageLoader("bot.pages"), autoescape=True, undefined=StrictUndefined)
    environment.filters["line"] = render_line  # of our own Markdown
    environment.filters["sentence"] = render_sentence  # in which strangers are quoted
    environment.filters["printable"] = printable
    return environment
