"""Reviews of pull requests."""

from typing import Any

from deploy.standin.acts import reviews as acts
from deploy.standin.api import Call, Page, operation
from deploy.standin.errors import not_found
from deploy.standin.model import Review
from deploy.standin.wire import conversation


def visible(call: Call, review: Review) -> bool:
    """Tell whether the caller may know of a review: pending ones are their author's alone."""
    return review.state != "PENDING" or review.author is call.account


def _review(call: Call) -> Review:
    review = call.found(Review, "review_id")
    if review.pull is not call.pull or not visible(call, review):
        raise not_found()
    return review


@operation("pulls/list-reviews", "pull_requests:read")
def list_reviews(call: Call) -> Any:
    """List reviews, oldest first."""
    seen = [each for each in call.pull.reviews if visible(call, each)]
    return Page(seen, lambda each: conversation.review(call.links, each))


@operation("pulls/get-review", "pull_requests:read")
def get(call: Call) -> Any:
    """Show a review."""
    return conversation.review(call.links, _review(call))


@operation("pulls/create-review", "pull_requests:write")
def create(call: Call) -> Any:
    """Write a review with all of its comments, or none of it."""
    return conversation.review(call.links, acts.create_review(call.world, call.pull, call.account, call.body))


@operation("pulls/submit-review", "pull_requests:write")
def submit(call: Call) -> Any:
    """Publish a pending review."""
    review = _review(call)
    acts.submit(call.world, review, call.body["event"], call.body.get("body") or "")
    return conversation.review(call.links, review)


@operation("pulls/update-review", "pull_requests:write")
def update(call: Call) -> Any:
    """Change the text of a review."""
    review = _review(call)
    review.body = call.body["body"]
    return conversation.review(call.links, review)


@operation("pulls/delete-pending-review", "pull_requests:write")
def delete_pending(call: Call) -> Any:
    """Throw a pending review away."""
    review = _review(call)
    shown = conversation.review(call.links, review)
    acts.delete_pending(call.world, review)
    return shown


@operation("pulls/dismiss-review", "pull_requests:write")
def dismiss(call: Call) -> Any:
    """Take back the weight of a review."""
    review = _review(call)
    acts.dismiss(call.world, review, call.account)
    return conversation.review(call.links, review)


@operation("pulls/list-comments-for-review", "pull_requests:read")
def list_comments(call: Call) -> Any:
    """List the comments of one review."""
    return Page(_review(call).comments, lambda each: conversation.listed_review_comment(call.links, each))
