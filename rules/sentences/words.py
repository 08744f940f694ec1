"""A text into sentences, and sentences into words."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MAX_CHARACTERS: Final = 5_000
MAX_WORDS: Final = 250  # of one sentence

TOKEN: Final = re.compile(
    r"""
      (?P<quoted>\d{4}-\d\d-\d\d(?!\d) | "(?:[^"\n]|"")*" | (?<!\w)'(?:[^'\n]|'')*'(?!\w)
        | [\u201c\u201e«][^\u201c\u201d»\n]*[\u201c\u201d»] | (?<!\w)\u2018[^\u2019\n]*\u2019)
    | (?P<ticked>`(?:[^`]|``)+`)
    | (?P<number>(?<![\w.])\d{1,3}(?:,\d{3})+(?![\d,]) | (?<![\w.])\d+(?:\.\d+)?(?![\w]) )
    | (?P<dotted>[^\W\d]\w*(?:\.[^\W\d]\w*)+)
    | (?P<word>\w+(?:['\u2019]\w+)?(?:-[^\W\d]\w*)*)
    | (?P<pause>(?<=\w)[ ]+[-\u2013][ ]+(?=[^\W\d]) | \u2014 | \n\s*[-*•]\s+ | (?<=[:,])\s*\n\s*)
    | (?P<stop>[.;!?]+(?=\s|$|[)"'»]) | \n\s*(?=\S))
    | (?P<operator>->>|->|=>|>=|<=|<>|!=|==|&&|\|\||::|\[\]|[-=<>+*/%~@(){}\[\],:&\#→≥≤≠])
    """,
    re.VERBOSE,
)
SIGNS: Final = {"→": "->", "≥": ">=", "≤": "<=", "≠": "<>"}
CONTRACTIONS: Final = frozenset({"let's", "it's", "that's", "there's", "what's", "here's"})


@dataclass(frozen=True, slots=True)
class Word:
    """A word, a number, an operator, or something in quotes; *text* as it stands."""

    kind: str
    text: str
    glued: bool = False  # by a hyphen to the word before

    @property
    def key(self) -> str:
        """The word as the vocabulary has it."""
        return self.text.lower()

    @property
    def is_quoted(self) -> bool:
        """Tell whether the word can be nothing but a name, a text, or SQL."""
        return self.kind in {"quoted", "ticked"}


def sentences(text: str) -> list[list[Word]]:
    """Split *text*; sentences of nothing are left out."""
    found: list[list[Word]] = [[]]
    for match in TOKEN.finditer(text.replace("\r", "").strip()):
        if match.lastgroup == "stop":
            found.append([])
        elif match.lastgroup != "pause":
            found[-1] += _words(match.lastgroup or "", match[0])
        elif found[-1] and found[-1][-1].text not in {":", ","}:
            found[-1].append(Word("operator", ","))
    return [one for one in found if one]


def _words(kind: str, text: str) -> Iterator[Word]:
    if kind == "ticked" or (kind == "quoted" and not text[0].isdigit()):
        yield Word(kind, text[1:-1].replace(text[0] * 2, text[0]))
    elif kind == "word":
        yield from _parts(unicodedata.normalize("NFKC", text).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
    else:
        yield Word(kind, SIGNS.get(text, text))


def _parts(text: str) -> Iterator[Word]:
    """Yield the parts of a word: those that hyphens join, and the "'s" that makes it an owner."""
    owns = text.lower().endswith("'s") and text.lower() not in CONTRACTIONS
    for number, part in enumerate((text[:-2] if owns else text).split("-")):
        yield Word("word", part, glued=number > 0)
    if owns:
        yield Word("operator", "'s")
