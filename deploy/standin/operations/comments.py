"""Comments of the conversation, and reactions to them."""

from typing import Any

from deploy.standin.acts import comments as acts
from deploy.standin.api import Call, Page, Reply, operation
from deploy.standin.clock import iso
from deploy.standin.errors import not_found
from deploy.standin.model import IssueComment
from deploy.standin.wire import conversation, reactions

READ = ("issues:read", "pull_requests:read")
WRITE = ("issues:write", "pull_requests:write")


def _comment(call: Call) -> IssueComment:
    comment = call.found(IssueComment, "comment_id")
    if comment.pull.repository is not call.repository:
        raise not_found()
    return comment


@operation("issues/list-comments", *READ)
def list_comments(call: Call) -> Any:
    """List the conversation, oldest first."""
    since = call.query.get("since", "")
    found = [each for each in call.pull.comments if iso(each.updated_at) >= since]
    return Page(found, lambda each: conversation.issue_comment(call.links, each))


@operation("issues/get-comment", *READ)
def get(call: Call) -> Any:
    """Show a comment."""
    return conversation.issue_comment(call.links, _comment(call))


@operation("issues/create-comment", *WRITE)
def create(call: Call) -> Any:
    """Write in the conversation."""
    written = acts.comment(call.world, call.pull, call.account, call.body["body"])
    return conversation.issue_comment(call.links, written)


@operation("issues/update-comment", *WRITE)
def update(call: Call) -> Any:
    """Change what a comment says."""
    comment = _comment(call)
    acts.edit(call.world, comment, call.account, call.body["body"])
    return conversation.issue_comment(call.links, comment)


@operation("issues/delete-comment", *WRITE)
def delete(call: Call) -> Any:
    """Delete a comment."""
    acts.delete(call.world, _comment(call), call.account)


@operation("reactions/create-for-issue-comment", *WRITE)
def react(call: Call) -> Any:
    """React to a comment; a second time changes nothing and says 200 in place of 201."""
    reaction, new = acts.react(call.world, _comment(call), call.account, call.body["content"])
    return Reply(reactions.reaction(call.links, reaction), status=201 if new else 200)


@operation("reactions/list-for-issue-comment", *READ)
def list_reactions(call: Call) -> Any:
    """List reactions to a comment."""
    return Page(_comment(call).reactions, lambda each: reactions.reaction(call.links, each))
