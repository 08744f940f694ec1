"""`/reviews/NAME`: what one review did, when, and what it saw; the details link of its check leads here."""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from fastapi import APIRouter, HTTPException, Response
from fastapi.responses import HTMLResponse
from redis.exceptions import RedisError

from bot.pages.template import PROTECTION, page
from workers.jobs import PullRequestKey
from workers.journal import Run
from workers.memory.archive import Archive

NAME: Final = re.compile(r"[\w-]{16,64}", re.ASCII)
# Whoever has the name may look: so no cache keeps the page, and no search engine lists it.
PRIVATE: Final = {**PROTECTION, "Cache-Control": "no-store", "X-Robots-Tag": "noindex"}


@dataclass(frozen=True, slots=True)
class Moment:
    """A line of the timeline: what was done *at* so many seconds after the webhook, *taking* so many."""

    name: str
    at: float
    taking: float


def reviews(archive: Archive, github_url: str) -> APIRouter:
    """Return the page of a review."""
    router = APIRouter()

    @router.get("/reviews/{name}")
    def show(name: str) -> Response:
        """Show it; while it runs, the page asks again."""
        try:
            run = archive.get(name) if NAME.fullmatch(name) else None
        except RedisError:
            raise HTTPException(503) from None
        if run is None:
            raise HTTPException(404)
        return HTMLResponse(shown(run, github_url), headers=PRIVATE)

    return router


def shown(run: Run, github_url: str) -> str:
    """Return the page of *run*."""
    key = PullRequestKey.of(run.job)
    return page(
        "review.html",
        title=f"Review of {key.repository}#{key.number}",
        run=run,
        key=key,
        pull_request=f"{github_url.rstrip('/')}/{key.repository}/pull/{key.number}",
        began=datetime.fromtimestamp(run.began, UTC),
        moments=timeline(run),
        calls=calls(run),
        found=run.facts.get("found"),
    )


def timeline(run: Run) -> tuple[Moment, ...]:
    """Return what happened since GitHub's webhook, the wait for a worker first."""
    waited = max(0.0, run.began - run.heard)
    before, moments = 0.0, [Moment("waited for a worker", waited, waited)]
    for step in run.steps:
        moments.append(Moment(step.name, waited + step.at, step.at - before))
        before = step.at
    return tuple(moments)


def calls(run: Run) -> tuple[tuple[str, int, int, float], ...]:
    """Return each endpoint that was asked, with its status, how often, and the seconds that it took in all."""
    taken: dict[tuple[str, int], list[float]] = defaultdict(list)
    for call in run.calls:
        taken[call.endpoint, call.status].append(call.seconds)
    return tuple((endpoint, status, len(each), sum(each)) for (endpoint, status), each in taken.items())
