"""An App is made from a manifest: what GitHub takes, and how long the code is good for."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from bot.manifest import manifest
from deploy.standin.control import StandIn

HERE = "http://127.0.0.1:1"
GOOD = manifest(HERE)


def proposed(own: StandIn, wanted: dict[str, Any], owner: str = "") -> requests.Response:
    home = f"/organizations/{owner}" if owner else ""
    form = {"manifest": json.dumps(wanted)}
    return requests.post(f"{own.url}{home}/settings/apps/new?state=s", data=form, timeout=30)


def agreed(own: StandIn) -> str:
    form = {"manifest": json.dumps(GOOD), "state": "s", "owner": "acme", "name": "acme-ecto-fix"}
    back = requests.post(f"{own.url}/settings/apps", data=form, timeout=30, allow_redirects=False)
    return parse_qs(urlsplit(back.headers["location"]).query)["code"][0]


def converted(own: StandIn, code: str) -> requests.Response:
    return requests.post(f"{own.url}/app-manifests/{code}/conversions", timeout=30)


@pytest.mark.parametrize("owner", ["", "acme"])
def test_our_manifest_is_shown_to_whoever_shall_agree(own: StandIn, owner: str) -> None:
    page = proposed(own, GOOD, owner)

    assert page.status_code == 200
    assert f"{HERE}/webhook" in page.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"redirect_url": ""},
        {"hook_attributes": {}},
        {"webhook": "x"},
        {"default_events": ["pull_requests"]},
        {"default_permissions": {"pulls": "write"}},
        {"default_permissions": {"checks": "admire"}},
    ],
    ids=json.dumps,
)
def test_what_github_does_not_know_is_refused(own: StandIn, wrong: dict[str, Any]) -> None:
    assert proposed(own, GOOD | wrong).status_code == 422


def test_a_code_gives_the_app_once(own: StandIn) -> None:
    code = agreed(own)

    first, second = converted(own, code), converted(own, code)

    app = first.json()
    assert (first.status_code, second.status_code) == (201, 404)
    assert (app["name"], app["owner"]["login"], app["permissions"]) == (
        "acme-ecto-fix",
        "acme",
        GOOD["default_permissions"],
    )
    assert app["pem"].startswith("-----BEGIN ")
    assert len(app["webhook_secret"]) == 40
    assert own.app().id == app["id"]


def test_a_code_is_good_for_an_hour(own: StandIn) -> None:
    code = agreed(own)

    own.advance(3601)

    assert converted(own, code).status_code == 404
