"""A comment command from its comment to the answer, once in effect however often it is heard."""

import time
from datetime import datetime
from difflib import get_close_matches
from typing import Final

from rules.catalog import names
from workers.commands.command import Answer, CommentCommand, Declined, Request
from workers.commands.parser import Spoken, spoken
from workers.commands.spoken import DEFAULT, commands
from workers.context import AnalysisFailed, Context, Done, Outcome
from workers.github.errors import Forbidden, NotFound, Rejected, RetryLater, Unclear
from workers.github.models import Collaborator, Reaction
from workers.jobs import RunCommand
from workers.review.fingerprint import mark, marked
from workers.review.markdown import code, prose

OLDEST: Final = 3600  # seconds; a signed body can be replayed for ever
READ_BACK: Final = 2.0  # seconds until an answer whose arrival is unclear has surely become visible
SILENCE: Final = Answer("", Reaction.REFUSED)


def run_command(context: Context, command: RunCommand) -> Outcome:
    """Do what the comment says, if it says something and its author may; answer in the conversation."""
    said = spoken(command.body)
    if said is None or command.author.endswith("[bot]") or _was_answered(context, command):
        return Done()
    context.lease.check()
    try:
        context.github.react(command, Reaction.SEEN)
    except NotFound:
        return Done()  # who deletes a command takes it back
    _reply(context, command, _answer(context, command, said))
    return Done()


def apologise(context: Context, command: RunCommand, reason: str) -> None:
    """Answer that the command could not be done."""
    if spoken(command.body) is None or command.author.endswith("[bot]") or _was_answered(context, command):
        return
    _reply(context, command, _failed(reason))


def _answer(context: Context, command: RunCommand, said: Spoken) -> Answer:
    by, pull = _asked_by(context, command), context.github.pull_request()
    if by is None or not (by.may_push or command.author == pull.author):
        return SILENCE  # a word to every stranger would be theirs to multiply
    try:
        found, arguments = _meant(command, said)
        if found.writes and not by.may_push:
            raise Declined("Only people who may push to this repository can ask for that.")  # noqa: TRY301 - as the act
        return found.act(Request(command, by, pull, arguments, context, said.reason))
    except Declined as declined:
        return Answer(str(declined), Reaction.REFUSED)
    except (AnalysisFailed, Rejected) as failed:
        return _failed(str(failed))


def _meant(command: RunCommand, said: Spoken) -> tuple[CommentCommand, tuple[str, ...]]:
    """Return what is asked for and with which arguments; the name of a rule alone asks for its rewrites."""
    if time.time() - datetime.fromisoformat(command.created_at).timestamp() > OLDEST:
        raise Declined("This came more than an hour ago, so I left it alone. Please ask again.")
    if said.name in names():
        return commands()[DEFAULT], (said.name, *said.arguments)
    found = commands().get(said.name or DEFAULT)
    if found is None:
        near = get_close_matches(said.name, [*commands(), *names()], 1)
        hint = f"Did you mean `/ecto-fix {near[0]}`? " if near else ""
        others = "" if near == ["help"] else "`/ecto-fix help` shows what I do."
        raise Declined(f"I do not know {code(said.name)}. {hint}{others}".strip())
    return found, said.arguments


def _asked_by(context: Context, command: RunCommand) -> Collaborator | None:
    """Ask GitHub who this is, now: what the webhook says of it may be old, or mean something else."""
    try:
        return context.github.collaborator(command.author)
    except (NotFound, Forbidden):
        return None


def _failed(reason: str) -> Answer:
    return Answer(f"I could not do that: {prose(reason)}.", Reaction.REFUSED)


def _was_answered(context: Context, command: RunCommand) -> bool:
    return any(marked("answer", body) == command.name for body in context.github.answers())


def _reply(context: Context, command: RunCommand, answer: Answer) -> None:
    """React, which twice is once, and then answer, so that what was answered needs nothing more."""
    context.lease.check()
    context.github.react(command, answer.reaction)
    if not answer.text:
        return
    context.lease.check()
    try:
        context.github.answer(command, answer.text + mark("answer", command.name))
    except Unclear as unclear:
        if not _was_answered(context, command):
            raise RetryLater(READ_BACK, str(unclear)) from unclear
