"""`/playground`: a form that works without a script, and a script that sends it while somebody types.

What is pasted is judged and forgotten. It runs within the walls of a pull request's, beside the webhooks and not among
them.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from http import HTTPStatus
from importlib.resources import files
from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse
from starlette.requests import ClientDisconnect

from bot.pages.playground.desk import Desk
from bot.pages.playground.paste import LARGEST, POSTGRES, Paste, Refused, of_rule, read
from bot.pages.playground.rate import Rate
from bot.pages.playground.view import View, view
from bot.pages.playground.work import Answer, answer
from bot.pages.template import POLICY, PROTECTION, page
from bot.webhook import ARRIVES_WITHIN
from rules.catalog import rule_named
from rules.deployment import Deploys
from rules.ecto.files import VERSION

FIRST: Final = "index-without-concurrently"  # whose example greets who brings nothing
HEADERS: Final = PROTECTION | {
    "Content-Security-Policy": f"{POLICY}'self'; script-src 'self'; connect-src 'self'",
    "Cache-Control": "no-store",
}
KINDS: Final = {"js": "text/javascript", "css": "text/css"}
PARTS: Final = {kind: files("bot.pages").joinpath("static", f"playground.{kind}").read_bytes() for kind in KINDS}


class Playground:
    """Answers whoever pastes migrations."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._desk = Desk()
        self._rate = Rate(time.monotonic)

    @property
    def router(self) -> APIRouter:
        """The page, and the parts of it that are files."""
        router = APIRouter()
        router.add_api_route("/playground", self.show)
        router.add_api_route("/playground", self.review, methods=["POST"])
        for kind in KINDS:
            router.add_api_route(f"/playground.{kind}", partial(_part, kind))
        return router

    def close(self) -> None:
        """End what is being judged."""
        self._desk.close()

    def show(self, rule: Annotated[str, Query(max_length=100)] = FIRST) -> Response:
        """Show the example of a rule's page, which is judged once it is sent back."""
        known = rule_named(rule)
        if known is None:
            raise HTTPException(404)
        return _shown(of_rule(known))

    async def review(self, request: Request) -> Response:
        """Do what a button says, and show what is found afterwards."""
        try:
            self._admit(request)
            paste, wish = read(await _body(request))
            moment = int(self._clock().strftime(VERSION))
            return await self._desk.ask(lambda analyst: _answered(answer(analyst, paste, wish, moment)))
        except Refused as refused:
            return _shown(None, problem=str(refused), status=refused.status)

    def _admit(self, request: Request) -> None:
        if not self._rate.allows(request.client.host if request.client else ""):
            raise Refused(HTTPStatus.TOO_MANY_REQUESTS, "That was a lot at once. Wait a few seconds.")


def _answered(answer: Answer) -> Response:
    """Draw in the thread that has asked: what is large to draw holds up no webhook."""
    return _shown(answer.paste, view(answer))


def _shown(
    paste: Paste | None, view: View | None = None, problem: str = "", status: HTTPStatus = HTTPStatus.OK
) -> Response:
    told = page(
        "playground.html",
        title="Playground",
        paste=paste,
        view=view,
        problem=problem,
        ways=tuple(Deploys),
        versions=POSTGRES,
    )
    # What was not read to its end would be taken for the next request.
    return HTMLResponse(told, status, HEADERS | ({"Connection": "close"} if problem else {}))


def _part(kind: str) -> Response:
    headers = {"Cache-Control": "max-age=3600", **PROTECTION}
    return Response(PARTS[kind], media_type=KINDS[kind], headers=headers)


async def _body(request: Request) -> bytes:
    body = bytearray()
    try:
        async with asyncio.timeout(ARRIVES_WITHIN):
            async for piece in request.stream():
                body += piece
                if len(body) > LARGEST:
                    raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "That is too much to paste.")
    except TimeoutError as error:
        raise Refused(HTTPStatus.REQUEST_TIMEOUT, "That came too slowly.") from error
    except ClientDisconnect as error:
        raise Refused(HTTPStatus.BAD_REQUEST, "That did not come to its end.") from error  # nobody reads it
    return bytes(body)
