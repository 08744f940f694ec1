"""Runs the new migrations up, down and up again on a PostgreSQL of their own, and shows what each statement locks."""

from rules.settings import Rehearsal
from workers.commands.command import Answer, Declined, Request, comment_command
from workers.commands.subject import material_of
from workers.review.markdown import within
from workers.review.rehearsal import origin_of
from workers.review.templating import environment

LONGEST_ANSWER = 60_000  # bytes
MOST_STATEMENTS = 100  # of a direction


@comment_command(__name__, "/ecto-fix rehearse", writes=False)
def command(request: Request) -> Answer:
    """Rehearse what the pull request proposes now, whether or not its repository rehearses each of them."""
    material = material_of(request)
    if request.pull.from_fork and material.settings.rehearsal is not Rehearsal.ALWAYS:
        raise Declined("Anybody can open this from a fork; it takes `rehearsal: always` in `.github/ecto-fix.yml`.")
    if not material.change.proposed:
        raise Declined("There is no migration here.")
    observations = request.context.rehearse(material.change, material.settings, origin_of(request.pull))
    if not observations:
        raise Declined("I cannot rehearse here: this worker has no PostgreSQL, or was told not to.")
    template = environment("workers.commands").get_template("rehearse.md.j2")
    text = template.render(observations=observations, most=MOST_STATEMENTS)
    return Answer(within(text.strip(), LONGEST_ANSWER))
