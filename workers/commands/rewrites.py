"""Answers a command with rewrites: chosen, applied until nothing is left, and put on the branch."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final

from rules.finding import Finding, Report
from rules.rewrite.edit import Rewrite
from rules.rewriting import Rewritten, rewrite_all
from rules.source import Change, SourceFile
from workers.commands.branch import Put, put
from workers.commands.command import Answer, Request
from workers.commands.message import commit_message, was_committed
from workers.commands.subject import subject
from workers.review.fetch import Material
from workers.review.markdown import within
from workers.review.render import place
from workers.review.templating import environment

MOST_LISTED: Final = 50  # findings in the answer; the check has them all
LONGEST_ANSWER: Final = 60_000  # bytes
DONE: Final = "Done: the commit is on this branch."


def rewrite(request: Request, wanted: Callable[[Rewrite], bool]) -> Answer:
    """Take every rewrite that is *wanted*, of the findings that the command means, and commit them together."""
    found = subject(request)
    if was_committed(request.command, found.material.messages):
        return Answer(DONE)
    whole = set(found.about) == set(found.report.findings)
    meant = {(one.rule, one.path, one.message) for one in found.about}

    def chosen(finding: Finding, offered: Rewrite) -> bool:
        return wanted(offered) and (whole or (finding.rule, finding.path, finding.message) in meant)

    done = rewrite_all(found.material.change, _analyser(request, found.material), chosen)
    files = (*done.edited, *done.added)
    if not files:
        return Answer(_told(found.material, done))
    message = commit_message(request.command, request.by, done.answered)
    return Answer(_told(found.material, done, put(request, found.material, files, message)))


def _analyser(request: Request, material: Material) -> Callable[[Change], Report]:
    def analyse(change: Change) -> Report:
        request.context.lease.check()
        return request.context.analyse(change, material.settings)

    return analyse


def _told(material: Material, rewritten: Rewritten, where: Put = Put()) -> str:  # noqa: B008 - frozen
    after = {**material.sources} | {file.path: file for file in (*rewritten.edited, *rewritten.added)}
    text = (
        environment("workers.commands")
        .get_template("fix.md.j2")
        .render(
            commit=where.commit,
            patch=where.patch,
            answered=Counter((one.path, one.rewrite.title, one.rule) for one in rewritten.answered if one.rewrite),
            added=[file.path for file in rewritten.added],
            left=[_listed(finding, after) for finding in rewritten.left],
            refusals=material.refusals,
            most=MOST_LISTED,
        )
    )
    return within(text.strip(), LONGEST_ANSWER)


def _listed(finding: Finding, sources: Mapping[str, SourceFile]) -> dict[str, str]:
    title = finding.rewrite.title if finding.rewrite else ""
    where = place(finding, sources[finding.path])
    return {"place": where, "message": finding.message, "title": title, "rule": finding.rule}
