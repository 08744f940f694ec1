"""Commits the migrations that a sentence asks for, such as `add phone to users`."""

from datetime import UTC, datetime
from typing import Final

from rules.authoring import Reply
from rules.ecto.files import VERSION
from rules.source import SourceFile
from workers.commands.branch import Put, put
from workers.commands.command import Answer, Declined, Request, comment_command
from workers.commands.message import addition_message, was_committed
from workers.commands.rewrites import DONE
from workers.commands.subject import material_of
from workers.review.markdown import within
from workers.review.templating import environment

LONGEST_ANSWER: Final = 60_000  # bytes


@comment_command(__name__, "/ecto-fix new SENTENCE", writes=True)
def command(request: Request) -> Answer:
    """Draft them over the history and what the pull request proposes, and add them to its branch."""
    sentence = " because ".join(filter(None, (" ".join(request.arguments), request.reason)))
    if not sentence:
        raise Declined("What is wanted? For example `/ecto-fix new add phone to users`.")
    material = material_of(request, whole=True)
    if was_committed(request.command, material.messages):
        return Answer(DONE)
    request.context.lease.check()
    reply = request.context.author(sentence, material.change, _moment(request), material.settings)
    if not reply.files:
        raise Declined(_told(reply))
    files = [SourceFile(file.path, file.text) for file in reply.files]
    message = addition_message(request.command, request.by, [file.path for file in files])
    return Answer(_told(reply, put(request, material, files, message)))


def _moment(request: Request) -> int:
    """Return when it was said, as a version says it: the same however often it is tried."""
    return int(datetime.fromisoformat(request.command.created_at).astimezone(UTC).strftime(VERSION))


def _told(reply: Reply, where: Put = Put()) -> str:  # noqa: B008 - frozen
    template = environment("workers.commands").get_template("new.md.j2")
    return within(template.render(reply=reply, commit=where.commit, patch=where.patch).strip(), LONGEST_ANSWER)
