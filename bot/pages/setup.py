"""The page that makes the App: from our manifest, through GitHub, to credentials in a folder, once and then no more."""

import hashlib
import json
import re
import secrets
from http import HTTPStatus
from typing import Annotated, Final

import structlog
from fastapi import APIRouter, Cookie, Query, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse
from redis import Redis
from redis.exceptions import RedisError

from bot.manifest import asked, manifest
from bot.pages.template import POLICY, PROTECTION, page
from bot.settings import Settings
from workers.registration import NotMade, is_kept, keep, page_of, register

WITHIN: Final = 3600  # seconds, in which GitHub wants it to be finished
BROWSER: Final = "ecto-fix-setup"  # the cookie that tells the browser in which it was begun
ACCOUNT: Final = re.compile(r"[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}|")
ADDRESS: Final = re.compile(r"https?://[^\s/?#]+(?:/[^\s?#]*)?")
Given = Annotated[str, Query(max_length=200)]

log = structlog.get_logger(__name__)


class Setup:
    """Makes the App for whoever reads our log: a stranger who finds the page first must not own it."""

    def __init__(self, settings: Settings, redis: Redis) -> None:
        self._settings = settings
        self._redis = redis
        self._prefix = f"{settings.redis_prefix}setup:"

    @property
    def router(self) -> APIRouter:
        """The page and its two steps."""
        router = APIRouter()
        router.add_api_route("/setup", self.show)
        router.add_api_route("/setup/app", self.propose)
        router.add_api_route("/setup/made", self.finish)
        return router

    def invite(self) -> None:
        """Log the address at which the App can be made, if it is not."""
        if self._is_done():
            return
        try:
            log.warning("there is no App yet: make one", path=f"/setup?key={self._key()}")
        except RedisError as error:
            log.warning("there is no App yet, and no Redis to make one with", error=type(error).__name__)

    def show(self, request: Request, key: Given = "") -> Response:
        """Ask who shall own the App; once it is made, say what is left to do."""
        if self._is_done():
            home = page_of(self._settings.secrets) if self._settings.secrets and is_kept(self._settings.secrets) else ""
            known = {"heard": bool(self._settings.webhook_secret), "is_linked": bool(self._settings.public_url)}
            told = page("setup_made.html", title="Set up", home=home, folder=self._settings.secrets, **known)
            return HTMLResponse(told, headers=PROTECTION)
        if not self._knows(key):
            return _refused("Open the address that `ecto-fix serve` has logged; it holds a key.")
        address = self._settings.public_url or str(request.base_url)
        told = page("setup.html", title="Set up", key=key, address=address.rstrip("/"))
        return HTMLResponse(told, headers=PROTECTION | {"Content-Security-Policy": f"{POLICY}'self'"})

    def propose(self, key: Given, address: Given, organization: Given = "") -> Response:
        """Show what the App will ask for, behind a button that leads to GitHub."""
        if self._is_done() or not self._knows(key):
            return _refused("This address holds no key, or an old one.")
        if not (ADDRESS.fullmatch(address) and ACCOUNT.fullmatch(organization)):
            return _refused("That is no address, or no account of GitHub.", HTTPStatus.UNPROCESSABLE_ENTITY)
        state, browser = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        self._redis.set(f"{self._prefix}state:{state}", _digest(browser), ex=WITHIN)
        home = f"{self._settings.github_url.rstrip('/')}/{f'organizations/{organization}/' if organization else ''}"
        told = page(
            "setup_app.html",
            title="Set up",
            action=f"{home}settings/apps/new?state={state}",
            manifest=json.dumps(manifest(address.rstrip("/"))),
            asked=asked(),
        )
        policy = f"{POLICY}{self._settings.github_url}"
        # GitHub may ask where the form comes from; it is told no path, for that has the key.
        headers = PROTECTION | {"Content-Security-Policy": policy, "Referrer-Policy": "strict-origin"}
        answer = HTMLResponse(told, headers=headers)
        secure = address.startswith("https:")
        # Lax, for GitHub's redirect comes from another site.
        answer.set_cookie(BROWSER, browser, WITHIN, path="/setup", secure=secure, httponly=True, samesite="lax")
        return answer

    def finish(
        self, code: Given, state: Given, browser: Annotated[str, Cookie(alias=BROWSER, max_length=200)] = ""
    ) -> Response:
        """Fetch the App that GitHub has made, and keep its credentials."""
        folder = self._settings.secrets
        if self._is_done() or folder is None:
            return _refused("There is an App already.", HTTPStatus.CONFLICT)
        begun = self._redis.getdel(f"{self._prefix}state:{state}")
        if not isinstance(begun, bytes) or not secrets.compare_digest(begun, _digest(browser)):
            return _refused("This was not begun here, in this browser, in the last hour; or it was finished before.")
        try:
            keep(register(self._settings.github_api_url, code), folder)
        except NotMade as error:
            log.warning("no App was made", error=str(error))
            return _refused(
                "GitHub did not give the App, or it could not be kept: see the log.", HTTPStatus.BAD_GATEWAY
            )
        self._redis.delete(f"{self._prefix}key")
        return RedirectResponse("/setup", HTTPStatus.SEE_OTHER, PROTECTION)

    def _is_done(self) -> bool:
        return bool(self._settings.webhook_secret) or self._settings.secrets is None or is_kept(self._settings.secrets)

    def _key(self) -> str:
        """Return what whoever makes the App must know; all processes agree on one."""
        self._redis.set(f"{self._prefix}key", secrets.token_urlsafe(24), nx=True)
        key = self._redis.get(f"{self._prefix}key")
        return key.decode() if isinstance(key, bytes) else ""

    def _knows(self, key: str) -> bool:
        return secrets.compare_digest(key.encode(), self._key().encode())


def _digest(browser: str) -> bytes:
    return hashlib.sha256(browser.encode()).hexdigest().encode()


def _refused(why: str, status: HTTPStatus = HTTPStatus.FORBIDDEN) -> Response:
    return PlainTextResponse(f"{why}\n", status, PROTECTION)
