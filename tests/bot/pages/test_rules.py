"""The catalogue's pages: one for each rule, safe to show, found where the comments link to."""

import pytest
import requests

from bot.pages.markdown import render, render_sentence
from bot.pages.rules import Family, family_of
from rules.analysis.example import example_effects
from rules.catalog import rules
from rules.rule import Rule
from tests.bot.sender import Sender


def look(receiver: Sender, path: str) -> requests.Response:
    """Open a page of the receiver as a browser would."""
    return requests.get(f"http://127.0.0.1:{receiver.port}{path}", timeout=10)


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_every_rule_has_its_page(receiver: Sender, rule: Rule) -> None:
    answer = look(receiver, f"/rules/{rule.name}")

    assert answer.status_code == 200
    assert rule.name in answer.text
    assert all(f'<a href="{source}">' in answer.text for source in rule.page.sources)
    assert "```" not in answer.text


def test_a_page_says_what_its_example_locks_and_does_meanwhile(receiver: Sender) -> None:
    text = look(receiver, "/rules/table-rewritten-by-type-change").text

    assert "The example below takes ACCESS EXCLUSIVE on <code>products</code>, rewrites it." in text


@pytest.mark.parametrize("rule", [rule for rule in rules() if rule.locks], ids=lambda rule: rule.name)
def test_a_rule_about_locks_has_an_example_that_takes_one(rule: Rule) -> None:
    assert example_effects(rule)


def test_the_catalogue_links_to_every_rule(receiver: Sender) -> None:
    text = look(receiver, "/rules").text

    assert all(f'href="/rules/{rule.name}"' in text for rule in rules())


def test_a_search_needs_no_script_and_finds_names_words_and_severities(receiver: Sender) -> None:
    text = look(receiver, "/rules?q=OUTAGE+concurrently").text

    assert 'href="/rules/index-without-concurrently"' in text
    assert 'href="/rules/money-in-float"' not in text
    assert "Found: 0." in look(receiver, '/rules?q="><script>').text


def test_every_family_has_rules_and_is_named_on_their_pages(receiver: Sender) -> None:
    families = {family_of(rule) for rule in rules()}

    assert families == set(Family)
    assert Family.FILES.value in look(receiver, "/rules/version-used-twice").text
    assert all(f"<h2>{family.value} <small" in look(receiver, "/rules").text for family in Family)


def test_a_hazard_of_some_releases_names_them(receiver: Sender) -> None:
    assert "On PostgreSQL 14; not on the others" in look(receiver, "/rules/index-damaged-by-old-postgres").text
    assert "not on the others" not in look(receiver, "/rules/index-without-concurrently").text


def test_what_is_no_rule_is_not_found(receiver: Sender) -> None:
    assert look(receiver, "/rules/no-such-rule").status_code == 404


def test_pages_load_nothing_from_elsewhere_and_run_nothing(receiver: Sender) -> None:
    answer = look(receiver, "/rules")

    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
    assert look(receiver, "/style.css").headers["content-type"].startswith("text/css")


def test_in_a_sentence_that_quotes_strangers_only_code_spans_are_markup() -> None:
    told = render_sentence("See `a<b` and ``c`d``, [x](https://evil.example) <b> `open\u202e")

    assert told == ("See <code>a&lt;b</code> and <code>c`d</code>, [x](https://evil.example) &lt;b&gt; `open\\u202e")


def test_raw_html_in_a_page_stays_text() -> None:
    assert "<script>" not in render("Look: <script>alert(1)</script>")
    assert "&lt;b&gt;" in render("```\n<b>\n```")


def test_editors_find_the_schema_of_the_configuration(receiver: Sender) -> None:
    answer = look(receiver, "/ecto-fix.schema.json")

    assert answer.headers["content-type"] == "application/schema+json"
    assert set(answer.json()["properties"]["rules"]["properties"]) == {rule.name for rule in rules()}
