"""The catalogue's pages: one for each rule, safe to show, found where the comments link to."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bot.pages.markdown import render
from bot.pages.rules import router
from rules.catalog import rules
from rules.rule import Rule


@pytest.fixture(scope="module")
def browser() -> Iterator[TestClient]:
    app = FastAPI()
    app.include_router(router)
    with TestClient(app) as client:
        yield client


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_every_rule_has_its_page(browser: TestClient, rule: Rule) -> None:
    answer = browser.get(f"/rules/{rule.name}")

    assert answer.status_code == 200
    assert rule.name in answer.text
    assert all(f'<a href="{source}">' in answer.text for source in rule.page.sources)
    assert "```" not in answer.text


def test_the_catalogue_links_to_every_rule(browser: TestClient) -> None:
    text = browser.get("/rules").text

    assert all(f'href="/rules/{rule.name}"' in text for rule in rules())


def test_what_is_no_rule_is_not_found(browser: TestClient) -> None:
    assert browser.get("/rules/no-such-rule").status_code == 404


def test_pages_load_nothing_from_elsewhere_and_run_nothing(browser: TestClient) -> None:
    answer = browser.get("/rules")

    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
    assert browser.get("/style.css").headers["content-type"].startswith("text/css")


def test_raw_html_in_a_page_stays_text() -> None:
    assert "<script>" not in render("Look: <script>alert(1)</script>")
    assert "&lt;b&gt;" in render("```\n<b>\n```")
