"""A wish granted, and what is there afterwards judged, by an analyst that may die of it."""

from dataclasses import dataclass, field, replace
from http import HTTPStatus

from bot.pages.playground.paste import MOST_FILES, Paste, Refused, Sheet, Verb, Wish, sheet_of
from rules.analysis.preview import Preview
from rules.authoring import Reply
from rules.ecto.files import next_version, version_of
from rules.finding import Finding, Report
from rules.rewrite.edit import apply
from rules.rewriting import follow_ups
from rules.source import SourceFile
from workers.context import AnalysisFailed
from workers.isolation import Analyst

GONE = "That rewrite fits no more: the text is another one now."


@dataclass(frozen=True, slots=True)
class Answer:
    """What the page shows."""

    paste: Paste
    report: Report = field(default_factory=Report)
    previews: tuple[Preview, ...] = ()
    told: str = ""  # what became of the wish
    reply: Reply | None = None
    failure: str = ""  # why nothing was judged


def name_of(finding: Finding) -> str:
    """Return what a button calls a finding, as long as the text before it stays."""
    return f"{finding.rule}:{finding.span.start}:{finding.path}"


def answer(analyst: Analyst, paste: Paste, wish: Wish, moment: int) -> Answer:
    """Grant *wish* at *moment*, the time as a version says it, and judge what there is then."""
    try:
        granted = _granted(analyst, paste, wish, moment)
        paste = granted.paste
        change, settings = paste.change, paste.settings
        if not change.proposed:
            return granted
        return replace(granted, report=analyst.analyse(change, settings), previews=analyst.preview(change, settings))
    except AnalysisFailed as failed:
        return Answer(paste, failure=f"This could not be reviewed: {failed.kind.value}.")


def _granted(analyst: Analyst, paste: Paste, wish: Wish, moment: int) -> Answer:
    match wish.verb:
        case Verb.REVIEW:
            return Answer(paste)
        case Verb.ADD:
            return Answer(_with(paste, (Sheet(f"{_next(paste, moment)}_next.exs", ""),)))
        case Verb.DROP:
            left = (sheet for number, sheet in enumerate(paste.sheets) if str(number) != wish.about)
            return Answer(replace(paste, sheets=tuple(left)))
        case Verb.TAKE:
            return _taken(analyst, paste, wish.about)
        case Verb.SAY:
            reply = analyst.author(wish.about, paste.change, moment, paste.settings)
            written = (Sheet(sheet_of(SourceFile(one.path, "")).name, one.text) for one in reply.files)
            return Answer(_with(replace(paste, sentence=wish.about), tuple(written)), reply=reply)


def _taken(analyst: Analyst, paste: Paste, name: str) -> Answer:
    change = paste.change
    report = analyst.analyse(change, paste.settings)
    found = next((one for one in report.findings if name_of(one) == name), None)
    if found is None or found.rewrite is None:
        return Answer(paste, told=GONE)
    rewrite, path = found.rewrite, found.path
    sheets = tuple(
        replace(sheet, text=apply(rewrite.edits, sheet.file).text)
        if sheet.file.path == path and not sheet.is_merged
        else sheet
        for sheet in paste.sheets
    )
    more = follow_ups(rewrite, path, [*change.merged, *change.proposed])
    taken = _with(replace(paste, sheets=sheets), tuple(sheet_of(file) for file in more))
    return Answer(taken, told=f"Taken: {rewrite.title}.")


def _with(paste: Paste, more: tuple[Sheet, ...]) -> Paste:
    if len(paste.sheets) + len(more) > MOST_FILES:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, f"There is room for {MOST_FILES} files.")
    return replace(paste, sheets=(*paste.sheets, *more))


def _next(paste: Paste, moment: int) -> int:
    """Return a version later than all that are there."""
    newest = max((version_of(sheet.file.path) or 0 for sheet in paste.sheets), default=0)
    return max(moment, next_version(newest))
