"""What somebody pasted: files with names, older ones as history, and how their project deploys."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qs

from rules.analysis.example import FOLDER, example, pull_request
from rules.catalog import names
from rules.deployment import Deploys
from rules.rule import Rule
from rules.settings import Settings
from rules.settings.keys import NEWEST_POSTGRES, OLDEST_POSTGRES
from rules.source import Change, SourceFile

LARGEST: Final = 400_000  # bytes of a form, which spends three on a line break and nine on an em dash
MOST_TEXT: Final = 100_000  # characters of all files
MOST_FILES: Final = 20
MOST_LINES: Final = 2_000  # of a file
LONGEST_NAME: Final = 200  # characters
MOST_FIELDS: Final = 4 * MOST_FILES
POSTGRES: Final = tuple(range(OLDEST_POSTGRES, NEWEST_POSTGRES + 1))
DEFAULTS: Final = Settings()
MERGED: Final = "merged"  # what a file is called that has run before


class Refused(Exception):
    """What is asked for is not done; the message says to people why."""

    def __init__(self, status: HTTPStatus, why: str) -> None:
        super().__init__(why)
        self.status = status


class Verb(Enum):
    """What a button does; all of them review what is there afterwards."""

    REVIEW = "review"
    ADD = "add"  # an empty file
    DROP = "drop"  # the file of a number
    TAKE = "take"  # the rewrite of a finding
    SAY = "say"  # write the migrations that a sentence asks for


@dataclass(frozen=True, slots=True)
class Wish:
    """A button that was pressed, and what it is about."""

    verb: Verb = Verb.REVIEW
    about: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file as it stands on the page."""

    name: str
    text: str
    is_merged: bool = False  # has run before

    @property
    def file(self) -> SourceFile:
        """The file in its repository; a bare name is that of a migration."""
        return SourceFile(self.name if "/" in self.name else f"{FOLDER}/{self.name}", self.text)


@dataclass(frozen=True, slots=True)
class Paste:
    """All that the page holds."""

    sheets: tuple[Sheet, ...] = ()
    deploys: Deploys = DEFAULTS.deploys
    postgres: int = DEFAULTS.postgres
    rule: str = ""  # whose page it comes from; it speaks even where it is off until it is asked for
    sentence: str = ""

    @property
    def change(self) -> Change:
        """The pull request that it is."""
        parted = [[one.file for one in self.sheets if one.is_merged is merged] for merged in (True, False)]
        return pull_request(*parted)

    @property
    def settings(self) -> Settings:
        """The configuration that it is judged with."""
        requested = frozenset({self.rule} & names())
        return Settings(postgres=self.postgres, deploys=self.deploys, requested=requested)


def sheet_of(file: SourceFile, *, is_merged: bool = False) -> Sheet:
    """Return a file as the page shows it: the usual folder goes without saying."""
    return Sheet(file.path.removeprefix(f"{FOLDER}/"), file.text, is_merged)


def of_rule(rule: Rule) -> Paste:
    """Return the example on a rule's page."""
    given, hazard = example(rule)
    merged = (sheet_of(file, is_merged=True) for file in given)
    return Paste((*merged, sheet_of(hazard)), rule=rule.name)


def read(body: bytes) -> tuple[Paste, Wish]:
    """Read the form as a browser sends it; Refused where it is none of ours, or too much."""
    try:
        form = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
        deploys = Deploys(_last(form, "deploys", DEFAULTS.deploys.value))
        postgres = int(_last(form, "postgres", str(DEFAULTS.postgres)))
        wish = _wish(form)
        parts = zip(form.get("name", ()), form.get("text", ()), form.get("when", ()), strict=True)
        sheets = tuple(Sheet(name.strip(), _broken(text), when == MERGED) for name, text, when in parts)
    except ValueError as error:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "That is no form of this page.") from error
    if postgres not in POSTGRES:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "Of that PostgreSQL nothing is known.")
    _measure(sheets)
    return Paste(sheets, deploys, postgres, _last(form, "rule"), _last(form, "sentence")), wish


def _wish(form: Mapping[str, list[str]]) -> Wish:
    for verb in (Verb.TAKE, Verb.DROP, Verb.SAY):
        if verb.value in form:
            return Wish(verb, _last(form, verb.value))
    verb = Verb(_last(form, "do", Verb.REVIEW.value))
    return Wish(verb, _last(form, "sentence") if verb is Verb.SAY else "")


def _last(form: Mapping[str, list[str]], name: str, default: str = "") -> str:
    return form.get(name, [default])[-1]


def _broken(text: str) -> str:
    """Return *text* with the line breaks of a file, for which forms have others."""
    return text.replace("\r\n", "\n")


def _measure(sheets: Iterable[Sheet]) -> None:
    sheets = tuple(sheets)
    named = Counter((sheet.file.path, sheet.is_merged) for sheet in sheets)
    wrongs = {
        f"There is room for {MOST_FILES} files.": len(sheets) > MOST_FILES,
        f"There is room for {MOST_TEXT:,} characters in all files together.": _size(sheets) > MOST_TEXT,
        f"A file has at most {MOST_LINES:,} lines here.": any(one.text.count("\n") > MOST_LINES for one in sheets),
        f"A file has a name, of at most {LONGEST_NAME} characters.": not all(
            0 < len(one.name) <= LONGEST_NAME for one in sheets
        ),
        "Two files have the same name.": any(times > 1 for times in named.values()),
    }
    for why, is_wrong in wrongs.items():
        if is_wrong:
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, why)


def _size(sheets: Iterable[Sheet]) -> int:
    return sum(len(sheet.text) for sheet in sheets)
