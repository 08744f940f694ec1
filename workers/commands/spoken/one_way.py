"""Commits the comment that declares a migration one-way, with the reason."""

from typing import Final

from rules.finding import Report, Verdict
from rules.rewrite.directive import declaring_one_way
from workers.commands.command import Answer, Declined, Request, comment_command
from workers.commands.declarations import declare, reason_of
from workers.commands.subject import subject

RESTORING: Final = frozenset({Verdict.REVERSIBLE, Verdict.LOSES_DATA, Verdict.ONE_WAY})


@comment_command(__name__, "/ecto-fix one-way because REASON", writes=True)
def command(request: Request) -> Answer:
    """Declare each migration whose rollback does not restore; in a finding's thread, the one that it is about."""
    reason = reason_of(request)
    if request.arguments:
        raise Declined("`/ecto-fix one-way` is about migrations, not rules: `/ecto-fix one-way because REASON`")
    found = subject(request)
    meant = {one.path for one in found.about} if request.command.thread else set(found.material.sources)
    paths = {one.path for one in found.report.files if one.path in meant and one.verdict not in RESTORING}
    if not paths:
        raise Declined("There is no migration here whose rollback would not restore the schema.")
    edits = {path: [declaring_one_way(found.material.sources[path], reason)] for path in sorted(paths)}

    def deaf(report: Report) -> set[str]:
        return {one.path for one in report.files if one.verdict is not Verdict.ONE_WAY}

    return declare(request, found, edits, deaf)
