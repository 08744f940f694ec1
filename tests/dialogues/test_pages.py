"""The check's details lead to a page that tells what the review did."""

import pytest
from playwright.sync_api import Page

from deploy.standin.control import Repository
from tests.dialogues.scene import check_of, migration, opens

FILES = {
    "20260201000000_index_users.exs": migration("create index(:users, [:email])"),
    "20260202000000_mind.exs": migration('execute "SELECT \'<script>alert(1)</script>\'", ""', name="Mind"),
}


@pytest.fixture
def details(shop: Repository) -> str:
    check = check_of(opens(shop, FILES))
    assert check.details_url is not None
    return check.details_url


def test_the_details_of_a_check_tell_what_the_review_did(details: str, page: Page) -> None:
    page.goto(details)
    page.wait_for_function("!document.querySelector('meta[http-equiv=refresh]')")

    told = page.locator("main").inner_text()
    assert "priv/repo/migrations/20260201000000_index_users.exs" in told
    assert "index-without-concurrently" in told
    assert "waited for a worker" in told
    assert "POST /repos/*/*/check-runs" in told
    assert "The defaults: there is no .github/ecto-fix.yml" in told


def test_the_page_draws_which_statement_makes_whom_wait(details: str, page: Page) -> None:
    page.goto(details)
    page.wait_for_function("!document.querySelector('meta[http-equiv=refresh]')")

    row = page.locator("table.locks tr", has_text="CREATE INDEX").first

    assert "SHARE" in row.inner_text()
    assert "writes wait" in row.inner_text()


def test_what_a_stranger_wrote_is_shown_and_not_run(details: str, page: Page) -> None:
    heard: list[str] = []
    page.on("dialog", lambda dialog: heard.append(dialog.message))
    page.goto(details)

    assert heard == []
    assert "<script>alert" not in page.content()


def test_nobody_finds_the_page_without_its_name(details: str, page: Page) -> None:
    root, _, name = details.rpartition("/")

    for other in (name[:-1] + ("a" if name[-1] != "a" else "b"), name[:8], "..%2Fhealthz", "x" * 100):
        answer = page.request.get(f"{root}/{other}")
        assert answer.status == 404, other
    answer = page.request.get(details)
    assert (answer.headers["cache-control"], answer.headers["x-robots-tag"]) == ("no-store", "noindex")
