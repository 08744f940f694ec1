"""Logging in at GitHub and out again: who comes to a page that is not for everybody, and what they may see."""

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from threading import BoundedSemaphore
from typing import Annotated, Final
from urllib.parse import parse_qsl

import structlog
from cryptography.fernet import InvalidToken
from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi.responses import PlainTextResponse, RedirectResponse
from redis import Redis
from redis.exceptions import RedisError

from bot.pages.template import PROTECTION
from bot.settings import Settings
from workers.memory.seal import seal
from workers.memory.sessions import LASTS, Place, Session, Sessions
from workers.people import LoggedOut, NoAnswer, People

AT_ONCE: Final = 8  # logins for which GitHub is asked: strangers must not occupy every thread
WITHIN: Final = 600  # seconds from /login to /login/done; GitHub's code lives as long
PURPOSE: Final = b"ecto-fix: logins that were begun"
HOME: Final = "/dashboard"
OURS: Final = re.compile(r"/(?!/)[\w.~/-]{0,200}", re.ASCII)  # a path of ours; nothing that a browser reads as a host
LARGEST: Final = 4096  # bytes of a form
PERSONAL: Final = {**PROTECTION, "Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
Given = Annotated[str, Query(max_length=200)]

log = structlog.get_logger(__name__)


async def _fields(request: Request) -> dict[str, str]:
    """Read a form of ours; all of them are small."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return dict(parse_qsl(body.decode("utf-8", "replace")))


Fields = Annotated[Mapping[str, str], Depends(_fields)]


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody who is logged in, *name*d by their browser's cookie."""

    name: str = field(repr=False)
    session: Session
    is_operator: bool

    def sent(self, form: Mapping[str, str]) -> bool:
        """Tell whether *form* comes from a page that we showed to them."""
        return secrets.compare_digest(form.get("proof", "").encode(), self.session.proof.encode())


class Lobby:
    """Lets people in who log in at GitHub; without a client_id, its secret and a public_url nobody can."""

    def __init__(self, settings: Settings, redis: Redis) -> None:
        secret = settings.client_secret.get_secret_value()
        self.is_open = bool(settings.client_id and secret and settings.public_url)
        self._operators = {login.casefold() for login in settings.operators if login}
        self._people = People(settings.github_url, settings.github_api_url, settings.client_id, secret)
        self._sessions = Sessions(redis, settings.redis_prefix, secret)
        self._room = BoundedSemaphore(AT_ONCE)
        self._begun = seal(secret, PURPOSE)
        self._callback = f"{settings.public_url.rstrip('/')}/login/done"
        self._secure = settings.public_url.startswith("https:")
        # A browser takes a cookie of such a name from this host alone, and over TLS alone.
        self._cookie, self._ticket = (f"{'__Host-' if self._secure else ''}ecto-fix{kind}" for kind in ("", "-login"))

    @property
    def router(self) -> APIRouter:
        """The ways in and out."""
        router = APIRouter()
        if self.is_open:
            router.add_api_route("/login", self.begin)
            router.add_api_route("/login/done", self.finish)
            router.add_api_route("/logout", self.leave, methods=["POST"])
        return router

    def begin(self, next: Annotated[str, Query(max_length=200)] = HOME) -> Response:  # noqa: A002  # its name in addresses
        """Send somebody to GitHub, and their browser a sealed note of what they came for."""
        if not OURS.fullmatch(next):
            return _refused("That is no page of ours.", HTTPStatus.UNPROCESSABLE_ENTITY)
        state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
        answer = RedirectResponse(self._people.address(self._callback, state, verifier), HTTPStatus.SEE_OTHER, PERSONAL)
        # Strangers who begin and never come back cost us nothing: what was begun is in their browser, not in Redis.
        self._set(
            answer, self._ticket, self._begun.encrypt(json.dumps([state, verifier, next]).encode()).decode(), WITHIN
        )
        return answer

    def finish(self, request: Request, state: Given = "", code: Given = "") -> Response:
        """Let in whom GitHub sent back to the browser that they began in."""
        try:
            ticket = request.cookies.get(self._ticket, "").encode()
            expected, verifier, wanted = json.loads(self._begun.decrypt(ticket, WITHIN))
        except InvalidToken:
            return _refused("This login was not begun in this browser, or too long ago.")
        if not secrets.compare_digest(state.encode(), expected.encode()):
            return _refused("This login was not begun in this browser.")
        try:
            name = self._let_in(code, verifier)
        except LoggedOut as error:
            log.info("login refused", reason=str(error))
            return _refused("GitHub did not let you in.")
        except (NoAnswer, RedisError) as error:
            log.warning("login failed", error=type(error).__name__, reason=str(error))
            return _refused("GitHub does not answer, or our memory: try again in a while.", HTTPStatus.BAD_GATEWAY)
        answer = RedirectResponse(wanted, HTTPStatus.SEE_OTHER, PERSONAL)
        self._set(answer, self._cookie, name, LASTS)
        self._set(answer, self._ticket, "", 0)
        return answer

    def _let_in(self, code: str, verifier: str) -> str:
        """Ask GitHub who it is, and return the name of their session."""
        if not self._room.acquire(blocking=False):
            raise NoAnswer("too many log in at once")
        try:
            token = self._people.token(self._callback, code, verifier)
            login = self._people.login(token)
        finally:
            self._room.release()
        name = self._sessions.begin(login, token)
        log.info("logged in", login=login)
        return name

    def leave(self, request: Request, form: Fields) -> Response:
        """End the session."""
        visit = self.visit(request)
        if visit is not None and not visit.sent(form):
            return _refused("This was not sent by a page of ours.")
        if visit is not None:
            self._see_off(visit)
        answer = RedirectResponse("/", HTTPStatus.SEE_OTHER, PERSONAL)
        self._set(answer, self._cookie, "", 0)
        return answer

    def _see_off(self, visit: Visit) -> None:
        """Forget them, and let GitHub forget the token: where it does not answer, that one ends by itself."""
        self._sessions.end(visit.name)
        try:
            self._people.revoke(visit.session.token)
        except NoAnswer as error:
            log.warning("token not revoked", error=str(error))

    def visit(self, request: Request) -> Visit | None:
        """Return who comes, if they are logged in; 503 while nobody can know."""
        name = request.cookies.get(self._cookie, "")
        try:
            session = self._sessions.get(name) if self.is_open else None
        except RedisError:
            raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE) from None
        return None if session is None else Visit(name, session, session.login.casefold() in self._operators)

    def places(self, visit: Visit, *, now: bool = False) -> tuple[Place, ...]:
        """Return what they may read, as GitHub says minutes ago, or *now*; LoggedOut, NoAnswer."""
        known = None if now else self._sessions.places(visit.name)
        if known is not None:
            return known
        try:
            places = self._people.places(visit.session.token)
        except LoggedOut:
            self._sessions.end(visit.name)
            raise
        self._sessions.remember(visit.name, places)
        return places

    def _set(self, answer: Response, cookie: str, value: str, seconds: int) -> None:
        # Lax, for GitHub's redirect comes from another site.
        answer.set_cookie(cookie, value, seconds, secure=self._secure, httponly=True, samesite="lax")


def _refused(why: str, status: HTTPStatus = HTTPStatus.FORBIDDEN) -> Response:
    return PlainTextResponse(f"{why}\n", status, PERSONAL)
