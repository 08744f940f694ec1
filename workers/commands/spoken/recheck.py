"""Reviews the present head again."""

from workers.commands.command import Answer, Request, comment_command
from workers.context import Done
from workers.github.errors import RetryLater
from workers.review.flow import review_pull_request


@comment_command(__name__, "/ecto-fix recheck", writes=False)
def command(request: Request) -> Answer:
    """Review as after a push; the check shows what came of it."""
    outcome = review_pull_request(request.context)
    if not isinstance(outcome, Done):
        raise RetryLater(outcome.seconds, outcome.reason)
    return Answer("")
