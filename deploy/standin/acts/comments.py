"""Write, change and delete comments of the conversation; react to any comment."""

from deploy.standin.acts import announce
from deploy.standin.errors import validation_failed
from deploy.standin.model import Account, IssueComment, PullRequest, Reaction, ReviewComment
from deploy.standin.world import World

LONGEST_BODY = 65_536  # characters


def _refuse(body: str) -> None:
    if not body.strip():
        raise validation_failed("IssueComment", "body", "missing_field", "Body can't be blank")
    if len(body) > LONGEST_BODY:
        too_long = "body is too long (maximum is 65536 characters)"
        raise validation_failed("IssueComment", "body", "custom", too_long)


def comment(world: World, pull: PullRequest, by: Account, body: str) -> IssueComment:
    """Write in the conversation of a pull request."""
    _refuse(body)
    now = world.clock.now()
    written = IssueComment(world.number(), pull, by, body, now, now)
    world.keep(written)
    pull.comments.append(written)
    pull.updated_at = now
    announce.issue_comment(world, written, "created", by)
    return written


def edit(world: World, which: IssueComment, by: Account, body: str) -> None:
    """Change what a comment says."""
    _refuse(body)
    before, which.body, which.updated_at = which.body, body, world.clock.now()
    announce.issue_comment(world, which, "edited", by, changes={"body": {"from": before}})


def delete(world: World, which: IssueComment, by: Account) -> None:
    """Delete a comment."""
    which.pull.comments.remove(which)
    world.forget(which)
    announce.issue_comment(world, which, "deleted", by)


def react(world: World, to: IssueComment | ReviewComment, by: Account, content: str) -> tuple[Reaction, bool]:
    """React to a comment; tell whether the reaction is new, for one person reacts once in one way."""
    for there in to.reactions:
        if there.author is by and there.content == content:
            return there, False
    reaction = Reaction(world.number(), by, content, world.clock.now())
    world.keep(reaction)
    to.reactions.append(reaction)
    return reaction, True
