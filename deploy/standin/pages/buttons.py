"""What the buttons of a pull request's page do, in the name of whoever looks at it."""

from collections.abc import Callable

from deploy.standin.acts import checks, comments, pulls, reviews, suggestions
from deploy.standin.model import Account, CheckRun, PullRequest, ReviewComment, Thread
from deploy.standin.world import World

Fields = dict[str, str]


def _comment(world: World, pull: PullRequest, by: Account, form: Fields) -> None:
    comments.comment(world, pull, by, form["body"].replace("\r\n", "\n"))


def _reply(world: World, _pull: PullRequest, by: Account, form: Fields) -> None:
    reviews.reply(world, world.find(Thread, int(form["thread"])), by, form["body"].replace("\r\n", "\n"))


def _resolve(world: World, _pull: PullRequest, by: Account, form: Fields) -> None:
    reviews.set_resolved(world, world.find(Thread, int(form["thread"])), by, resolved=form["resolved"] == "yes")


def _apply(world: World, _pull: PullRequest, by: Account, form: Fields) -> None:
    suggestions.apply(world, [world.find(ReviewComment, int(form["comment"]))], by)


def _merge(world: World, pull: PullRequest, by: Account, _form: Fields) -> None:
    pulls.merge(world, pull, by)


def _ready(world: World, pull: PullRequest, by: Account, _form: Fields) -> None:
    pulls.set_draft(world, pull, by, draft=False)


def _rerun(world: World, _pull: PullRequest, by: Account, form: Fields) -> None:
    checks.rerequest(world, world.find(CheckRun, int(form["check_run"])), by)


def _press(world: World, _pull: PullRequest, by: Account, form: Fields) -> None:
    checks.press(world, world.find(CheckRun, int(form["check_run"])), by, form["identifier"])


BUTTONS: dict[str, Callable[[World, PullRequest, Account, Fields], None]] = {
    "comment": _comment,
    "reply": _reply,
    "resolve": _resolve,
    "apply-suggestion": _apply,
    "merge": _merge,
    "ready": _ready,
    "rerun": _rerun,
    "press": _press,
}
