"""Our own Markdown as HTML; raw HTML in it stays text."""

from functools import cache

from markdown_it import MarkdownIt
from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import ElixirLexer

from rules.documentation import flush


def render(text: str) -> Markup:
    """Return *text* as HTML that is safe to place in a page; indented Elixir blocks are blocks, too."""
    return Markup(_renderer().render(flush(text)))  # noqa: S704 - html is off: the renderer escapes what it is given


def render_line(text: str) -> Markup:
    """Return *text*, one line of Markdown, as HTML to place inside an element."""
    return Markup(_renderer().renderInline(text))  # noqa: S704 - as above


@cache
def _renderer() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "highlight": _highlight}).enable("table")


def _highlight(code: str, language: str, _attributes: str) -> str:
    # An empty answer makes the renderer escape the code itself.
    return str(highlight(code, ElixirLexer(), HtmlFormatter(nowrap=True))) if language == "elixir" else ""
