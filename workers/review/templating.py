"""Templates of Markdown, with the encoder at hand."""

from functools import cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from workers.review.markdown import block, cell, code, joined, prose

ADVICE: Final = ". You will need to explicitly define up/0 and down/0 in your migration"


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
    made.filters["brief"] = brief
    return made


def brief(text: str) -> str:
    """Return *text* without what Ecto advises for every migration that it cannot reverse: our comments say more."""
    return text.replace(ADVICE, "")


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: 1 risk, 2 risks."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
