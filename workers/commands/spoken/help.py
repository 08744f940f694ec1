"""Shows what can be asked for."""

from workers.commands.command import Answer, CommentCommand, Request
from workers.commands.spoken import commands
from workers.review.templating import environment

command = CommentCommand(__name__, "/ecto-fix help", writes=False)


@command.runs
def show_help(request: Request) -> Answer:
    """List every command with its line of help."""
    site = request.context.public_url.rstrip("/")
    template = environment("workers.commands").get_template("help.md.j2")
    return Answer(template.render(commands=commands().values(), catalogue=f"{site}/rules").strip())
