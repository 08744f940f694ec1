"""Commits the comment that allows a finding, with the reason."""

from collections import defaultdict

from rules.finding import Report
from rules.rewrite.directive import allowing
from rules.rewrite.edit import Edit
from workers.commands.command import Answer, Declined, Request, comment_command
from workers.commands.declarations import declare, reason_of
from workers.commands.subject import subject
from workers.review.render import directive


@comment_command(__name__, "/ecto-fix allow RULE because REASON", writes=True)
def command(request: Request) -> Answer:
    """Write the comment above each line that the rule speaks of; in a finding's thread, above its line."""
    reason = reason_of(request)
    if not (request.arguments or request.command.thread):
        raise Declined("Which rule? `/ecto-fix allow RULE because REASON`")
    found = subject(request)
    edits = defaultdict[str, list[Edit]](list)
    for finding in found.about:
        if not directive(finding.rule):
            raise Declined(f"No comment allows `{finding.rule}`: it has to be mended.")
        edits[finding.path].append(allowing(finding.rule, finding.span, found.material.sources[finding.path], reason))
    if not edits:
        raise Declined("There is no such finding here.")
    before = {(one.rule, one.path, one.message) for one in found.about}

    def deaf(report: Report) -> set[str]:
        return {one.path for one in report.findings if (one.rule, one.path, one.message) in before}

    return declare(request, found, edits, deaf)
