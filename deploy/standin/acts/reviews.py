"""Write reviews, comments on the diff, replies; resolve threads."""

from collections.abc import Mapping, Sequence
from typing import Any

from deploy.standin.acts import announce
from deploy.standin.anchors import NoSuchPlaceError, anchor
from deploy.standin.errors import GitHubError, unprocessable, validation_failed
from deploy.standin.model import Account, Anchor, PullRequest, Review, ReviewComment, Thread
from deploy.standin.world import World

STATES = {"COMMENT": "COMMENTED", "APPROVE": "APPROVED", "REQUEST_CHANGES": "CHANGES_REQUESTED"}
LONGEST_BODY = 65_536  # characters
MOST_COMMENTS = 100  # in one review; undocumented, see parkerbxyz/suggest-changes `MAX_COMMENTS_PER_REVIEW`


def create_review(world: World, pull: PullRequest, by: Account, wanted: Mapping[str, Any]) -> Review:
    """Write a review with all of its comments, or none of it. Without an event it stays pending: its author's alone."""
    commit, comments = _commit(pull, wanted), wanted.get("comments") or []
    _refuse(pull, by, wanted, comments)
    try:
        anchors = [anchor(pull, each, commit) for each in comments]
    except NoSuchPlaceError as nowhere:
        raise unprocessable("Unprocessable Entity", nowhere.in_one_sentence()) from None
    review = Review(world.number(), pull, by, wanted.get("body") or "", "PENDING", commit, None)
    world.keep(review)
    pull.reviews.append(review)
    for each, where in zip(comments, anchors, strict=True):
        _begin_thread(world, review, where, each["body"])
    if wanted.get("event"):
        submit(world, review, wanted["event"], wanted.get("body") or "")
    return review


def _refuse(pull: PullRequest, by: Account, wanted: Mapping[str, Any], comments: Sequence[Mapping[str, Any]]) -> None:
    event, body = wanted.get("event"), wanted.get("body") or ""
    for text in (body, *(each["body"] for each in comments)):
        if len(text) > LONGEST_BODY:
            raise unprocessable("Unprocessable Entity", "Body is too long (maximum is 65536 characters)")
    if len(comments) > MOST_COMMENTS:
        raise unprocessable("Unprocessable Entity", "Was submitted too quickly")
    if any(review.state == "PENDING" and review.author is by for review in pull.reviews):
        raise unprocessable("Unprocessable Entity", "User can only have one pending review per pull request")
    if event:
        _refuse_event(pull, by, event, body=bool(body), comments=bool(comments))


def _refuse_event(pull: PullRequest, by: Account, event: str, *, body: bool, comments: bool) -> None:
    if by is pull.author and event != "COMMENT":
        own = "approve" if event == "APPROVE" else "request changes on"
        raise unprocessable("Unprocessable Entity", f"Can not {own} your own pull request")
    if event == "REQUEST_CHANGES" and not body:
        raise unprocessable("Unprocessable Entity", "Body can't be blank")
    if event == "COMMENT" and not (body or comments):
        raise unprocessable("Unprocessable Entity", "Body can't be blank")


def _commit(pull: PullRequest, wanted: Mapping[str, Any]) -> str:
    """Find the commit that a review or a comment is about: one of the pull request's own."""
    sha = str(wanted.get("commit_id") or pull.head_sha)
    git = pull.repository.git
    if git.kind(sha) != "commit" or not git.contains(pull.head_sha, sha):
        missing = "commit_id is not part of the pull request"
        raise validation_failed("PullRequestReviewComment", "commit_id", "custom", missing)
    return sha


def submit(world: World, review: Review, event: str, body: str) -> None:
    """Publish a pending review."""
    if review.state != "PENDING":
        raise unprocessable("Unprocessable Entity", "Can not submit a review that was submitted already")
    text = body or review.body
    _refuse_event(review.pull, review.author, event, body=bool(text), comments=bool(review.comments))
    review.state, review.body = STATES[event], text
    review.submitted_at = review.pull.updated_at = world.clock.now()
    announce.review(world, review, "submitted", review.author)
    for comment in review.comments:
        announce.review_comment(world, comment, "created", review.author)


def comment_on_diff(world: World, pull: PullRequest, by: Account, wanted: Mapping[str, Any]) -> ReviewComment:
    """Write a single comment on the diff: a review of its own around one thread."""
    commit = _commit(pull, wanted)
    _refuse_length(wanted["body"])
    try:
        where = anchor(pull, wanted, commit)
    except NoSuchPlaceError as nowhere:
        raise unprocessable("Validation Failed", *(each.as_error() for each in nowhere.complaints)) from None
    review = _instant_review(world, pull, by, commit)
    comment = _begin_thread(world, review, where, wanted["body"])
    _publish(world, review)
    return comment


def reply(world: World, thread: Thread, by: Account, body: str) -> ReviewComment:
    """Answer in a thread."""
    _refuse_length(body)
    review = _instant_review(world, thread.pull, by, thread.pull.head_sha)
    comment = _add(world, review, thread, body)
    _publish(world, review)
    return comment


def _refuse_length(body: str) -> None:
    if len(body) > LONGEST_BODY:
        too_long = "body is too long (maximum is 65536 characters)"
        raise validation_failed("PullRequestReviewComment", "body", "custom", too_long)


def _instant_review(world: World, pull: PullRequest, by: Account, commit: str) -> Review:
    review = Review(world.number(), pull, by, "", "COMMENTED", commit, world.clock.now())
    world.keep(review)
    pull.reviews.append(review)
    return review


def _publish(world: World, review: Review) -> None:
    review.pull.updated_at = world.clock.now()
    announce.review(world, review, "submitted", review.author)
    announce.review_comment(world, review.comments[0], "created", review.author)


def _begin_thread(world: World, review: Review, where: Anchor, body: str) -> ReviewComment:
    thread = Thread(world.number(), review.pull, where)
    world.keep(thread)
    review.pull.threads.append(thread)
    return _add(world, review, thread, body)


def _add(world: World, review: Review, thread: Thread, body: str) -> ReviewComment:
    now = world.clock.now()
    root = thread.comments[0].id if thread.comments else None
    comment = ReviewComment(world.number(), thread, review, review.author, body, now, now, root)
    world.keep(comment)
    thread.comments.append(comment)
    review.comments.append(comment)
    return comment


def delete_comment(world: World, comment: ReviewComment, by: Account) -> None:
    """Delete a comment on the diff; a thread goes with its last one."""
    comment.thread.comments.remove(comment)
    comment.review.comments.remove(comment)
    if not comment.thread.comments:
        comment.pull.threads.remove(comment.thread)
        world.forget(comment.thread)
    world.forget(comment)
    announce.review_comment(world, comment, "deleted", by)


def delete_pending(world: World, review: Review) -> None:
    """Throw a pending review away, with its comments."""
    if review.state != "PENDING":
        raise unprocessable("Can not delete a non-pending pull request review")
    for comment in review.comments:
        review.pull.threads.remove(comment.thread)
        world.forget(comment.thread)
        world.forget(comment)
    review.pull.reviews.remove(review)
    world.forget(review)


def dismiss(world: World, review: Review, by: Account) -> None:
    """Take back the weight of an approval or of a request for changes."""
    if review.state not in {"APPROVED", "CHANGES_REQUESTED"}:
        raise GitHubError(422, "Can not dismiss a commented pull request review")
    review.state = "DISMISSED"
    announce.review(world, review, "dismissed", by)


def set_resolved(world: World, thread: Thread, by: Account, *, resolved: bool) -> None:
    """Resolve a thread, or take that back."""
    if (thread.resolved_by is not None) == resolved:
        return
    thread.resolved_by = by if resolved else None
    announce.thread(world, thread, "resolved" if resolved else "unresolved", by)
