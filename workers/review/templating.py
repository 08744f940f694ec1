"""Templates of Markdown, with the encoder at hand."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from workers.review.markdown import block, cell, code, joined, prose


@cache
def environment(package: str) -> Environment:
    """Return the templates beside *package*; what enters them goes through `prose`, `code`, `cell` or `block`."""
    made = Environment(
        loader=PackageLoader(package),
        autoescape=select_autoescape(),  # of HTML, which these are not
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    made.filters |= {"prose": prose, "code": code, "cell": cell, "block": block, "joined": joined, "counted": counted}
    return made


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: 1 risk, 2 risks."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
