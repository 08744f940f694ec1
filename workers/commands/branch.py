"""Puts changed files on the branch of a pull request, or offers them as a patch where we may not write there."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from rules.rewrite.patch import patch
from rules.source import SourceFile
from workers.commands.command import Declined, Request
from workers.github.errors import Forbidden, NotFound, Rejected, RetryLater, StaleHead, Unclear
from workers.github.models import NewCommit
from workers.review.fetch import Material
from workers.review.markdown import prose

LONGEST_PATCH: Final = 50_000  # characters; a comment has room for 65,536
READ_BACK: Final = 2.0  # seconds until a commit whose answer was lost has surely become visible
LONE_LF: Final = re.compile(r"(?<!\r)\n")


@dataclass(frozen=True, slots=True)
class Put:
    """Where the files went: the new commit, or a patch for somebody else to apply."""

    commit: str = ""
    patch: str = ""


def put(request: Request, material: Material, files: Iterable[SourceFile], message: tuple[str, str]) -> Put:
    """Commit *files* to the head, as it was when it was read; Declined where that cannot be.

    RetryLater where it has moved since: what was asked for is then worked out on the new one.
    """
    files = [_as_it_was(material.sources.get(file.path), file) for file in files]
    _insist_on_folders(material, files)
    pull = request.pull
    repository = pull.head.repository  # of which there is none once a fork is deleted
    if repository is None or (pull.from_fork and not pull.maintainers_may_edit):
        return _as_patch(material, files)
    headline, body = message
    contents = {file.path: file.text for file in files}
    request.context.lease.check()
    try:
        change = NewCommit(repository, pull.head.branch, pull.head.sha, headline, body, contents)
        return Put(commit=request.context.github.commit(change))
    except StaleHead:
        raise RetryLater(0, "the branch moved") from None
    except (Forbidden, NotFound, Rejected) as refused:
        if pull.from_fork:  # GitHub lets Apps into a fork or not, whatever its owner ticked
            return _as_patch(material, files)
        raise Declined(f"GitHub did not let me commit: {prose(str(refused))}") from refused
    except Unclear as unclear:
        # The next try finds the commit by its trailer, if there is one.
        raise RetryLater(READ_BACK, str(unclear)) from unclear


def _as_patch(material: Material, files: Iterable[SourceFile]) -> Put:
    text = patch(material.sources, files)
    if len(text) > LONGEST_PATCH:
        where = "This branch lies in a fork, where I cannot push."
        raise Declined(f"{where} `ecto-fix fix --write` does the same on your machine.")
    return Put(patch=text)


def _as_it_was(before: SourceFile | None, after: SourceFile) -> SourceFile:
    """Return *after* with the line breaks of Windows, if the file had no others."""
    if before is None or "\r\n" not in before.text or LONE_LF.search(before.text):
        return after
    return SourceFile(after.path, LONE_LF.sub("\r\n", after.text))


def _insist_on_folders(material: Material, files: Iterable[SourceFile]) -> None:
    """Raise where a file would lie anywhere but beside a migration that is there: names come from strangers."""
    folders = {PurePosixPath(file.path).parent for file in (*material.change.merged, *material.change.proposed)}
    for file in files:
        if PurePosixPath(file.path).parent not in folders:
            raise Rejected(f"a rewrite would have written {file.path}")
