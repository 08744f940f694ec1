"""The welcome and the documentation, on GitHub and in the browser."""

import re
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page

from bot.manifest import asked
from bot.pages.docs import documents
from bot.settings import Settings as ReceiverSettings
from rules.settings.keys import KEYS
from tests.bot.sender import Sender
from workers.settings import Settings as WorkerSettings

ROOT = Path(__file__).parents[3]
LINK = re.compile(r"\]\(([^)#]+)(?:#[\w-]+)?\)")


@pytest.fixture(scope="module")
def docs() -> dict[str, str]:
    return documents()


@pytest.mark.parametrize("name", sorted(path.stem for path in (ROOT / "docs").glob("*.md")))
def test_every_document_has_its_page(receiver: Sender, name: str) -> None:
    answer = requests.get(f"http://127.0.0.1:{receiver.port}/docs/{name}", timeout=10)

    assert answer.status_code == 200
    assert "](" not in answer.text
    assert "|---" not in answer.text


def test_what_is_no_document_is_not_found(receiver: Sender) -> None:
    for name in ("nothing", "..%2FREADME", "%2e%2e"):
        assert requests.get(f"http://127.0.0.1:{receiver.port}/docs/{name}", timeout=10).status_code == 404


def test_a_picture_in_a_document_is_seen(receiver: Sender, page: Page) -> None:
    page.goto(f"http://127.0.0.1:{receiver.port}/docs/scaling")

    picture = page.get_by_alt_text("How long jobs wait")

    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0


@pytest.mark.parametrize(
    ("path", "told"), [("/rules/no-such-rule", "Perhaps it moved"), (f"/reviews/{'x' * 22}", "kept for thirty days")]
)
def test_who_comes_to_no_page_is_told_so_on_a_page(receiver: Sender, path: str, told: str) -> None:
    answer = requests.get(f"http://127.0.0.1:{receiver.port}{path}", timeout=10)

    assert (answer.status_code, answer.headers["Content-Security-Policy"][:18]) == (404, "default-src 'none'")
    assert told in answer.text


def test_no_link_leads_nowhere(docs: dict[str, str]) -> None:
    linked = {link for text in docs.values() for link in LINK.findall(text) if not link.startswith("http")}

    assert linked
    assert [link for link in sorted(linked) if not (ROOT / "docs" / link).exists()] == []


def test_the_index_names_every_document(docs: dict[str, str]) -> None:
    assert {f"{name}.md" for name in docs} - {"README.md"} <= set(LINK.findall(docs["README"]))


def test_every_key_of_the_configuration_is_told_as_editors_tell_it(docs: dict[str, str]) -> None:
    for name, key in KEYS.items():
        assert f"| `{name}` | {key.about}" in docs["configuration"]


def test_every_variable_is_told(docs: dict[str, str]) -> None:
    for name in {*ReceiverSettings.model_fields, *WorkerSettings.model_fields}:
        assert f"`ECTO_FIX_{name.upper()}`" in docs["self-hosting"], name


def test_every_permission_and_event_is_told(docs: dict[str, str]) -> None:
    told = docs["permissions"].lower().replace(" ", "_")

    for one in asked():
        assert (f"|_{one.name}:_{one.level}_|" if one.level else f"`{one.name}`") in told, one.name


def test_somebody_who_has_heard_of_it_finds_the_way_in(receiver: Sender, page: Page) -> None:
    page.goto(f"http://127.0.0.1:{receiver.port}/")

    assert page.locator("img").evaluate("image => image.complete && image.naturalWidth") == 1000
    page.get_by_role("link", name="Install the App").click()

    assert page.get_by_role("heading", level=1).inner_text() == "Install in five minutes"


def test_a_keyboard_reaches_the_content_first(receiver: Sender, page: Page) -> None:
    page.goto(f"http://127.0.0.1:{receiver.port}/docs/verdicts")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.url.endswith("#main")


@pytest.mark.parametrize("path", ["/", "/docs/self-hosting", "/rules"])
def test_a_phone_need_not_scroll_sideways(receiver: Sender, page: Page, path: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"http://127.0.0.1:{receiver.port}{path}")

    assert page.evaluate("document.documentElement.scrollWidth") <= 360
