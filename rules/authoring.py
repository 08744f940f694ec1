"""From a sentence to migrations, or to an answer that helps: read over the history, drafted, and judged like any other.

One function for all who ask: the command line, a comment in a pull request, a page.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, assert_never

from rules.analysis import analyse
from rules.analysis.ground import ending
from rules.analysis.history import histories
from rules.deployment import releases
from rules.ecto.code import Code
from rules.ecto.files import folder_of, is_migration
from rules.ecto.projects import Projects
from rules.finding import FileReport, Report, Verdict
from rules.rule import POSTGRES
from rules.schema.conventions import Conventions, learn
from rules.schema.model import Schema
from rules.sentences import read
from rules.sentences.answer import Ambiguous, Answer, NotUnderstood, Understood, UnknownName
from rules.sentences.drafting.draft import Drafted, draft
from rules.sentences.drafting.file import NewFile
from rules.sentences.drafting.step import CannotDraftError, listing
from rules.sentences.drafting.surroundings import USUAL_FOLDER, surroundings
from rules.sentences.words import MAX_CHARACTERS as LONGEST
from rules.settings import Settings
from rules.source import Change, SourceFile

A_FEW: Final = 1  # example of how keys and times are kept: new tables go along with the few that are there
SHOWN: Final = 3  # names that are like an unknown one
NOT_WHOLE: Final = " Not all that the migrations do could be read, so it may be there all the same."
DEFAULTS: Final = Settings()
DUMPED: Final = "structure-out-of-date"  # the one rule that no migration can please


@dataclass(frozen=True, slots=True)
class Written:
    """A migration that was asked for."""

    path: str
    text: str
    does: str  # to complete "This migration …"
    verdict: Verdict  # of its rollback
    reason: str
    release: int  # 1 for those to deploy at once, 2 for those that the running code must be ready for


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of a sentence; sentences of it mark code with backticks."""

    restated: str = ""  # what was understood, in the plainest words
    files: tuple[Written, ...] = ()
    notes: tuple[str, ...] = ()  # what to know before they are deployed
    problem: str = ""  # why there are no files
    instead: tuple[str, ...] = ()  # sentences that can be said instead
    findings: tuple[str, ...] = ()  # what rules have to say of the files


@dataclass(frozen=True, slots=True)
class _Project:
    """A project's folder of migrations, and what they have come to."""

    folder: str
    files: tuple[SourceFile, ...]
    change: Change
    schema: Schema
    settings: Settings


def author(sentence: str, change: Change, moment: int, settings: Settings = DEFAULTS) -> Reply:
    """Return the migrations that *sentence* asks for, on top of all that *change* holds, or why there are none.

    *moment* is the time as a version says it; files are later than it, and than all that are there.
    """
    found, answer = _heard(sentence, change, settings)
    adapter = Projects(change.project).of(f"{found.folder}/1_next.exs").repo.adapter
    if adapter not in {None, POSTGRES}:
        return Reply(problem=f"This repo runs on `{adapter}`, and I write for PostgreSQL alone.")
    match answer:
        case Understood() as understood:
            return _carried_out(understood, found, moment)
        case Ambiguous(readings=readings):
            return Reply(problem="That can be meant in several ways.", instead=tuple(one.restated for one in readings))
        case NotUnderstood() as stuck:
            return _not_understood(stuck, sentence)
        case UnknownName() as unknown:
            return Reply(problem=_unknown(unknown) + ("" if found.schema.whole else NOT_WHOLE))
        case never:
            assert_never(never)


def _heard(sentence: str, change: Change, settings: Settings) -> tuple[_Project, Answer]:
    """Return what the sentence means; a table that one repo does not have may be another's."""
    answers = ((one, read(sentence, one.schema)) for one in _projects(change, settings))
    project, answer = next(answers)
    if isinstance(answer, UnknownName):
        understood = ((one, other) for one, other in answers if isinstance(other, Understood))
        return next(understood, (project, answer))
    return project, answer


def _projects(change: Change, settings: Settings) -> Iterator[_Project]:
    """Yield the folders of migrations: those that the change is about first, those of many files before others."""
    files = tuple(file for file in (*change.merged, *change.proposed) if is_migration(file.path))
    proposed = {folder_of(file.path) for file in change.proposed}
    counted = Counter(folder_of(file.path) for file in files)
    whole = replace(change, merged=(), proposed=files, replaced=(), removed=frozenset())
    here = {folder_of(one.proposed[0].path): one for one in histories(whole, DEFAULTS)}
    for folder in sorted(counted, key=lambda one: (one not in proposed, -counted[one], one)):
        yield _Project(folder, files, whole, ending(here[folder]), settings)
    if not counted:
        yield _Project(USUAL_FOLDER, files, whole, Schema(), settings)


def _carried_out(understood: Understood, of: _Project, moment: int) -> Reply:
    """Draft what was understood; what cannot be done is said."""
    explained, settings = of.change.project, of.settings
    project = Projects(explained).of(f"{of.folder}/1_next.exs")
    around = surroundings(moment, of.folder, of.files, project, explained)
    around = around.knowing(Code(of.change.coming), settings.postgres)
    try:
        drafted = draft(understood.intents, of.schema, _conventions(of.schema, settings), around)
    except CannotDraftError as reason:
        return Reply(understood.restated, problem=str(reason))
    return _judged(understood, drafted, replace(of.change, merged=of.files), settings)


def _conventions(schema: Schema, settings: Settings) -> Conventions:
    """Return what the project does always, and what its settings say of that."""
    learnt, tenant = learn(schema, A_FEW), settings.tenant_column
    return learnt if tenant is None else replace(learnt, tenant=tenant, tenant_leads=True)


def _judged(understood: Understood, drafted: Drafted, history: Change, settings: Settings) -> Reply:
    """Judge what was drafted as a pull request that adds nothing else."""
    proposed = tuple(one.file for one in drafted.files)
    report = analyse(replace(history, proposed=proposed, running=history.coming), settings)
    reports = {one.path: one for one in report.files}
    waiting = {*_waiting(report, settings), *(one.path for one in drafted.files if one.later)}
    at_once = {one.path for one in drafted.files} - waiting
    files = tuple(_written(one, reports[one.path], waiting if at_once else ()) for one in drafted.files)
    said = [one for one in report.findings if one.rule != DUMPED]
    afterwards = [one.message for one in report.findings if one.rule == DUMPED]  # when they have run
    findings = tuple(dict.fromkeys(f"{one.message} `{one.rule}`" for one in said))
    notes = dict.fromkeys((*understood.notes, *drafted.notes, *afterwards))
    return Reply(understood.restated, files, tuple(notes), findings=findings)


def _waiting(report: Report, settings: Settings) -> frozenset[str]:
    """Return the files that wait for the next release."""
    steps = [one.step for one in report.files if one.step is not None]
    _, *later = releases(steps, settings.deploys) or ((),)
    return frozenset(step.path for release in later for step in (*release.before, *release.after))


def _written(file: NewFile, report: FileReport, waiting: Iterable[str]) -> Written:
    release = 2 if file.path in waiting else 1
    return Written(file.path, file.file.text, file.does, report.verdict, report.reason, release)


def _not_understood(answer: NotUnderstood, sentence: str) -> Reply:
    if len(sentence) > LONGEST:
        return Reply(problem=f"A sentence has at most {LONGEST:,} characters here.")
    strange = listing(map(_quoted, answer.strange)) if answer.strange else "that sentence"
    understood = f", only {listing(map(_quoted, answer.understood))}" if answer.understood and answer.strange else ""
    problem = f"I do not understand {strange}{understood}."
    return Reply(problem=problem, instead=(answer.nearest,) if answer.nearest else ())


def _unknown(answer: UnknownName) -> str:
    place = f" in {_quoted(answer.table)}" if answer.table else ""
    near = f" There is {listing(map(_quoted, answer.nearest[:SHOWN]))}." if answer.nearest else ""
    return f"There is no {answer.kind} {_quoted(answer.name)}{place}.{near}"


def _quoted(word: str) -> str:
    return f"`{word.replace('`', '')}`"
