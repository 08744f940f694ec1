"""Somebody lets the App act for them: what a login takes, what its code is good for, and what the token opens."""

from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from deploy.standin.control import StandIn

HERE = "http://127.0.0.1:1/login/done"
VERIFIER = "v" * 43
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


@pytest.fixture
def client(own: StandIn) -> dict[str, str]:
    own.create_repository("acme/shop", {"mix.exs": ""}, by="ann")
    own.create_repository("acme/vault", {"mix.exs": ""}, by="bea")
    return dict(own.ask("client", callback=HERE))


def agreed(own: StandIn, client: dict[str, str], login: str = "ann") -> str:
    form = {"login": login, "client_id": client["id"], "redirect_uri": HERE, "code_challenge": CHALLENGE}
    back = requests.post(f"{own.url}/login/oauth/authorize", form, timeout=30, allow_redirects=False)
    return parse_qs(urlsplit(back.headers["location"]).query)["code"][0]


def exchanged(own: StandIn, client: dict[str, str], changes: dict[str, str]) -> dict[str, Any]:
    form = {"client_id": client["id"], "client_secret": client["secret"], "code_verifier": VERIFIER}
    headers = {"Accept": "application/json"}
    answer = requests.post(f"{own.url}/login/oauth/access_token", form | changes, headers=headers, timeout=30)
    return dict(answer.json())


def asked(own: StandIn, token: str, path: str) -> requests.Response:
    return requests.get(f"{own.url}{path}", headers={"Authorization": f"Bearer {token}"}, timeout=30)


def test_a_token_opens_what_the_person_was_given_and_the_app_is_installed_on(
    own: StandIn, client: dict[str, str]
) -> None:
    token = exchanged(own, client, {"code": agreed(own, client)})["access_token"]

    installations = asked(own, token, "/user/installations").json()["installations"]
    place = f"/user/installations/{installations[0]['id']}/repositories"
    repositories = asked(own, token, place).json()["repositories"]

    assert asked(own, token, "/user").json()["login"] == "ann"
    assert [(each["full_name"], each["permissions"]["push"]) for each in repositories] == [("acme/shop", True)]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_secret": "guessed"}, "incorrect_client_credentials"),
        ({"code": "guessed"}, "bad_verification_code"),
        ({"code_verifier": "x" * 43}, "bad_verification_code"),
        ({"redirect_uri": "http://elsewhere"}, "redirect_uri_mismatch"),
    ],
)
def test_what_does_not_belong_to_the_login_gets_no_token(
    own: StandIn, client: dict[str, str], changes: dict[str, str], error: str
) -> None:
    code = agreed(own, client)

    assert exchanged(own, client, {"code": code} | changes) == {"error": error}


def test_a_code_is_good_once(own: StandIn, client: dict[str, str]) -> None:
    code = agreed(own, client)
    exchanged(own, client, {"code": code})

    assert exchanged(own, client, {"code": code}) == {"error": "bad_verification_code"}


def test_a_login_leads_to_no_other_address_than_the_app_s(own: StandIn, client: dict[str, str]) -> None:
    wanted = {"client_id": client["id"], "redirect_uri": "http://elsewhere"}

    assert requests.get(f"{own.url}/login/oauth/authorize", wanted, timeout=30).status_code == 404
