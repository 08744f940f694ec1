"""Commits every rewrite, also those that a person has to review."""

from workers.commands.command import Answer, Request, comment_command
from workers.commands.rewrites import rewrite


@comment_command(__name__, "/ecto-fix all", writes=True)
def command(request: Request) -> Answer:
    """Rewrite whatever can be rewritten: who asks for that reads the commit."""
    return rewrite(request, lambda _offered: True)
