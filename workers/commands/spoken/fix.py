"""Commits every rewrite that is proven safe to this branch, in one commit."""

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePosixPath
from typing import Final

from rules.finding import Finding, Report
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.patch import patch
from rules.rewriting import Rewritten, rewrite_all
from rules.source import Change, SourceFile
from workers.commands.command import Answer, Request, comment_command
from workers.commands.message import commit_message, was_committed
from workers.github.errors import Forbidden, Rejected, RetryLater, StaleHead, Unclear
from workers.github.models import NewCommit, Reaction
from workers.review.fetch import Material, fetch
from workers.review.markdown import prose, within
from workers.review.render import place
from workers.review.templating import environment

MOST_LISTED: Final = 50  # findings in the answer; the check has them all
LONGEST_PATCH: Final = 50_000  # characters; a comment has room for 65,536
LONGEST_ANSWER: Final = 60_000  # bytes
READ_BACK: Final = 2.0  # seconds until a commit whose answer was lost has surely become visible
LONE_LF: Final = re.compile(r"(?<!\r)\n")


@comment_command(__name__, "/ecto-fix", writes=True)
def command(request: Request) -> Answer:
    """Rewrite what is safe to rewrite on the head, commit it, and tell what was left."""
    if not request.pull.open or request.pull.locked:
        state = "locked" if request.pull.locked else "closed"
        return Answer(f"This pull request is {state}, so I left its branch alone.", Reaction.REFUSED)
    material = fetch(request.pull, request.context.github, request.context.memory)
    if was_committed(request.command, material.messages):
        return Answer("Done: the commit is on this branch.")
    rewritten = rewrite_all(material.change, _analyser(request, material), _is_safe)
    files = [_as_it_was(material.sources.get(file.path), file) for file in (*rewritten.edited, *rewritten.added)]
    if not files:
        return Answer(_told(material, rewritten))
    _insist_on_folders(material, files)
    return (
        _as_patch(material, rewritten, files)
        if request.pull.from_fork
        else _as_commit(request, material, rewritten, files)
    )


def _is_safe(_finding: Finding, rewrite: Rewrite) -> bool:
    return rewrite.safety is Safety.SAFE


def _analyser(request: Request, material: Material) -> Callable[[Change], Report]:
    def analyse(change: Change) -> Report:
        request.context.lease.check()
        return request.context.analyse(change, material.settings)

    return analyse


def _as_it_was(before: SourceFile | None, after: SourceFile) -> SourceFile:
    """Return *after* with the line breaks of Windows, if the file had no others."""
    if before is None or "\r\n" not in before.text or LONE_LF.search(before.text):
        return after
    return SourceFile(after.path, LONE_LF.sub("\r\n", after.text))


def _insist_on_folders(material: Material, files: Iterable[SourceFile]) -> None:
    """Raise where a file would lie anywhere but beside a migration of this pull request: names come from strangers."""
    folders = {PurePosixPath(path).parent for path in material.sources}
    for file in files:
        if PurePosixPath(file.path).parent not in folders:
            raise Rejected(f"a rewrite would have written {file.path}")


def _as_commit(request: Request, material: Material, rewritten: Rewritten, files: Iterable[SourceFile]) -> Answer:
    headline, body = commit_message(request.command, request.by, rewritten.answered)
    head, repository = request.pull.head, request.context.key.repository
    contents = {file.path: file.text for file in files}
    request.context.lease.check()
    try:
        commit = request.context.github.commit(NewCommit(repository, head.branch, head.sha, headline, body, contents))
    except StaleHead:
        text = "The branch moved while I worked. Comment `/ecto-fix` again, and I start from its new head."
        return Answer(text, Reaction.REFUSED)
    except (Forbidden, Rejected) as refused:
        return Answer(f"GitHub did not let me commit: {prose(str(refused))}", Reaction.REFUSED)
    except Unclear as unclear:
        # The next try finds the commit by its trailer, if there is one.
        raise RetryLater(READ_BACK, str(unclear)) from unclear
    return Answer(_told(material, rewritten, commit=commit))


def _as_patch(material: Material, rewritten: Rewritten, files: Iterable[SourceFile]) -> Answer:
    text = patch(material.sources, files)
    if len(text) > LONGEST_PATCH:
        text = "This branch lies in a fork, where I cannot push. `ecto-fix fix --write` does the same on your machine."
        return Answer(text, Reaction.REFUSED)
    return Answer(_told(material, rewritten, patch=text))


def _told(material: Material, rewritten: Rewritten, commit: str = "", patch: str = "") -> str:
    after = {**material.sources} | {file.path: file for file in (*rewritten.edited, *rewritten.added)}
    text = (
        environment("workers.commands")
        .get_template("fix.md.j2")
        .render(
            commit=commit,
            patch=patch,
            answered=[finding for finding in rewritten.answered if finding.rewrite],
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
