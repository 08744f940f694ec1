"""What GitHub has and we have not: deliveries that never arrived, and heads that nobody reviewed.

No webhook is sent twice by itself: GitHub keeps a log of its tries for three days, and delivers again when asked to.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from itertools import chain
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

import structlog
from redis import Redis

from workers.github.auth import App
from workers.github.errors import Forbidden, NotFound, Rejected, RetryLater
from workers.github.translate import is_called
from workers.github.wire import path
from workers.jobs import PullRequestKey, ReviewPullRequest
from workers.memory.answers import Answers
from workers.memory.inbox import LOOK, Inbox
from workers.memory.recollection import Recollection
from workers.queue import Doorbell
from workers.review.fingerprint import MIGRATING, reviewed

LOG: Final = "/app/hook/deliveries"
OVERLAP: Final = 900.0  # seconds; a delivery may enter the log after a later one
FIRST_LOOK: Final = 3600.0  # seconds back, where we remember nothing; older heads are found by their pull requests
MOST_TRIES: Final = 10  # of a delivery, each after twice as long as the one before: eight hours in all
PATIENCE: Final = 60.0  # seconds after the first try
AT_ONCE: Final = 50  # repositories looked through in one round
TURNS: Final = "turns"  # list: the repositories of all installations, each in its turn
LOOKING: Final = "looking"  # list: those of `look` that are being looked through, or were by somebody who died

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Tries:
    """The tries to deliver one event, newest first."""

    ids: list[int] = field(default_factory=list)
    newest: float = 0.0  # seconds since the epoch
    oldest: float = 0.0
    arrived: bool = False

    def add(self, entry: Mapping[str, Any]) -> None:
        """Add one entry of GitHub's log."""
        at = _seconds(entry["delivered_at"])
        self.ids.append(int(entry["id"]))
        self.newest, self.oldest = max(self.newest, at), min(self.oldest or at, at)
        self.arrived |= HTTPStatus.OK <= int(entry["status_code"]) < HTTPStatus.MULTIPLE_CHOICES

    def is_due(self, now: float) -> bool:
        """Tell whether it is time to try once more."""
        return len(self.ids) < MOST_TRIES and now - self.newest >= PATIENCE * 2 ** (len(self.ids) - 1)


@dataclass(frozen=True, slots=True)
class DeliveryLog:
    """GitHub's log of our webhooks, and up to where we have read it."""

    app: App
    redis: Redis
    prefix: str

    def recover(self) -> int:
        """Ask GitHub to deliver again what did not arrive; return how many deliveries."""
        entries = list(self._entries())
        if not entries:
            return 0
        tries: defaultdict[str, Tries] = defaultdict(Tries)
        for entry in entries:
            tries[entry["guid"]].add(entry)
        now = max(self.app.clock(), *(one.newest for one in tries.values()))  # their clock and ours need not agree
        missing = {guid: one for guid, one in tries.items() if not one.arrived}
        asked = sum(self._ask(guid, one) for guid, one in missing.items() if one.is_due(now))
        waiting = [one.oldest for one in missing.values() if len(one.ids) < MOST_TRIES]
        self.redis.set(f"{self.prefix}log-read", min([now, *waiting]))
        return asked

    def _entries(self) -> Iterator[Mapping[str, Any]]:
        read: Any = self.redis.get(f"{self.prefix}log-read")
        since = float(read) - OVERLAP if read else None
        for entry in self.app.wire.follow(LOG):
            at = _seconds(entry["delivered_at"])
            since = at - FIRST_LOOK if since is None else since
            if at < since:
                return
            yield entry

    def _ask(self, guid: str, tries: Tries) -> bool:
        try:
            self.app.wire.post(f"{LOG}/{tries.ids[0]}/attempts", {})
        except (NotFound, Rejected) as error:
            log.warning("not delivered again", guid=guid, error=str(error))
            return False
        return True


@dataclass(frozen=True, slots=True)
class OpenPullRequest:
    """An open pull request: its head, and the branch that it is based on."""

    key: PullRequestKey
    head: str
    base: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where to look: `installation:`, `installation:owner/name`, what is based on a branch there, or one head.

    The latter are written `installation:owner/name@branch`, for what has to be reviewed again since the branch got
    migrations, and `installation:owner/name^head`, for what somebody asks to be reviewed again.
    """

    installation: int
    repository: str
    base: str
    head: str

    @classmethod
    def parse(cls, text: str) -> "Place":
        """Read a place as it was written."""
        number, _, rest = text.partition(":")
        rest, _, head = rest.partition("^")  # which no branch has in its name
        repository, _, base = rest.partition("@")
        return cls(int(number), repository, base, head)


@dataclass(frozen=True, slots=True)
class Heads:
    """The open pull requests of every installation, and which of their heads have been reviewed."""

    app: App
    redis: Redis
    prefix: str
    inbox: Inbox
    doorbell: Doorbell

    def recover(self) -> int:
        """Make the reviews due of heads that have none, in the next repositories in turn; return how many."""
        found = 0
        for place in self._next():
            try:
                found += self._ring(place)
            except RetryLater as limit:  # of one installation, as a rule; the others have their turn
                log.warning("not looked through", place=place, reason=limit.reason)
        return found

    def heed(self) -> int:
        """Make the reviews due in repositories of which something was heard, without waiting for their turn.

        What GitHub asks us to wait for, and what is left of who died, comes behind all others in the next round.
        """
        heard, looking = f"{self.prefix}{LOOK}", f"{self.prefix}{LOOKING}"
        while self.redis.lmove(looking, heard):  # also what others look through now: twice does no harm
            pass
        found = 0
        for _ in range(AT_ONCE):
            place: Any = self.redis.lmove(heard, looking)
            if place is None:
                break
            found += self._ring(place.decode())
            self.redis.lrem(looking, 1, place)
        return found

    def _ring(self, place: str) -> int:
        found = list(self._due(Place.parse(place)))
        for one in found:
            guid = str(uuid5(NAMESPACE_URL, f"{one.key}/{one.head}"))  # which names nobody, and outlives whom it is for
            self.doorbell.ring(self.inbox.accept(guid, "missed", [ReviewPullRequest(one.key)]))
        return len(found)

    def _due(self, place: Place) -> Iterator[OpenPullRequest]:
        """Yield what waits for a review in *place*."""
        if not place.repository:
            self.app.forget(place.installation, "")  # it may see more now than its token does
        names = [place.repository] if place.repository else list(self._of(place.installation))
        for one in chain.from_iterable(self._open(place.installation, name) for name in names):
            # Who reviews it now has not said so yet.
            if self._is_wanted(one, place) and not self.inbox.is_due(str(one.key)):
                yield one

    def _is_wanted(self, one: OpenPullRequest, place: Place) -> bool:
        """Tell whether a head has had no review, or is asked for, or its base has got other migrations."""
        if place.head:
            return one.head == place.head
        marks = Recollection(self.redis, self.prefix, one.key).said(one.key)
        return one.base == place.base and MIGRATING in marks if place.base else reviewed(one.head) not in marks

    def _next(self) -> list[str]:
        """Return the repositories whose turn it is; at the end of the list a new one is made."""
        if not self.redis.exists(f"{self.prefix}{TURNS}"):
            listed = list(self._listed())
            if listed:
                self.redis.rpush(f"{self.prefix}{TURNS}", *listed)
        taken: Any = self.redis.lpop(f"{self.prefix}{TURNS}", AT_ONCE) or []
        return [one.decode() for one in taken]

    def _listed(self) -> Iterator[str]:
        """Yield every repository; of an installation that has to wait only its own name, until its turn comes."""
        for number in self._installations():
            try:
                yield from [f"{number}:{name}" for name in self._of(number)]
            except RetryLater:
                yield f"{number}:"

    def _installations(self) -> Iterator[int]:
        for one in self.app.wire.pages("/app/installations"):
            if one.get("suspended_at") is None:
                yield int(one["id"])

    def _of(self, installation: int) -> Iterator[str]:
        try:
            for one in self.app.looking(installation).pages("/installation/repositories", "repositories"):
                if not one.get("archived"):
                    yield str(one["full_name"])
        except (Forbidden, NotFound):
            return  # gone since it was listed

    def _open(self, installation: int, repository: str) -> Iterator[OpenPullRequest]:
        url = path("repos", *repository.split("/"), "pulls")
        known = Answers(self.redis, self.prefix, f"{installation}:{repository}#")
        for _ in range(2):
            try:
                listed = list(self.app.looking(installation).pages(url, known=known, state="open"))
            except (Forbidden, NotFound, Rejected):  # gone since it was heard of, or come since the token was made
                self.app.forget(installation, "")
                continue
            for one in listed:
                key = PullRequestKey(installation, repository, int(one["number"]))
                if is_called(one["base"]["repo"]["full_name"], repository):  # GitHub leads on from a former name
                    yield OpenPullRequest(key, str(one["head"]["sha"]), str(one["base"]["ref"]))
            return


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()
