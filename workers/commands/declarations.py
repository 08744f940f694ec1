"""Writes what people say of a migration into it, as a comment for the next review, and proves that it is heard."""

from collections.abc import Callable, Collection, Iterable, Mapping
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
    request: Request, found: Subject, edits: Mapping[str, Iterable[Edit]], deaf: Callable[[Report], Collection[str]]
) -> Answer:
    """Write *edits* into the files of those paths and commit them, but for those where the next review is *deaf*."""
    if was_committed(request.command, found.material.messages):
        return Answer(DONE)
    changed = {path: apply(sorted(set(some)), found.material.sources[path]) for path, some in edits.items()}
    change = found.material.change
    proposed = tuple(changed.get(file.path, file) for file in change.proposed)
    request.context.lease.check()
    unheard = deaf(request.context.analyse(replace(change, proposed=proposed), found.material.settings))
    heard = {path: file for path, file in changed.items() if path not in unheard}
    lost = tuple(path for path in changed if path in unheard)
    if not heard:
        raise Declined(f"{_unheard(lost)} Please mend it by hand.")
    where = put(request, found.material, heard.values(), declaration_message(request.command, request.by, heard))
    return Answer("\n\n".join([_told(where, heard), *([_unheard(lost)] if lost else [])]))


def _told(where: Put, changed: Mapping[str, SourceFile]) -> str:
    if where.commit:
        return f"Committed in {where.commit}: {', '.join(map(code, changed))}"
    files = counted(len(changed), "file")
    return f"I cannot push to this branch. As a patch of {files}, for `git apply`:\n\n{block(where.patch, 'diff')}"


def _unheard(paths: Iterable[str]) -> str:
    where = ", ".join(map(code, paths))
    return f"A comment does not help in {where}: its place lies within a string, or the file cannot be read."
