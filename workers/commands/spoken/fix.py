"""Commits every rewrite that is proven safe, of all rules or of one, in one commit."""

from rules.rewrite.edit import Safety
from workers.commands.command import Answer, Request, comment_command
from workers.commands.rewrites import rewrite


@comment_command(__name__, "/ecto-fix [RULE]", writes=True)
def command(request: Request) -> Answer:
    """Rewrite what is safe to rewrite on the head, commit it, and tell what was left."""
    return rewrite(request, lambda offered: offered.safety is Safety.SAFE)
