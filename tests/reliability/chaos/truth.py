"""What must hold when everything is mended, read from GitHub alone."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from deploy.standin.control import PullRequest
from deploy.standin.pictured import PullRequestPicture
from tests.reliability.chaos.people import Proposal
from workers.review.fingerprint import marked

CHECK: Final = "ecto-fix"
LOOK: Final = 1.0  # second between two looks; GitHub has more to do than to be looked at


def wrong(proposal: Proposal) -> list[str]:
    """Say what is wrong with a pull request whose every push has one finding; nothing, where all is as it must be."""
    picture = proposal.pull.look()
    return [f"{proposal.pull.url}: {what}" for what in (*_undone(proposal, picture), *twice(picture))]


def _undone(proposal: Proposal, picture: PullRequestPicture) -> Iterator[str]:
    ours = [check for check in picture.checks if check.name == CHECK]
    if not ours:
        yield "the last head has no check"
    if any(check.status != "completed" for check in ours):
        yield "the check is not concluded"
    elif any(check.conclusion != "failure" for check in ours):
        yield f"the check ended with {[check.conclusion for check in ours]}"
    if picture.head_sha not in {review.commit for review in picture.reviews}:
        yield "the last head has no review"
    if sum(not (thread.resolved or thread.outdated) for thread in picture.threads) != 1:
        yield "the last finding is not open"
    answered = {marked("answer", comment.body) for comment in picture.comments}
    yield from (f"command {one} is not answered" for one in proposal.commands if f"comment-{one}" not in answered)


def twice(picture: PullRequestPicture) -> Iterator[str]:
    """Say what was done twice on a pull request."""
    yield from _repeated("review of", (review.commit for review in picture.reviews))
    yield from _repeated("check", (check.external_id for check in picture.checks))
    named = (marked("finding", thread.comments[0].body) for thread in picture.threads if thread.comments)
    yield from _repeated("finding", named)
    for kind in ("answer", "summary"):
        yield from _repeated(kind, (marked(kind, comment.body) for comment in picture.comments))


def _repeated(what: str, names: Iterable[str | None]) -> Iterator[str]:
    for name, number in Counter(names).items():
        if name is not None and number > 1:
            yield f"{what} {name} is there {number} times"


def until_right(proposals: Iterable[Proposal], seconds: float) -> list[str]:
    """Look until nothing is wrong any more, or for so many seconds; return what is wrong then."""
    deadline = time.monotonic() + seconds
    waiting = {one: wrong(one) for one in proposals}
    while any(waiting.values()) and time.monotonic() < deadline:
        time.sleep(LOOK)
        waiting = {one: wrong(one) for one, before in waiting.items() if before}
    return [what for several in waiting.values() for what in several]


def is_concluded(pull: PullRequest) -> bool:
    """Tell whether there is a check on the head, and it has ended."""
    checks = pull.checks(CHECK)
    return bool(checks) and all(check.status == "completed" for check in checks)
