"""The conversation in the order in which it happened: pushes, comments, reviews, the end."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from deploy.standin.anchors import merge_base
from deploy.standin.git import NOTHING, Commit
from deploy.standin.model import Account, PullRequest, Push, Review, Thread


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened; *what* is the template's name for it, *thing* what the template shows."""

    what: str  # comment, review, commits, forced, merged or closed
    at: datetime
    by: Account
    thing: Any


def timeline(pull: PullRequest, viewer: Account) -> list[Entry]:
    """List what happened since the pull request was opened, for the eyes of *viewer*."""
    entries = [_pushed(pull, each) for each in pull.pushes]
    entries += [Entry("comment", each.created_at, each.author, each) for each in pull.comments]
    for review in pull.reviews:
        at = review.submitted_at
        if at and (review.body or threads_of(review)):
            entries.append(Entry("review", at, review.author, review))
        elif review.author is viewer and not at:
            entries.append(Entry("review", pull.updated_at, viewer, review))
    if pull.closed_at:
        what = "merged" if pull.merged_at else "closed"
        entries.append(Entry(what, pull.closed_at, pull.merged_by or pull.author, pull.merge_commit_sha))
    return sorted(entries, key=lambda entry: entry.at)


def threads_of(review: Review) -> list[Thread]:
    """List the threads that a review began; replies are shown where their thread is."""
    return [each.thread for each in review.comments if each.thread.comments[0] is each]


def _pushed(pull: PullRequest, push: Push) -> Entry:
    git = pull.repository.git
    if push.before and push.before != NOTHING and not git.contains(push.after, push.before):
        return Entry("forced", push.at, push.by, push)
    since = push.before or merge_base(pull)
    commits: list[Commit] = [git.commit(sha) for sha in reversed(git.log(push.after, since))]
    return Entry("commits", push.at, push.by, commits)
