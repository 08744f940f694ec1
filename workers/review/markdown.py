"""The one encoder: turns what a pull request says into Markdown that shows it and does nothing else.

Names of tables, files and people are data. On GitHub a lone `@`, `#`, `<`, `[`, `:` or URL does something, and entities
or backslashes do not stop it; in a code span nothing does. So whatever is not a plain word becomes a code span.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Final

# Other, and line and paragraph separators: among them what reorders or hides text (CVE-2021-42574).
INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
LONGEST_NAME: Final = 200  # characters of a code span
LONGEST_PROSE: Final = 1_000  # characters of a sentence
BACKTICKS: Final = re.compile(r"`+")
SPAN: Final = re.compile(r"(?<!`)(?P<fence>`+)(?!`)(?P<inner>.+?)(?<!`)(?P=fence)(?!`)", re.DOTALL)
PLAIN_WORD: Final = re.compile(r"(?:[^\W_]|[,.;:'\u2019\"()/%?!+=\u2013\u2014-])*")
ENDING: Final = ".,;!?"
OPENING: Final = re.compile(r"(?:[-+=]+|\d+[.)])(?=\s|\Z)")  # at the start of a line: a list, a heading, a rule
# What GitHub makes of plain words: addresses, commits, issues (`GH-1`, `JIRA-1`), emoji.
LINKED: Final = re.compile(r"://|www\.|\b[0-9a-f]{7,40}\b|\w-\d|:[a-z+-][\w+-]*:", re.IGNORECASE)


def visible(text: str, keep: str = "") -> str:
    """Return *text* with every character that cannot be seen written as Elixir escapes it, except those in *keep*."""
    return "".join(
        character
        if character in keep or unicodedata.category(character) not in INVISIBLE
        else rf"\u{{{ord(character):X}}}"
        for character in text
    )


def is_visible(text: str) -> bool:
    """Tell whether a reader of *text* sees all of it."""
    return visible(text, keep="\n\t") == text


def clip(text: str, limit: int) -> str:
    """Return at most *limit* characters of *text*, with an ellipsis where some were left out."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def code(text: str) -> str:
    """Return a code span that shows *text*, whatever it holds."""
    shown = visible(clip(text, LONGEST_NAME)) or " "
    fence = "`" * (_longest_run(shown) + 1)
    # A space on both sides is taken away again: CommonMark 6.1.
    padding = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{padding}{shown}{padding}{fence}"


def prose(text: str) -> str:
    """Return a sentence whose backticks mark code, as our messages have it; suspicious words become code, too."""
    text = " ".join(clip(text, LONGEST_PROSE).split())
    opening = OPENING.match(text)
    pieces, position = ([(True, opening.group())], opening.end()) if opening else ([], 0)
    for span in SPAN.finditer(text, position):
        pieces += [*_words(text[position : span.start()]), (True, span["inner"])]
        position = span.end()
    pieces += _words(text[position:])
    # Code that follows code at once is one piece: the backticks of two would be read as one fence.
    runs = ((is_code, "".join(piece for _, piece in run)) for is_code, run in groupby(pieces, itemgetter(0)))
    return "".join(code(run) if is_code else run for is_code, run in runs)


def cell(markdown: str) -> str:
    """Return *markdown* fit for a table, where a bar ends the cell even in a code span."""
    return markdown.replace("|", "\\|")


def block(text: str, language: str) -> str:
    """Return a fenced block that shows *text* exactly; its fence is longer than any in it."""
    fence = "`" * max(3, _longest_run(text) + 1)
    end = "" if text.endswith("\n") or not text else "\n"
    return f"{fence}{language}\n{text}{end}{fence}"


def joined(markdown: str) -> str:
    """Return our own paragraphs, each on one line: in a comment, unlike in a file, GitHub shows every line break."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in markdown.split("\n\n"))


def within(markdown: str, limit: int) -> str:
    """Return whole lines of *markdown* that fit into *limit* bytes, closing a fence that was cut open."""
    if len(markdown.encode()) <= limit:
        return markdown
    kept: list[str] = []
    fence, room = "", limit - len("\n\n…")
    for line in markdown.splitlines():
        room -= len(line.encode()) + 1
        opened = _fence_after(line, fence)
        if room < len(opened) + 1:
            break
        kept.append(line)
        fence = opened
    return "\n".join([*kept, fence, "…"] if fence else [*kept, "", "…"])


def _longest_run(text: str) -> int:
    return max((len(run) for run in BACKTICKS.findall(text)), default=0)


def _words(text: str) -> Iterator[tuple[bool, str]]:
    """Yield words and the spaces between them, each with whether it has to be code; what ends a sentence stays out."""
    for piece in re.split(r"(\s+)", text):
        if piece and (piece.isspace() or _is_plain(piece)):
            yield False, piece
        elif piece:
            word = piece.rstrip(ENDING) or piece
            yield True, word
            if word != piece:
                yield False, piece[len(word) :]


def _is_plain(word: str) -> bool:
    return PLAIN_WORD.fullmatch(word) is not None and LINKED.search(word) is None


def _fence_after(line: str, fence: str) -> str:
    """Return the fence that is open after *line*, of those that `block` writes."""
    if fence:
        return "" if line == fence else fence
    ticks = BACKTICKS.match(line)
    return ticks.group() if ticks and len(ticks.group()) >= 3 else ""  # noqa: PLR2004  # CommonMark: fences
