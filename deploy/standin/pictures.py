"""A pull request as one picture: what tests ask about and what the page shows."""

from typing import Any

from deploy.standin.acts.suggestions import refusal, suggestions
from deploy.standin.anchors import place
from deploy.standin.clock import iso
from deploy.standin.mergeability import mergeable_state, runs
from deploy.standin.model import CheckRun, IssueComment, PullRequest, Review, ReviewComment, Thread
from deploy.standin.world import World


def pull_request(world: World, pull: PullRequest) -> dict[str, Any]:
    """Show a pull request with its conversation, its threads and its checks."""
    return {
        "number": pull.number,
        "title": pull.title,
        "body": pull.body,
        "author": pull.author.login,
        "state": "merged" if pull.merged_at else pull.state,
        "draft": pull.draft,
        "head_sha": pull.head_sha,
        "head_ref": pull.head_ref,
        "mergeable_state": mergeable_state(world, pull),
        "comments": [issue_comment(each) for each in pull.comments],
        "reviews": [review(each) for each in pull.reviews if each.state != "PENDING"],
        "pending_reviews": sum(each.state == "PENDING" for each in pull.reviews),
        "threads": [thread(each) for each in pull.threads],
        "checks": [check_run(each) for each in runs(world, pull.repository, pull.head_sha)],
    }


def issue_comment(which: IssueComment) -> dict[str, Any]:
    """Show a comment of the conversation."""
    return {
        "id": which.id,
        "author": which.author.login,
        "body": which.body,
        "reactions": [each.content for each in which.reactions],
        "minimized": which.minimized,
        "edited": which.updated_at != which.created_at,
        "at": iso(which.created_at),
    }


def review(which: Review) -> dict[str, Any]:
    """Show a submitted review."""
    return {
        "id": which.id,
        "author": which.author.login,
        "state": which.state,
        "body": which.body,
        "commit": which.commit_id,
        "comments": [each.id for each in which.comments],
    }


def thread(which: Thread) -> dict[str, Any]:
    """Show a thread: where it stands, and what is said in it."""
    now, was = place(which), which.anchor
    return {
        "id": which.id,
        "path": was.path,
        "side": was.side,
        "subject": was.subject,
        "line": now.line if now else None,
        "start_line": now.start_line if now else None,
        "original_line": was.line,
        "original_start_line": was.start_line,
        "outdated": now is None,
        "resolved": which.resolved_by is not None,
        "resolved_by": which.resolved_by.login if which.resolved_by else None,
        "comments": [review_comment(each) for each in which.comments],
    }


def review_comment(which: ReviewComment) -> dict[str, Any]:
    """Show a comment on the diff, with its suggestions and why they cannot be applied, if so."""
    texts = suggestions(which.body)
    return {
        "id": which.id,
        "author": which.author.login,
        "body": which.body,
        "reactions": [each.content for each in which.reactions],
        "minimized": which.minimized,
        "suggestions": texts,
        "refusal": refusal(which) if texts else None,
    }


def check_run(which: CheckRun) -> dict[str, Any]:
    """Show a check run."""
    return {
        "id": which.id,
        "suite": which.suite.id,
        "name": which.name,
        "status": which.status,
        "conclusion": which.conclusion,
        "external_id": which.external_id,
        "details_url": which.details_url,
        **{name: which.output.get(name) for name in ("title", "summary", "text")},
        "annotations": which.annotations,
        "actions": which.actions,
    }
