"""Reviews, review comments and issue comments in JSON."""

from typing import Any

from deploy.standin.anchors import place
from deploy.standin.clock import iso
from deploy.standin.model import IssueComment, Review, ReviewComment, Thread
from deploy.standin.wire.accounts import account, association
from deploy.standin.wire.reactions import tally
from deploy.standin.wire.repositories import address
from deploy.standin.world import Links, node_id


def review(links: Links, which: Review) -> dict[str, Any]:
    """Show a review; one that is pending has no time of submission."""
    pull = which.pull
    api = f"{address(links, pull.repository)}/pulls/{pull.number}"
    web = f"{links.web}/{pull.repository.full_name}/pull/{pull.number}#pullrequestreview-{which.id}"
    shown = {
        "id": which.id,
        "node_id": node_id(which),
        "user": account(links, which.author),
        "body": which.body,
        "state": which.state,
        "html_url": web,
        "pull_request_url": api,
        "author_association": association(which.author, pull.repository),
        "_links": {"html": {"href": web}, "pull_request": {"href": api}},
        "commit_id": which.commit_id,
    }
    return shown | ({"submitted_at": iso(which.submitted_at)} if which.submitted_at else {})


def review_comment(links: Links, which: ReviewComment) -> dict[str, Any]:
    """Show a comment on the diff: where it stands now, and where it once stood."""
    pull, was = which.pull, which.thread.anchor
    now = place(which.thread)
    api = f"{address(links, pull.repository)}/pulls"
    web = f"{links.web}/{pull.repository.full_name}/pull/{pull.number}#discussion_r{which.id}"
    many_lines = was.start_line is not None
    shown = {
        "id": which.id,
        "node_id": node_id(which),
        "url": f"{api}/comments/{which.id}",
        "pull_request_review_id": which.review.id,
        "diff_hunk": was.diff_hunk,
        "path": was.path,
        "position": now.position if now else None,
        "original_position": was.position,
        "commit_id": pull.head_sha if now else was.commit,
        "original_commit_id": was.commit,
        "user": account(links, which.author),
        "body": which.body,
        "created_at": iso(which.created_at),
        "updated_at": iso(which.updated_at),
        "html_url": web,
        "pull_request_url": f"{api}/{pull.number}",
        "author_association": association(which.author, pull.repository),
        "_links": {
            "self": {"href": f"{api}/comments/{which.id}"},
            "html": {"href": web},
            "pull_request": {"href": f"{api}/{pull.number}"},
        },
        "reactions": tally(f"{api}/comments/{which.id}/reactions", which.reactions),
        "start_line": now.start_line if now else None,
        "original_start_line": was.start_line,
        "start_side": was.side if many_lines else None,
        "line": now.line if now else None,
        "original_line": was.line,
        "side": was.side,
        "subject_type": was.subject,
    }
    shown = {name: value for name, value in shown.items() if value is not None or name not in ABSENT_IF_NONE}
    return shown | ({"in_reply_to_id": which.in_reply_to} if which.in_reply_to else {})


ABSENT_IF_NONE = frozenset(
    {"original_line", "original_position"}
)  # of a comment on a whole file; the document allows no null here


def listed_review_comment(links: Links, which: ReviewComment) -> dict[str, Any]:
    """Show a comment as the list of one review does, which leaves out where it stands now."""
    return {name: value for name, value in review_comment(links, which).items() if name != "subject_type"}


def thread(links: Links, which: Thread) -> dict[str, Any]:
    """Show a thread as webhooks do."""
    return {"node_id": node_id(which), "comments": [review_comment(links, each) for each in which.comments]}


def issue_comment(links: Links, which: IssueComment) -> dict[str, Any]:
    """Show a comment of the conversation."""
    pull = which.pull
    home = address(links, pull.repository)
    api = f"{home}/issues/comments/{which.id}"
    return {
        "id": which.id,
        "node_id": node_id(which),
        "url": api,
        "html_url": f"{links.web}/{pull.repository.full_name}/pull/{pull.number}#issuecomment-{which.id}",
        "body": which.body,
        "user": account(links, which.author),
        "created_at": iso(which.created_at),
        "updated_at": iso(which.updated_at),
        "issue_url": f"{home}/issues/{pull.number}",
        "author_association": association(which.author, pull.repository),
        "performed_via_github_app": None,
        "reactions": tally(f"{api}/reactions", which.reactions),
    }
