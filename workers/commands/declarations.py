"""Writes what people say of a migration into it, as a comment for the next review, and proves that it is heard."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final

from rules.finding import Report
from rules.rewrite.edit import Edit, apply
from rules.source import SourceFile
from workers.commands.branch import Put, put
from workers.commands.command import Answer, Declined, Request
from workers.commands.message import declaration_message, was_committed
from workers.commands.rewrites import DONE
from workers.commands.subject import Subject
from workers.review.markdown import block, code, visible
from workers.review.templating import counted

LONGEST_REASON: Final = 300  # characters; it stands in one line of the file


def reason_of(request: Request) -> str:
    """Return the reason given, fit for one line of a file; Declined where there is none."""
    reason = visible(" ".join(request.reason.split()))
    if not reason:
        raise Declined("Say why, please: it stands in the file for whoever reads it next. `… because REASON`")
    if len(reason) > LONGEST_REASON:
        raise Declined(f"A reason has at most {LONGEST_REASON} characters here.")
    return reason


def declare(
    request: Request, found: Subject, edits: Mapping[str, Iterable[Edit]], is_heard: Callable[[Report], bool]
) -> Answer:
    """Write *edits* into the files of those paths and commit them, unless the next review would not hear them."""
    if was_committed(request.command, found.material.messages):
        return Answer(DONE)
    changed = {path: apply(sorted(set(some)), found.material.sources[path]) for path, some in edits.items()}
    change = found.material.change
    proposed = tuple(changed.get(file.path, file) for file in change.proposed)
    request.context.lease.check()
    if not is_heard(request.context.analyse(replace(change, proposed=proposed), found.material.settings)):
        raise Declined("A comment does not help there: the place lies within a string. Please write it by hand.")
    where = put(request, found.material, changed.values(), declaration_message(request.command, request.by, changed))
    return Answer(_told(where, changed))


def _told(where: Put, changed: Mapping[str, SourceFile]) -> str:
    if where.commit:
        return f"Committed in {where.commit}: {', '.join(map(code, changed))}"
    files = counted(len(changed), "file")
    return f"I cannot push to this branch. As a patch of {files}, for `git apply`:\n\n{block(where.patch, 'diff')}"
