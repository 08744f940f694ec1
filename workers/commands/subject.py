"""What a command is about: the whole pull request, a rule, or the finding in whose thread it was said."""

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from rules.catalog import names
from rules.finding import Finding, Report
from workers.commands.command import Declined, Request
from workers.review.fetch import Material, fetch
from workers.review.fingerprint import fingerprints, marked
from workers.review.markdown import code

OURS: Final = "finding"


@dataclass(frozen=True, slots=True)
class Subject:
    """A pull request as it is now, with what is found in it."""

    material: Material
    report: Report
    about: tuple[Finding, ...]  # those that the command means

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that the command means, gravest first."""
        return tuple(dict.fromkeys(one.rule for one in sorted(self.about, key=lambda one: one.severity.rank)))


def subject(request: Request) -> Subject:
    """Read the pull request again, and pick what the command means; Declined where that is not there."""
    context, material = request.context, material_of(request)
    report = context.analyse(material.change, material.settings)
    rules = named_rules(request)
    thread = _finding_of_thread(request)
    found = report.findings
    if thread is not None:
        found = tuple(one for name, one in fingerprints(found, material.sources).items() if name == thread)
    return Subject(material, report, tuple(one for one in found if not rules or one.rule in rules))


def material_of(request: Request, *, whole: bool = False) -> Material:
    """Fetch what a command looks at, the *whole* history if it wants, unless its pull request is beyond changing."""
    if not request.pull.open or request.pull.locked:
        state = "locked" if request.pull.locked else "closed"
        raise Declined(f"This pull request is {state}, so I left its branch alone.")
    return fetch(request.pull, request.context.github, request.context.memory, whole=whole)


def named_rules(request: Request) -> tuple[str, ...]:
    """Return the rules that the command names; Declined where one of them is none."""
    for name in request.arguments:
        if name not in names():
            near = get_close_matches(name, names(), 1)
            hint = f" Did you mean {code(near[0])}?" if near else ""
            raise Declined(f"There is no rule {code(name)}.{hint}")
    return request.arguments


def _finding_of_thread(request: Request) -> str | None:
    """Return the name of the finding that began the thread, if we began it."""
    number = request.command.thread
    if not number or number == request.command.comment_id:
        return None
    threads = request.context.github.conversation().threads
    return next((marked(OURS, one.body) for one in threads if one.comment_number == number), None)
