"""Our own Markdown as HTML; raw HTML in it stays text."""

import re
from functools import cache
from typing import Final

from markdown_it import MarkdownIt
from markupsafe import Markup, escape
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import ElixirLexer

from bot.cli.printable import printable
from rules.documentation import flush

SPAN: Final = re.compile(r"(?<!`)(?P<fence>`+)(?!`)(?P<code>.+?)(?<!`)(?P=fence)(?!`)", re.DOTALL)

LONGEST: Final = 2_000  # characters of a sentence, whose names strangers chose


def render(text: str) -> Markup:
    """Return *text* as HTML that is safe to place in a page; indented Elixir blocks are blocks, too."""
    return Markup(_renderer().render(flush(text)))  # noqa: S704 - html is off: the renderer escapes what it is given


def render_line(text: str) -> Markup:
    """Return *text*, one line of Markdown, as HTML to place inside an element."""
    return Markup(_renderer().renderInline(text))  # noqa: S704 - as above


def render_sentence(text: str) -> Markup:
    """Return one of our sentences, which name what strangers wrote: code spans are code, and nothing else is markup."""
    told, position, text = Markup(), 0, printable(text[:LONGEST])
    for span in SPAN.finditer(text):
        told += escape(text[position : span.start()]) + Markup("<code>{}</code>").format(span["code"])
        position = span.end()
    return told + escape(text[position:])


@cache
def _renderer() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "highlight": _highlight}).enable("table")


def _highlight(code: str, language: str, _attributes: str) -> str:
    # An empty answer makes the renderer escape the code itself.
    return str(highlight(code, ElixirLexer(), HtmlFormatter(nowrap=True))) if language == "elixir" else ""
