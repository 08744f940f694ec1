"""The App is made in a real browser: from the address in the log to credentials that receiver and worker start with."""

import json
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest
import requests
from playwright.sync_api import Page, expect

from bot.settings import Settings
from deploy.services.ecto_fix import EctoFix
from deploy.standin.control import StandIn
from deploy.standin.server import running
from tests.bot.sender import signed
from workers.github.auth import App
from workers.settings import Settings as WorkerSettings

SECRETS = ("app_id", "app_page", "client_id", "client_secret", "private_key", "webhook_secret")
KEY = re.compile(r'"path": "(/setup\?key=[\w-]+)"')


@pytest.fixture
def github(tmp_path: Path) -> Iterator[StandIn]:
    """A GitHub that knows no App of ours yet."""
    with running(tmp_path / "github") as standin:
        yield standin
        assert standin.violations() == []
        standin.close()


@contextmanager
def without_credentials(folder: Path, redis_url: str, **addresses: str) -> Iterator[EctoFix]:
    """Start a receiver that has no credentials, and a folder to put some into."""
    product = EctoFix(folder, {"REDIS_URL": redis_url, "SECRETS": str(folder / "secrets"), **addresses})
    del product.environment["ECTO_FIX_WEBHOOK_SECRET"]
    product.start_receiver()
    yield product
    product.stop()


@pytest.fixture
def newborn(tmp_path: Path, github: StandIn, redis_url: str) -> Iterator[EctoFix]:
    """A receiver that nobody has set up."""
    with without_credentials(tmp_path, redis_url, GITHUB_URL=github.url, GITHUB_API_URL=github.url) as product:
        yield product


def invited(product: EctoFix) -> str:
    """Return the address that the log names."""
    found = KEY.search(product.logs())
    assert found is not None
    return product.url + found[1]


def begun(product: EctoFix, browser: requests.Session) -> str:
    """Begin as a browser does, and return the state that GitHub is to bring back."""
    key = invited(product).partition("key=")[2]
    page = browser.get(f"{product.url}/setup/app?{urlencode({'key': key, 'address': product.url})}", timeout=20)
    found = re.search(r"state=([\w-]+)", page.text)
    assert found is not None
    return found[1]


def finished(product: EctoFix, browser: requests.Session, state: str, code: str = "unknown") -> int:
    """Come back from GitHub with a code, and return the status of the answer."""
    return browser.get(f"{product.url}/setup/made", params={"code": code, "state": state}, timeout=20).status_code


def test_the_app_is_made_and_receiver_and_worker_start_with_it(
    page: Page, newborn: EctoFix, github: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.goto(invited(newborn))
    page.get_by_label("Organization that owns the App").fill("acme")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("the check run that gates the merge")).to_be_visible()
    page.get_by_role("button", name="Make it at GitHub").click()
    page.get_by_label("GitHub App name").fill("acme-ecto-fix")
    page.get_by_role("button", name="Create GitHub App for acme").click()

    expect(page.get_by_role("heading", name="Three things are left to do")).to_be_visible()
    assert page.url == f"{newborn.url}/setup"
    files = sorted((tmp_path / "secrets").iterdir())
    assert [file.name for file in files] == [f"ecto_fix_{name}" for name in SECRETS]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
    monkeypatch.setenv("ECTO_FIX_SECRETS", str(tmp_path / "secrets"))
    monkeypatch.setenv("ECTO_FIX_REDIS_URL", "redis://127.0.0.1")
    monkeypatch.delenv("ECTO_FIX_WEBHOOK_SECRET", raising=False)
    worker = WorkerSettings()
    assert (worker.app_id, worker.private_key.get_secret_value()) == (
        github.app().id,
        github.app().private_key.strip(),
    )
    (secret,) = Settings().webhook_secret
    assert secret.get_secret_value() not in page.content()


def test_it_hears_nothing_before_and_github_after_a_restart(newborn: EctoFix, github: StandIn, tmp_path: Path) -> None:
    with requests.Session() as browser:
        state = begun(newborn, browser)
        hook = {"url": f"{newborn.url}/webhook"}
        made = {"name": "ecto-fix", "url": newborn.url, "redirect_url": f"{newborn.url}/setup/made"}
        agreed = {
            "manifest": json.dumps(made | {"hook_attributes": hook}),
            "owner": "acme",
            "name": "x",
            "state": state,
        }
        before = requests.post(hook["url"], b"{}", timeout=20).status_code
        browser.post(f"{github.url}/settings/apps", data=agreed, timeout=20)

    newborn.stop_receiver()
    newborn.start_receiver()
    body = b'{"zen": "Keep it logically awesome."}'
    secret = (tmp_path / "secrets" / "ecto_fix_webhook_secret").read_text()
    headers = {"X-GitHub-Event": "ping", "X-GitHub-Delivery": "1", "Content-Type": "application/json"}
    headers["X-Hub-Signature-256"] = signed(body, secret)
    after = requests.post(hook["url"], body, headers=headers, timeout=20).status_code

    assert (before, after) == (503, 202)


def test_an_enterprise_server_is_two_addresses(tmp_path: Path, github: StandIn, redis_url: str) -> None:
    web, api = github.url.replace("127.0.0.1", "localhost"), f"{github.url}/api/v3"
    with (
        without_credentials(tmp_path, redis_url, GITHUB_URL=web, GITHUB_API_URL=api) as product,
        requests.Session() as browser,
    ):
        key = invited(product).partition("key=")[2]
        asked = urlencode({"key": key, "address": product.url, "organization": "acme"})
        page = browser.get(f"{product.url}/setup/app?{asked}", timeout=20)
        form = re.search(r'action="([^"]+)state=([\w-]+)"', page.text)
        assert form is not None
        made = {"name": "ecto-fix", "url": product.url, "redirect_url": f"{product.url}/setup/made"}
        agreed = {"manifest": json.dumps(made | {"hook_attributes": {"url": f"{product.url}/webhook"}})}
        browser.post(f"{web}/settings/apps", agreed | {"owner": "acme", "name": "x", "state": form[2]}, timeout=20)

    assert form[1] == f"{web}/organizations/acme/settings/apps/new?"
    assert page.headers["Content-Security-Policy"].endswith(f"form-action {web}")
    credentials = {name: (tmp_path / "secrets" / f"ecto_fix_{name}").read_text() for name in SECRETS}
    assert App(api, int(credentials["app_id"]), credentials["private_key"]).wire.get("/app")["slug"] == "ecto-fix"


def test_a_stranger_without_the_key_makes_no_app(newborn: EctoFix) -> None:
    wrong = {"key": "guessed", "address": newborn.url}

    assert requests.get(f"{newborn.url}/setup", timeout=20).status_code == 403
    assert requests.get(f"{newborn.url}/setup/app?{urlencode(wrong)}", timeout=20).status_code == 403


def test_a_state_is_good_once_and_only_in_the_browser_where_it_was_begun(newborn: EctoFix) -> None:
    with requests.Session() as browser, requests.Session() as other:
        state = begun(newborn, browser)
        elsewhere = finished(newborn, other, state)
        again = finished(newborn, browser, state)
        second = begun(newborn, browser)
        unknown_code = finished(newborn, browser, second)
        repeated = finished(newborn, browser, second)

    assert (elsewhere, again) == (403, 403)
    assert (unknown_code, repeated) == (502, 403)


def test_once_there_is_an_app_no_other_is_made(newborn: EctoFix, tmp_path: Path) -> None:
    with requests.Session() as browser:
        state = begun(newborn, browser)
        address = invited(newborn)
        (tmp_path / "secrets").mkdir(mode=0o700)
        (tmp_path / "secrets" / "ecto_fix_app_page").write_text("https://github.com/apps/acme")
        (tmp_path / "secrets" / "ecto_fix_app_id").write_text("7")
        late = finished(newborn, browser, state)
        page = browser.get(address, timeout=20)

    assert late == 409
    assert "https://github.com/apps/acme/installations/new" in page.text
    assert "<form" not in page.text


@pytest.mark.parametrize(
    ("address", "organization"),
    [("javascript:alert(1)", ""), ("https://", ""), ("https://a", "../x"), ("https://a", "a b"), ("https://a", "-a")],
)
def test_what_is_no_address_and_no_account_is_refused(newborn: EctoFix, address: str, organization: str) -> None:
    key = invited(newborn).partition("key=")[2]
    asked = urlencode({"key": key, "address": address, "organization": organization})

    assert requests.get(f"{newborn.url}/setup/app?{asked}", timeout=20).status_code == 422


def test_a_form_leads_to_github_and_nowhere_else(newborn: EctoFix, github: StandIn) -> None:
    key = invited(newborn).partition("key=")[2]

    page = requests.get(f"{newborn.url}/setup/app?{urlencode({'key': key, 'address': newborn.url})}", timeout=20)

    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith(
        "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action"
    )
    assert policy.endswith(f"form-action {github.url}")
    assert f'action="{github.url}/settings/apps/new?state=' in page.text
    assert "HttpOnly" in page.headers["Set-Cookie"]
