"""People at GitHub: how somebody logs in, and what of the App's repositories they may see, asked with their token."""

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice
from typing import Any, Final
from urllib.parse import urlencode

import requests
from github import Auth

from workers.github.errors import Forbidden, NotFound, Trouble
from workers.github.wire import TIMEOUT, Wire, path
from workers.memory.sessions import Place

MOST_INSTALLATIONS: Final = 50
MOST_REPOSITORIES: Final = 1000


class NoAnswer(Exception):
    """GitHub does not say; the message says why, and holds no secret."""


class LoggedOut(Exception):
    """GitHub takes the person's token no more, or never did."""


@dataclass(frozen=True, slots=True)
class People:
    """The App as people meet it at GitHub; docs: "Generating a user access token for a GitHub App"."""

    github_url: str
    api_url: str
    client_id: str
    client_secret: str = field(repr=False)

    def address(self, callback: str, state: str, verifier: str) -> str:
        """Return where somebody logs in, to come back to *callback* with *state*; only *verifier* opens what comes."""
        challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
        asked = {
            "client_id": self.client_id,
            "redirect_uri": callback,
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{self._web}/login/oauth/authorize?{urlencode(asked)}"

    def token(self, callback: str, code: str, verifier: str) -> str:
        """Exchange the *code* that somebody came back with; LoggedOut where it is not theirs, NoAnswer."""
        known = {"client_id": self.client_id, "client_secret": self.client_secret}
        form = known | {"code": code, "redirect_uri": callback, "code_verifier": verifier}
        try:
            answer: dict[str, Any] = requests.post(
                f"{self._web}/login/oauth/access_token",
                form,
                headers={"Accept": "application/json"},
                timeout=TIMEOUT,
                allow_redirects=False,
            ).json()
        except (requests.RequestException, ValueError) as error:
            raise NoAnswer(type(error).__name__) from None  # the request holds the secret
        if "access_token" not in answer:
            raise LoggedOut(str(answer.get("error")))
        return str(answer["access_token"])

    def login(self, token: str) -> str:
        """Return who *token* belongs to; LoggedOut, NoAnswer."""
        try:
            return str(self._wire(token).get("/user")["login"])
        except Trouble as trouble:
            raise _told(trouble) from trouble

    def places(self, token: str) -> tuple[Place, ...]:
        """Return what of the App's repositories the person may read; LoggedOut, NoAnswer."""
        wire = self._wire(token)
        try:
            installations = islice(wire.pages("/user/installations", "installations"), MOST_INSTALLATIONS)
            found = (place for each in installations for place in _places(wire, each["id"]))
            return tuple(islice(found, MOST_REPOSITORIES))
        except Trouble as trouble:
            raise _told(trouble) from trouble

    def revoke(self, token: str) -> None:
        """Make *token* worthless; NoAnswer where GitHub does not say that it is."""
        address = f"{self.api_url.rstrip('/')}{path('applications', self.client_id, 'token')}"
        client = (self.client_id, self.client_secret)
        try:
            requests.delete(
                address, json={"access_token": token}, auth=client, timeout=TIMEOUT, allow_redirects=False
            ).raise_for_status()
        except requests.RequestException as error:
            raise NoAnswer(type(error).__name__) from None  # as above

    @property
    def _web(self) -> str:
        return self.github_url.rstrip("/")

    def _wire(self, token: str) -> Wire:
        return Wire(self.api_url, Auth.Token(token))


def _places(wire: Wire, installation: int) -> Iterator[Place]:
    try:
        for each in wire.pages(path("user", "installations", installation, "repositories"), "repositories"):
            yield Place(installation, each["full_name"], bool(each.get("permissions", {}).get("push")))
    except (NotFound, Forbidden):
        return  # suspended, or behind an organization's single sign-on


def _told(trouble: Trouble) -> NoAnswer | LoggedOut:
    return LoggedOut(str(trouble)) if isinstance(trouble, Forbidden) else NoAnswer(str(trouble))
