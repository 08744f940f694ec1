"""Comments on the diff, and reactions to them."""

from typing import Any

from deploy.standin.acts import comments as conversation_acts
from deploy.standin.acts import reviews as acts
from deploy.standin.api import Call, Page, Reply, operation
from deploy.standin.clock import iso
from deploy.standin.errors import not_found, validation_failed
from deploy.standin.model import PullRequest, ReviewComment, Thread
from deploy.standin.operations.reviews import visible
from deploy.standin.wire import conversation, reactions


def _comment(call: Call) -> ReviewComment:
    comment = call.found(ReviewComment, "comment_id")
    if comment.pull.repository is not call.repository or not visible(call, comment.review):
        raise not_found()
    return comment


def _page(call: Call, pulls: list[PullRequest]) -> Page:
    every = [each for pull in pulls for thread in pull.threads for each in thread.comments]
    since = call.query.get("since", "")
    seen = [each for each in every if visible(call, each.review) and iso(each.updated_at) >= since]
    seen.sort(key=lambda each: (each.updated_at if call.query.get("sort") == "updated" else each.created_at, each.id))
    if call.query.get("direction") == "desc":
        seen.reverse()
    return Page(seen, lambda each: conversation.review_comment(call.links, each))


@operation("pulls/list-review-comments", "pull_requests:read")
def list_for_pull(call: Call) -> Any:
    """List comments on a pull request's diff, oldest first."""
    return _page(call, [call.pull])


@operation("pulls/list-review-comments-for-repo", "pull_requests:read")
def list_for_repository(call: Call) -> Any:
    """List comments on all diffs of a repository."""
    return _page(call, list(call.repository.pulls.values()))


@operation("pulls/get-review-comment", "pull_requests:read")
def get(call: Call) -> Any:
    """Show a comment."""
    return conversation.review_comment(call.links, _comment(call))


@operation("pulls/create-review-comment", "pull_requests:write")
def create(call: Call) -> Any:
    """Comment on a line, some lines or a file of the diff, or answer, which ignores all but the body."""
    if call.body.get("in_reply_to"):
        thread = _thread(call, call.body["in_reply_to"])
        return conversation.review_comment(call.links, acts.reply(call.world, thread, call.account, call.body["body"]))
    if call.body.get("position") is not None and call.body.get("line") is not None:
        raise validation_failed(
            "PullRequestReviewComment", "position", "custom", "position and line exclude each other"
        )
    comment = acts.comment_on_diff(call.world, call.pull, call.account, call.body)
    return conversation.review_comment(call.links, comment)


@operation("pulls/create-reply-for-review-comment", "pull_requests:write")
def reply(call: Call) -> Any:
    """Answer the comment that began a thread."""
    thread = _thread(call, int(call.path["comment_id"]))
    return conversation.review_comment(call.links, acts.reply(call.world, thread, call.account, call.body["body"]))


def _thread(call: Call, root: int) -> Thread:
    comment = call.world.find(ReviewComment, root)
    if comment.pull is not call.pull:
        raise not_found()
    if comment.in_reply_to:
        below = "in_reply_to must be the first comment of a thread"
        raise validation_failed("PullRequestReviewComment", "in_reply_to", "custom", below)
    return comment.thread


@operation("pulls/update-review-comment", "pull_requests:write")
def update(call: Call) -> Any:
    """Change what a comment says."""
    comment = _comment(call)
    comment.body, comment.updated_at = call.body["body"], call.world.clock.now()
    return conversation.review_comment(call.links, comment)


@operation("pulls/delete-review-comment", "pull_requests:write")
def delete(call: Call) -> Any:
    """Delete a comment."""
    acts.delete_comment(call.world, _comment(call), call.account)


@operation("reactions/create-for-pull-request-review-comment", "pull_requests:write")
def react(call: Call) -> Any:
    """React to a comment; a second time changes nothing and says 200 in place of 201."""
    reaction, new = conversation_acts.react(call.world, _comment(call), call.account, call.body["content"])
    return Reply(reactions.reaction(call.links, reaction), status=201 if new else 200)


@operation("reactions/list-for-pull-request-review-comment", "pull_requests:read")
def list_reactions(call: Call) -> Any:
    """List reactions to a comment."""
    return Page(_comment(call).reactions, lambda each: reactions.reaction(call.links, each))
