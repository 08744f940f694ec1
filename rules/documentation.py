"""A rule's docstring taken apart: it is the page that people read, and the test that keeps it true.

Summary in one sentence.

Prose.

## Given          migrations that have run before, one block each (only where the example needs a history),
                  and files that explain them, with their paths in the first line
## Instead of     exactly one block: the migration with the hazard
## Write          the edited migration, then the migrations to deploy afterwards; absent if no rewrite is offered
## Safe when      what looks the same and is harmless, in blocks of their own
## Sources        links
"""

import re
from dataclasses import dataclass
from textwrap import dedent
from typing import Final

SECTIONS: Final = ("Given", "Instead of", "Write", "Safe when", "Sources")
HEADING: Final = re.compile(r"^## (.+)$", re.MULTILINE)
BLOCK: Final = re.compile(r"^(?P<indent> *)```(?:elixir|sql)\n(?P<code>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)
LINK: Final = re.compile(r"https?://[^\s>)]+")


@dataclass(frozen=True, slots=True)
class Section:
    """The text below a heading, and the Elixir in it."""

    title: str
    text: str

    @property
    def blocks(self) -> tuple[str, ...]:
        """The Elixir blocks, as files would hold them."""
        return tuple(dedent(match["code"]) for match in BLOCK.finditer(self.text))


@dataclass(frozen=True, slots=True)
class Page:
    """What a rule says of itself."""

    summary: str  # one sentence
    prose: str  # why it matters, in paragraphs
    sections: tuple[Section, ...]

    def section(self, title: str) -> Section:
        """Return the section of that title; an empty one where the page has none."""
        return next((section for section in self.sections if section.title == title), Section(title, ""))

    @property
    def given(self) -> tuple[str, ...]:
        """The migrations that the example builds on, in the order in which they ran."""
        return self.section("Given").blocks

    @property
    def hazard(self) -> str:
        """The migration that the rule finds fault with."""
        return self.section("Instead of").blocks[0]

    @property
    def rewritten(self) -> tuple[str, ...]:
        """The edited migration and its follow-ups, in the order of deployment; empty if no rewrite is offered."""
        return self.section("Write").blocks

    @property
    def safe(self) -> tuple[str, ...]:
        """Migrations that look the same and are harmless."""
        return self.section("Safe when").blocks

    @property
    def sources(self) -> tuple[str, ...]:
        """Where the claims can be checked."""
        return tuple(LINK.findall(self.section("Sources").text))


def page(docstring: str) -> Page:
    """Take a rule's docstring apart; what it lacks is for the laws to say."""
    head, *parts = HEADING.split(dedent(docstring).strip() + "\n")
    summary, _, prose = head.strip().partition("\n\n")
    titles, texts = parts[::2], parts[1::2]
    sections = tuple(Section(title.strip(), text.strip("\n")) for title, text in zip(titles, texts, strict=True))
    return Page(" ".join(summary.split()), prose.strip(), sections)


def flush(text: str) -> str:
    """Return the Markdown of a page with its Elixir blocks at the margin, where renderers look for them."""
    return BLOCK.sub(lambda block: block[0].replace(f"\n{block['indent']}", "\n").lstrip(), text)
