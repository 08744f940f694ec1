"""Render what people and bots write: Markdown as GitHub shows it, and nothing in it that a page should not run."""

import re
from collections.abc import Callable, MutableMapping, Sequence
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from deploy.standin.pages.highlight import highlighted

# Of HTML only these pass, and only without attributes; comments vanish, all else is shown as text.
HARMLESS = r"</?(?:details|summary|sub|sup|b|i|em|strong|code|pre|kbd|p|ul|ol|li|table|thead|tbody|tr|th|td)>|<br ?/?>"
HARMLESS_TAG = re.compile(rf"{HARMLESS}|<details open>", re.IGNORECASE)
BOX = re.compile(r"\[([ x])\] ")
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
FILES = {
    "elixir": "x.ex",
    "sql": "x.sql",
    "diff": "x.diff",
    "bash": "x.sh",
    "sh": "x.sh",
    "yaml": "x.yml",
    "json": "x.json",
}


def _html(tokens: Sequence[Token], index: int, _options: Any, _env: MutableMapping[str, Any]) -> str:
    text = COMMENT.sub("", tokens[index].content)
    parts, last = [], 0
    for tag in HARMLESS_TAG.finditer(text):
        parts += [escape(text[last : tag.start()]), tag[0].lower()]
        last = tag.end()
    return "".join([*parts, escape(text[last:])])


def _fence(tokens: Sequence[Token], index: int, _options: Any, env: MutableMapping[str, Any]) -> str:
    language = (tokens[index].info.split() or [""])[0]
    if language == "suggestion" and "suggestion" in env:
        return str(env["suggestion"](tokens[index].content))
    lines = tokens[index].content.removesuffix("\n").split("\n")
    code = "\n".join(highlighted(FILES.get(language, "x"), lines))
    return f'<pre class="code"><code>{code}</code></pre>\n'


def _text(tokens: Sequence[Token], index: int, _options: Any, _env: MutableMapping[str, Any]) -> str:
    """Show text, of which `[ ]` or `[x]` at the beginning is a box."""
    box = BOX.match(tokens[index].content) if index == 0 else None
    if box is None:
        return escape(tokens[index].content)
    return f"{'☑' if box[1] == 'x' else '☐'} {escape(tokens[index].content[box.end() :])}"


def _renderer() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    markdown.disable("image")  # a picture would be fetched from elsewhere
    rules: dict[str, Any] = {"html_block": _html, "html_inline": _html, "fence": _fence, "text": _text}
    markdown.renderer.rules.update(rules)  # type: ignore[attr-defined]  # the protocol does not name it, the class has it
    return markdown


MARKDOWN = _renderer()


def rendered(text: str, suggestion: Callable[[str], str] | None = None) -> Markup:
    """Render Markdown; *suggestion* shows the content of a suggestion block."""
    env = {"suggestion": suggestion} if suggestion else {}
    return Markup(MARKDOWN.render(text, env))  # noqa: S704 - html passes by the list above alone, the rest is escaped
