"""Shows what can be asked for."""

from workers.commands.command import Answer, Request, comment_command
from workers.commands.spoken import commands
from workers.review.templating import environment


@comment_command(__name__, "/ecto-fix help", writes=False)
def command(request: Request) -> Answer:
    """List every command with its line of help."""
    site = request.context.public_url
    template = environment("workers.commands").get_template("help.md.j2")
    return Answer(template.render(commands=commands().values(), catalogue=site and f"{site}/rules").strip())
