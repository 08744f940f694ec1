"""Apply suggestions as the buttons of GitHub's pages do, and refuse with the words that the pages show."""

from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt

from deploy.standin.acts import branches, reviews
from deploy.standin.anchors import place
from deploy.standin.errors import GitHubError, unprocessable
from deploy.standin.git import Signature
from deploy.standin.model import Account, PullRequest, ReviewComment
from deploy.standin.world import World

CLOSED = "Suggestions cannot be applied while the pull request is closed."
DELETED = "Applying suggestions on deleted lines is not supported."
QUEUED = "Suggestions cannot be applied while the pull request is queued to merge."
OUTDATED = "Outdated suggestions cannot be applied."
RESOLVED = "This suggestion has been applied or marked resolved."
PENDING = "Suggestions cannot be applied from pending reviews."
NO_CHANGE = "This suggestion is invalid because no changes were made to the code."
OVERLAP = "Only one suggestion per line can be applied in a batch."
NO_SUGGESTION = "This comment has no suggestion."
NOT_ALLOWED = "You must have write access to the head branch to apply suggestions."

MARKDOWN = MarkdownIt("commonmark")


@dataclass(frozen=True, slots=True)
class Replacement:
    """Lines of a file at the head, counted from one, and what is suggested in their place."""

    path: str
    first: int
    last: int
    lines: tuple[str, ...]  # without their ends

    def overlaps(self, other: "Replacement") -> bool:
        """Tell whether both want to change the same line."""
        return self.path == other.path and self.first <= other.last and other.first <= self.last


def suggestions(body: str) -> list[str]:
    """Read the suggestion blocks of a comment; each text ends with a newline or is empty."""
    tokens = MARKDOWN.parse(body.replace("\r\n", "\n"))
    return [each.content for each in tokens if each.type == "fence" and each.info.split()[:1] == ["suggestion"]]


def replacement(comment: ReviewComment) -> Replacement:
    """Work out what a comment's first suggestion changes, or raise why it cannot be applied."""
    texts, now, was = suggestions(comment.body), place(comment.thread), comment.thread.anchor
    if not texts or was.subject == "file":
        raise unprocessable(NO_SUGGESTION)
    reasons = (
        (comment.pull.closed_at is not None, CLOSED),
        (comment.pull.queued, QUEUED),
        (comment.review.state == "PENDING", PENDING),
        (comment.thread.resolved_by is not None, RESOLVED),
        (was.side == "LEFT", DELETED),
        (now is None, OUTDATED),
    )
    for applies, reason in reasons:
        if applies:
            raise unprocessable(reason)
    last = now.line if now and now.line else 0
    first = now.start_line if now and now.start_line else last
    wanted = Replacement(was.path, first, last, tuple(texts[0].split("\n")[:-1]))
    if wanted.lines == current_lines(comment.pull, was.path)[first - 1 : last]:
        raise unprocessable(NO_CHANGE)
    return wanted


def refusal(comment: ReviewComment) -> str | None:
    """Tell why a comment's suggestion cannot be applied now; None when it can."""
    try:
        replacement(comment)
    except GitHubError as error:
        return error.message
    return None


def current_lines(pull: PullRequest, path: str) -> tuple[str, ...]:
    """Read a file at the head, without the ends of its lines."""
    data = pull.repository.git.file(pull.head_sha, path) or b""
    return tuple(line.removesuffix("\r") for line in data.decode(errors="replace").split("\n"))


def apply(world: World, comments: Sequence[ReviewComment], by: Account, message: str = "") -> str:
    """Commit the suggestions of some comments on the pull request's branch and resolve their threads."""
    pull = comments[0].pull
    may = pull.head_repository.allows(by, "write") or (
        pull.maintainer_can_modify and pull.repository.allows(by, "write")
    )
    if not may:
        raise GitHubError(403, NOT_ALLOWED)
    wanted = [replacement(each) for each in comments]
    if any(one.overlaps(other) for index, one in enumerate(wanted) for other in wanted[:index]):
        raise unprocessable(OVERLAP)
    files = {path: _replaced(pull, path, wanted) for path in dict.fromkeys(each.path for each in wanted)}
    git, head = pull.head_repository.git, pull.head_sha
    authors = dict.fromkeys(f"Co-authored-by: {each.author.name} <{each.author.email}>" for each in comments)
    subject = "Apply suggestion from code review" if len(comments) == 1 else "Apply suggestions from code review"
    text = "\n".join([message or subject, "", *authors])
    github = Signature("GitHub", "noreply@github.com", world.clock.now())
    tree = branches.tree_with(pull.head_repository, head, files)
    sha = git.write_commit(tree, [head], text, branches.signature(world, by), github)
    branches.move(world, pull.head_repository, branches.BRANCH + pull.head_ref, sha, by, old=head)
    for thread in {each.thread for each in comments}:
        reviews.set_resolved(world, thread, by, resolved=True)
    return sha


def _replaced(pull: PullRequest, path: str, wanted: Sequence[Replacement]) -> bytes:
    """Put the suggestions into a file. New lines end in LF, even where the file's others end in CRLF."""
    data = pull.repository.git.file(pull.head_sha, path) or b""
    lines = data.splitlines(keepends=True)
    for each in sorted(wanted, key=lambda one: one.first, reverse=True):
        if each.path == path:
            lines[each.first - 1 : each.last] = [f"{line}\n".encode() for line in each.lines]
    return b"".join(lines)
