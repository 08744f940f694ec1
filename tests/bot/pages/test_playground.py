"""The playground in a real browser, and what strangers may not do with it."""

import http.client
import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from bot.pages.playground import rate
from bot.pages.playground.paste import MOST_FILES, MOST_LINES, MOST_TEXT
from tests.bot.sender import Sender

TABLE = "defmodule A do\n  use Ecto.Migration\n\n  def change do\n    create table(:users)\n  end\nend\n"
INDEX = TABLE.replace("defmodule A", "defmodule B").replace("create table(:users)", "create index(:users, [:id])")
CONCURRENT = re.compile(r"create index\(:products, \[:id\], concurrently: true\)")
PATIENCE = 60_000  # milliseconds, on a machine that does much else


def pasted(*files: tuple[str, str, str], **more: str) -> str:
    """Return the form as a browser sends it."""
    fields = [pair for name, text, when in files for pair in (("name", name), ("text", text), ("when", when))]
    return urlencode([*fields, *more.items()])


def post(receiver: Sender, body: str, address: str) -> tuple[int, str, Mapping[str, str]]:
    """Send a form from an *address* of this machine, for each has a measure of its own."""
    wire = http.client.HTTPConnection("127.0.0.1", receiver.port, timeout=60, source_address=(address, 0))
    try:
        wire.request("POST", "/playground", body, {"Content-Type": "application/x-www-form-urlencoded"})
        response = wire.getresponse()
        return response.status, response.read().decode(), {key.lower(): value for key, value in response.getheaders()}
    finally:
        wire.close()


@pytest.fixture
def garden(receiver: Sender, page: Page) -> Iterator[Page]:
    """The playground as it greets people; nothing is fetched from elsewhere, and nothing fails."""
    asked, wrong = list[str](), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    page.goto(f"http://127.0.0.1:{receiver.port}/playground")
    yield page
    assert [url for url in asked if not url.startswith(f"http://127.0.0.1:{receiver.port}/")] == []
    assert wrong == []


def notes(page: Page, number: int) -> Locator:
    return page.locator(".sheet").nth(number).locator(".note")


def top(found: Locator) -> float:
    box = found.bounding_box()
    assert box is not None
    return box["y"]


def test_somebody_types_sees_a_finding_beside_its_line_takes_the_rewrite_and_shares_it(
    garden: Page, receiver: Sender
) -> None:
    text = garden.locator("textarea").nth(1)
    expect(notes(garden, 1)).to_contain_text("index-without-concurrently")
    text.fill(TABLE)
    expect(notes(garden, 1)).to_have_count(0)
    text.fill(INDEX.replace(":users", ":products"))
    expect(notes(garden, 1)).to_contain_text("index-without-concurrently")

    beside = garden.locator(".sheet").nth(1).locator(".lines li").nth(4)
    assert abs(top(notes(garden, 1)) - top(beside)) < 3
    expect(beside).to_have_class("outage")
    expect(garden.locator("#results table.locks").first).to_contain_text("writes wait")
    notes(garden, 1).get_by_role("button", name="line 5").click()
    assert text.evaluate("one => one.value.slice(one.selectionStart, one.selectionEnd)").strip().startswith("create")
    notes(garden, 1).locator("summary").click()
    expect(notes(garden, 1).locator("pre .ins").last).to_contain_text("concurrently: true")

    notes(garden, 1).get_by_role("button", name="Take it").click()

    expect(notes(garden, 1)).to_have_count(0)
    expect(garden.locator("#status")).to_contain_text("Nothing to say.")
    expect(text).to_have_value(CONCURRENT)
    garden.wait_for_url("**/playground#s=*")
    link = garden.url
    garden.goto(f"http://127.0.0.1:{receiver.port}/rules/key-runs-out")
    garden.goto(link)
    expect(text).to_have_value(CONCURRENT)


def test_a_sentence_becomes_a_migration_with_a_keyboard_alone_on_a_phone_in_the_dark(garden: Page) -> None:
    garden.emulate_media(color_scheme="dark")
    garden.set_viewport_size({"width": 360, "height": 740})
    expect(notes(garden, 1)).to_have_count(1)
    garden.locator("textarea").nth(1).focus()
    for _ in range(20):
        if garden.evaluate("document.activeElement.name") == "sentence":
            break
        garden.keyboard.press("Tab")

    garden.keyboard.type("add phone to products")
    garden.keyboard.press("Enter")

    expect(garden.locator("textarea")).to_have_count(3)
    expect(garden.locator("textarea").nth(2)).to_have_value(re.compile("add :phone, :string"))
    expect(garden.get_by_role("heading", name="Deploy order")).to_be_visible()
    assert garden.evaluate("document.documentElement.scrollWidth") <= 360
    assert garden.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(13, 17, 23)"


def test_somebody_looks_for_a_rule_and_tries_its_example(page: Page, receiver: Sender) -> None:
    page.set_default_timeout(PATIENCE)
    page.goto(f"http://127.0.0.1:{receiver.port}/rules")
    page.get_by_role("searchbox").fill("outage rewritten by type")

    expect(page.locator("li[data-words]:visible")).to_have_count(1)
    expect(page.get_by_role("status")).to_have_text("Found: 1.")
    page.get_by_role("link", name="table-rewritten-by-type-change").click()
    page.get_by_role("link", name="Try it").click()

    expect(notes(page, 1)).to_contain_text("table-rewritten-by-type-change", timeout=PATIENCE)


def test_without_a_script_the_buttons_do_the_same(receiver: Sender, browser: Browser) -> None:
    with browser.new_context(java_script_enabled=False) as plain:
        page = plain.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(f"http://127.0.0.1:{receiver.port}/playground?rule=index-without-concurrently")
        page.get_by_role("button", name="Review").click()
        page.get_by_role("button", name="Take it").click()

        assert "concurrently: true" in page.locator("textarea").nth(1).input_value()
        assert page.locator(".note").count() == 0


def test_what_is_pasted_stays_text(receiver: Sender) -> None:
    evil = "</textarea><script>alert(1)</script>"
    files = (f'"><img src=x onerror=alert(1)>{evil}1_a.exs', f"{evil}\n{INDEX}", "new"), ("1_b.exs", TABLE, "merged")
    link = INDEX.replace(":id", '"[x](https://evil.example) ![](https://evil.example/i) <b>"')

    for form in (pasted(*files, do="say", sentence=evil), pasted(("2_a.exs", link, "new"), say=evil, rule=evil)):
        status, text, headers = post(receiver, form, "127.0.0.3")

        assert status == 200
        assert not any(word in text for word in ("<script>alert", "<img", "<b>", 'href="https://evil', "</textarea><"))
        assert "script-src 'self';" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert "set-cookie" not in headers


@pytest.mark.parametrize(
    ("form", "status"),
    [
        (pasted(*((f"{number}_a.exs", "", "new") for number in range(MOST_FILES + 1))), 422),
        (pasted(("1_a.exs", "x" * (MOST_TEXT + 1), "new")), 422),
        (pasted(("1_a.exs", "\n" * (MOST_LINES + 1), "new")), 422),
        (pasted(("1_a.exs", "", "new"), ("1_a.exs", "", "new")), 422),
        (pasted(("", "", "new")), 422),
        (pasted(postgres="9"), 422),
        (pasted(deploys="never"), 422),
        (pasted(do="harm"), 422),
        ("name=1_a.exs", 422),
        ("name=%ff&text=&when=new", 422),
        ("x=&" * 1_000, 422),
        ("x" * 1_000_000, 413),
    ],
)
def test_what_is_too_much_or_no_form_is_refused(receiver: Sender, form: str, status: int) -> None:
    assert post(receiver, form, "127.0.0.4")[0] == status


def test_who_asks_too_often_waits_and_webhooks_do_not(receiver: Sender) -> None:
    statuses = {post(receiver, "name=", "127.0.0.5")[0] for _ in range(int(rate.BURST) * 3)}

    assert statuses == {422, 429}
    assert receiver.deliver("ping", {"zen": "Keep it logically awesome."}) == 202
