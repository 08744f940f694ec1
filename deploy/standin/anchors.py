"""Where a comment may stand in a pull request's diff, and where it stands after later pushes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deploy.standin.diff import FileDiff, Hunk, Line
from deploy.standin.model import Anchor, PullRequest, Thread


@dataclass(frozen=True, slots=True)
class Complaint:
    """Why a comment cannot stand where it was asked to."""

    field: str  # of the review thread
    message: str
    code: str = "custom"

    def as_error(self) -> dict[str, str]:
        """Say it as the endpoint for a single comment does."""
        field = f"pull_request_review_thread.{self.field}"
        error = {"resource": "PullRequestReviewComment", "code": self.code, "field": field}
        return error if self.code == "missing_field" else error | {"message": f"{field} {self.message}"}

    def as_words(self) -> str:
        """Say it as the endpoint for a whole review does."""
        return f"Pull request review thread {self.field.replace('_', ' ')} {self.message}"


OUTSIDE = Complaint("line", "must be part of the diff")
OTHER_HUNK = Complaint("start_line", "must be part of the same hunk as the line.")
BACKWARDS = Complaint("start_line", "must precede the end line.")
NO_HUNK = Complaint("diff_hunk", "can't be blank", "missing_field")
NO_SUCH_PATH = Complaint("path", "could not be resolved")


class NoSuchPlaceError(Exception):
    """A comment was asked for where no comment can stand."""

    def __init__(self, complaints: Sequence[Complaint]) -> None:
        super().__init__(str(complaints))
        self.complaints = complaints

    def in_one_sentence(self) -> str:
        """Join the complaints as Rails joins them."""
        if NO_SUCH_PATH in self.complaints:
            return "Path could not be resolved"
        words = [each.as_words() for each in self.complaints]
        if len(words) <= 2:  # noqa: PLR2004 - the comma comes with the third
            return " and ".join(words)
        return f"{', '.join(words[:-1])}, and {words[-1]}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a thread stands in the present diff."""

    line: int | None
    start_line: int | None
    position: int | None


def merge_base(pull: PullRequest) -> str:
    """Find the commit that the pull request is compared with: where its branch left the base."""
    base = pull.repository.git.ref(f"refs/heads/{pull.base_ref}")
    if pull.closed_at or base is None:
        base = pull.base_sha
    return pull.repository.git.merge_base(base, pull.head_sha) or base


def files(pull: PullRequest) -> tuple[FileDiff, ...]:
    """Compute what a pull request changes."""
    return pull.repository.git.diff(merge_base(pull), pull.head_sha)


def anchor(pull: PullRequest, wanted: Mapping[str, Any], commit: str) -> Anchor:
    """Find the place that a new comment asks for in the diff of *commit*, or raise what is wrong with it."""
    base = merge_base(pull) if commit == pull.head_sha else pull.repository.git.merge_base(pull.base_sha, commit)
    base = base or pull.base_sha
    diff = next((each for each in pull.repository.git.diff(base, commit) if each.path == wanted["path"]), None)
    if diff is None:
        raise NoSuchPlaceError([NO_SUCH_PATH])
    if wanted.get("subject_type") == "file":
        return Anchor(diff.path, commit, base, "file")
    side = wanted.get("side") or "RIGHT"
    if wanted.get("position") is not None:
        hunk, last = diff.at(wanted["position"]) or (None, None)
        side = "LEFT" if last and last.new is None else "RIGHT"
    else:
        hunk, last = diff.find(side, wanted.get("line") or 0) or (None, None)
    start = wanted.get("start_line")
    complaints = _complaints(hunk, last, wanted, side)
    if complaints or hunk is None or last is None:
        raise NoSuchPlaceError(complaints)
    return Anchor(diff.path, commit, base, "line", hunk.excerpt(last), side, last.number(side), start, last.position)


def _complaints(hunk: Hunk | None, last: Line | None, wanted: Mapping[str, Any], side: str) -> list[Complaint]:
    start, start_side = wanted.get("start_line"), wanted.get("start_side") or side
    if hunk is None or last is None:
        return [OUTSIDE, *([OTHER_HUNK] if start is not None else []), NO_HUNK]
    if start is None:
        return []
    first = hunk.find(start_side, start)
    if first is None:
        return [OTHER_HUNK]
    return [BACKWARDS] if first.position >= last.position else []


def place(thread: Thread) -> Place | None:
    """Find where a thread stands in the present diff; None when it is outdated."""
    was, pull = thread.anchor, thread.pull
    base, head = merge_base(pull), pull.head_sha
    diff = next((each for each in pull.repository.git.diff(base, head) if each.path == was.path), None)
    if diff is None:
        return None
    if was.subject == "file" or was.line is None:
        return Place(None, None, None)
    then, now = (was.base, base) if was.side == "LEFT" else (was.commit, head)
    start = was.line if was.start_line is None else was.start_line
    moved = _moved(pull, was.path, (then, now), range(start, was.line + 1))
    found = diff.find(was.side, was.line + moved) if moved is not None else None
    if moved is None or found is None:
        return None
    return Place(was.line + moved, was.start_line + moved if was.start_line is not None else None, found[1].position)


def _moved(pull: PullRequest, path: str, commits: tuple[str, str], lines: range) -> int | None:
    """Count by how much the lines of a file moved between two commits; None when they were changed."""
    old, new = commits
    if old == new:
        return 0
    for diff in pull.repository.git.diff(old, new):
        if diff.path == path:
            return _shift(diff, lines)
        if diff.previous == path:
            return None
    return 0


def _shift(diff: FileDiff, lines: range) -> int | None:
    if not diff.hunks:
        return None
    shift = 0
    for hunk in diff.hunks:
        for line in hunk.lines:
            if line.mark == "-" and line.old is not None and line.old in lines:
                return None
            after = _next_old(hunk, line)
            if line.mark == "+" and lines.start < after < lines.stop:
                return None
            if line.mark == "+" and after <= lines.start:
                shift += 1
            if line.mark == "-" and line.old is not None and line.old < lines.start:
                shift -= 1
    return shift


def _next_old(hunk: Hunk, added: Line) -> int:
    """Find the number of the old line before which a line was added."""
    for line in hunk.lines:
        if line.position > added.position and line.old is not None:
            return line.old
    last = max((line.old for line in hunk.lines if line.old is not None), default=0)
    return last + 1
