"""The diff as rows of a table, with threads under the lines that they stand on, and suggestions as small diffs."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from deploy.standin.acts.suggestions import current_lines
from deploy.standin.anchors import files, merge_base, place
from deploy.standin.diff import FileDiff, Line
from deploy.standin.git import GitRepository
from deploy.standin.model import PullRequest, ReviewComment, Thread
from deploy.standin.pages.highlight import highlighted

KINDS = {"+": "added", "-": "deleted", " ": "context"}
EXCERPT = 4  # lines that GitHub shows above a comment in the conversation


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a diff; *code* is safe HTML. A hunk's header has no numbers."""

    kind: str
    old: int | None
    new: int | None
    code: str
    threads: tuple[Thread, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file of the diff with its rows."""

    diff: FileDiff
    rows: tuple[Row, ...]
    threads: tuple[Thread, ...]  # on the file as a whole


def changed_files(pull: PullRequest) -> list[ChangedFile]:
    """Lay out all that a pull request changes."""
    return [_changed_file(pull, diff) for diff in files(pull)]


def _changed_file(pull: PullRequest, diff: FileDiff) -> ChangedFile:
    standing: dict[tuple[str, int | None], list[Thread]] = defaultdict(list)
    for thread in pull.threads:
        now = place(thread)
        if now and thread.anchor.path == diff.path:
            standing[thread.anchor.side, now.line].append(thread)
    git = pull.repository.git
    old = _code(git, merge_base(pull), diff.previous or diff.path)
    new = _code(git, pull.head_sha, diff.path)
    rows: list[Row] = []
    for hunk in diff.hunks:
        rows.append(Row("hunk", None, None, hunk.header))
        for line in hunk.lines:
            side = "LEFT" if line.mark == "-" else "RIGHT"
            here = standing.get((side, line.number(side)), [])
            if line.mark == " ":
                here = here + standing.get(("LEFT", line.old), [])
            rows.append(_row(line, old if line.mark == "-" else new, tuple(here)))
    return ChangedFile(diff, tuple(rows), tuple(standing.get(("RIGHT", None), [])))


def _code(git: GitRepository, commit: str, path: str) -> list[str]:
    text = (git.file(commit, path) or b"").decode(errors="replace")
    return highlighted(path, text.split("\n"))


def _row(line: Line, code: list[str], threads: tuple[Thread, ...]) -> Row:
    number = line.old if line.mark == "-" else line.new
    shown = code[number - 1] if number and number <= len(code) else ""
    return Row(KINDS[line.mark], line.old, line.new, shown, threads)


def excerpt(thread: Thread) -> list[Row]:
    """Show the lines that a comment was written on, with a little of what stands above them."""
    was = thread.anchor
    if not was.diff_hunk:
        return []
    lines = was.diff_hunk.split("\n")[1:]
    many = (was.line or 0) - (was.start_line or was.line or 0) + 1
    shown = lines[-max(EXCERPT, many) :]
    code = highlighted(was.path, [text[1:] for text in shown])
    numbers = list(_numbers(shown, was.line or 0, was.side))
    return [Row(KINDS[text[:1]], *number, html) for text, number, html in zip(shown, numbers, code, strict=True)]


def _numbers(shown: list[str], last: int, side: str) -> Iterator[tuple[int | None, int | None]]:
    """Count backwards from the commented line, which is the last one shown."""
    own = "-" if side == "LEFT" else "+"
    number = last - sum(text[:1] in {own, " "} for text in shown) + 1
    for text in shown:
        if text[:1] in {own, " "}:
            yield (number, None) if side == "LEFT" else (None, number)
            number += 1
        else:
            yield None, None


def suggested(comment: ReviewComment, content: str) -> dict[str, Any]:
    """Show a suggestion as the lines that go and the lines that come."""
    thread, was = comment.thread, comment.thread.anchor
    now = place(thread)
    if now and now.line:
        first, last = now.start_line or now.line, now.line
        before = list(current_lines(thread.pull, was.path)[first - 1 : last])
    else:
        many = (was.line or 0) - (was.start_line or was.line or 0) + 1
        before = [text[1:] for text in was.diff_hunk.split("\n")[-many:]]
    after = content.split("\n")[:-1]
    return {"before": highlighted(was.path, before), "after": highlighted(was.path, after) if after else []}
