"""The dashboard's pages: each person's repositories with their reviews, and the jobs that wait for a person."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

import structlog
from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from redis import Redis
from redis.exceptions import RedisError

from bot.pages.dashboard.operation import Operation, operation
from bot.pages.dashboard.overview import overview, reviewed
from bot.pages.login import HOME, PERSONAL, Fields, Lobby, Visit
from bot.pages.template import POLICY, page
from workers.jobs import PullRequestKey
from workers.memory.archive import Archive
from workers.memory.inbox import Inbox, Obituary
from workers.memory.sessions import Place
from workers.memory.tally import Tally
from workers.people import LoggedOut, NoAnswer

MOST_RUNS: Final = 200  # that a page reads
SUMMED: Final = 10  # repositories that are summed up on one page
LISTED: Final = 25  # reviews
HEADERS: Final = PERSONAL | {"Content-Security-Policy": f"{POLICY}'self'"}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Row:
    """A repository in the list, with how many runs are kept and where the newest is."""

    place: Place
    runs: int = 0
    newest: str = ""
    began: datetime | None = None


@dataclass(frozen=True, slots=True)
class Dead:
    """A job that was given up, and whether whoever looks may have it tried again."""

    obituary: Obituary
    key: PullRequestKey
    since: datetime
    may_retry: bool


class Dashboard:
    """Shows to each person what they may read at GitHub, and to nobody else."""

    def __init__(self, lobby: Lobby, redis: Redis, prefix: str, tally: Tally, clock: Callable[[], datetime]) -> None:
        self._lobby = lobby
        self._redis = redis
        self._prefix = prefix
        self._tally = tally
        self._clock = clock
        self._archive = Archive(redis, prefix)
        self._inbox = Inbox(redis, prefix)

    @property
    def router(self) -> APIRouter:
        """The pages, and the one button."""
        router = APIRouter()
        router.add_api_route(HOME, self.show)
        router.add_api_route(f"{HOME}/retry", self.retry, methods=["POST"])
        router.add_api_route(f"{HOME}/{{owner}}/{{name}}", self.show_repository)
        return router

    def show(self, request: Request, *, retried: bool = False) -> Response:
        """List the person's repositories and what was given up there; to operators, show the whole."""
        visit = self._lobby.visit(request)
        if visit is None:
            return _shown("entrance.html", "Dashboard", is_open=self._lobby.is_open)
        return self._answer(visit, HOME, lambda places: self._home(visit, places, retried=retried))

    def show_repository(self, request: Request, owner: str, name: str) -> Response:
        """Show a repository's reviews to who may read it; to others there is none."""
        visit, repository = self._lobby.visit(request), f"{owner}/{name}"
        here = f"{HOME}/{repository}"
        if visit is None:
            return RedirectResponse(f"/login?next={here}" if self._lobby.is_open else HOME, HTTPStatus.SEE_OTHER)
        return self._answer(visit, here, lambda places: self._repository(visit, repository, places))

    def retry(self, request: Request, form: Fields) -> Response:
        """Make a job that was given up due again, for an operator or who may push there now."""
        visit, job = self._lobby.visit(request), form.get("job", "")
        if visit is None or not visit.sent(form):
            raise HTTPException(HTTPStatus.FORBIDDEN)

        def again(places: tuple[Place, ...]) -> Response:
            if not (visit.is_operator or _may_push(places, job)) or not self._inbox.retry(job):
                raise HTTPException(HTTPStatus.NOT_FOUND)
            log.info("retried", job=job, login=visit.session.login)
            return RedirectResponse(f"{HOME}?retried=yes", HTTPStatus.SEE_OTHER, HEADERS)

        return self._answer(visit, HOME, again, now=True)

    def _answer(
        self, visit: Visit, here: str, tell: Callable[[tuple[Place, ...]], Response], *, now: bool = False
    ) -> Response:
        """Ask what they may see, and *tell* it."""
        try:
            return tell(self._lobby.places(visit, now=now))
        except LoggedOut:
            return RedirectResponse(f"/login?next={here}", HTTPStatus.SEE_OTHER, HEADERS)
        except NoAnswer as error:
            log.warning("GitHub does not say what somebody may see", reason=str(error))
            raise HTTPException(HTTPStatus.BAD_GATEWAY) from None
        except RedisError:
            raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE) from None

    def _home(self, visit: Visit, places: tuple[Place, ...], *, retried: bool) -> Response:
        newest = self._archive.newest((place.installation, place.repository) for place in places)
        rows = [
            Row(place, each[0], each[1], datetime.fromtimestamp(each[2], UTC)) if each else Row(place)
            for place, each in zip(places, newest, strict=True)
        ]
        seen = [row for row in rows if row.began]
        seen.sort(key=_newest_first)
        runs = (
            each
            for row in seen[:SUMMED]
            for each in self._archive.latest(row.place.installation, row.place.repository, MOST_RUNS // SUMMED)
        )
        whole: Operation | None = operation(self._redis, self._prefix, self._tally) if visit.is_operator else None
        return _shown(
            "dashboard.html",
            "Dashboard",
            visit=visit,
            seen=_by_owner(seen),
            quiet=_by_owner([row for row in rows if not row.began]),
            overview=overview(reviewed(runs), self._clock()),
            summed=min(SUMMED, len(seen)),
            dead=self._dead(visit, places),
            whole=whole,
            retried=retried,
        )

    def _repository(self, visit: Visit, repository: str, places: tuple[Place, ...]) -> Response:
        mine = tuple(place for place in places if place.repository == repository)
        if not mine:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        reviews = reviewed(self._archive.latest(mine[0].installation, repository, MOST_RUNS))
        return _shown(
            "repository.html",
            repository,
            visit=visit,
            reviews=reviews[:LISTED],
            overview=overview(reviews, self._clock()),
            dead=[each for each in self._dead(visit, mine) if each.key.repository == repository],
        )

    def _dead(self, visit: Visit, places: tuple[Place, ...]) -> list[Dead]:
        """Return what was given up where they may read, the newest first; to operators, everywhere."""
        readable = {(place.installation, place.repository) for place in places}
        found = []
        for each in reversed(self._inbox.dead()):
            key = PullRequestKey.of(each.id)
            if visit.is_operator or (key.installation_id, key.repository) in readable:
                may_retry = visit.is_operator or _may_push(places, each.id)
                found.append(Dead(each, key, datetime.fromtimestamp(each.since, UTC), may_retry))
        return found


def _may_push(places: tuple[Place, ...], job: str) -> bool:
    try:
        key = PullRequestKey.of(job)
    except ValueError:
        return False
    return Place(key.installation_id, key.repository, may_push=True) in places


def _newest_first(row: Row) -> tuple[float, str]:
    return (-row.began.timestamp() if row.began else 0.0, row.place.repository)


def _by_owner(rows: list[Row]) -> dict[str, list[Row]]:
    """Return the rows of each owner, those first where the newest review is."""
    found: dict[str, list[Row]] = {}
    for row in sorted(rows, key=_newest_first):
        found.setdefault(row.place.repository.partition("/")[0], []).append(row)
    return found


def _shown(template: str, title: str, **values: Any) -> Response:
    return HTMLResponse(page(template, title=title, **values), headers=HEADERS)
