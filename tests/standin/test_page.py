"""The pull request's page in a real browser: it shows what people know, and its buttons work."""

import pytest
from playwright.sync_api import Page, expect

from deploy.standin.control import PullRequest, Repository, StandIn
from deploy.standin.pages.markdown import rendered
from tests.standin.conftest import NEW, Caller

SUGGESTION = """**Building this index blocks every write.** <!-- marker -->

```suggestion
    create index(:users, [:email], concurrently: true)
```
"""


def review(bot: Caller, pull: PullRequest, repository: Repository) -> int:
    repository.require_checks("ecto-fix")
    comment = {"path": NEW, "line": 5, "side": "RIGHT", "body": SUGGESTION}
    bot.post(f"/pulls/{pull.number}/reviews", event="COMMENT", body="One finding.", comments=[comment])
    output = {"title": "1 finding", "summary": "| migration | verdict |\n|---|---|\n| index_users | reversible |"}
    wanted = {"name": "ecto-fix", "head_sha": pull.look().head_sha, "conclusion": "failure", "output": output}
    return int(bot.post("/check-runs", **wanted).json()["id"])


def test_a_reader_walks_from_the_finding_to_the_merge(
    page: Page, bot: Caller, pull: PullRequest, repository: Repository
) -> None:
    review(bot, pull, repository)
    elsewhere: list[str] = []
    page.on("request", lambda request: elsewhere.append(request.url) if not request.url.startswith(bot.url) else None)

    page.goto(pull.url)
    expect(page.get_by_role("heading", name="Index users")).to_be_visible()
    expect(page.get_by_text("Building this index blocks every write.")).to_be_visible()
    expect(page.get_by_text("marker")).to_have_count(0)
    expect(page.get_by_role("button", name="Merge pull request")).to_be_disabled()

    page.get_by_role("button", name="Commit suggestion").click()
    expect(page.get_by_text("Resolved", exact=True)).to_be_visible()
    expect(page.get_by_text("Waiting for status to be reported")).to_be_visible()
    assert "concurrently: true" in str(repository.read(NEW, ref="index-users"))

    bot.post("/check-runs", name="ecto-fix", head_sha=pull.look().head_sha, conclusion="success")
    expect(page.get_by_text("All checks have passed")).to_be_visible()
    page.get_by_role("button", name="Merge pull request").click()
    expect(page.get_by_text("Pull request successfully merged and closed")).to_be_visible()
    assert pull.look().state == "merged"
    assert elsewhere == []


def test_the_diff_bears_its_threads(page: Page, bot: Caller, pull: PullRequest, repository: Repository) -> None:
    review(bot, pull, repository)

    page.goto(f"{pull.url}/files")

    rows = page.locator("details.file", has_text=NEW).locator("tr")
    expect(rows.filter(has_text="create index").first).to_have_class("added")
    expect(rows.locator(".talk")).to_have_count(1)
    page.get_by_placeholder("Reply…").fill("Agreed.")
    page.get_by_placeholder("Reply…").press("Enter")
    expect(page.get_by_text("Agreed.")).to_be_visible()
    assert page.url.endswith("/files")


def test_a_check_tells_its_summary(page: Page, bot: Caller, pull: PullRequest, repository: Repository) -> None:
    review(bot, pull, repository)

    page.goto(f"{pull.url}/checks")

    expect(page.get_by_role("cell", name="reversible")).to_be_visible()
    expect(page.get_by_role("heading", name="1 finding")).to_be_visible()


def test_a_person_writes_and_another_looks_on(page: Page, bot: Caller, pull: PullRequest) -> None:
    assert bot.get("").status_code == 200
    page.goto(pull.url)

    page.get_by_label("Viewing as").select_option("rita")
    expect(page.get_by_label("Viewing as")).to_have_value("rita")
    page.get_by_label("Comment", exact=True).fill("/ecto-fix")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator("article.comment", has_text="/ecto-fix")).to_be_visible()

    assert [(each.author, each.body) for each in pull.look().comments] == [("rita", "/ecto-fix")]
    expect(page.get_by_text("Only those with write access to this repository can merge")).to_be_visible()


def test_a_browser_that_follows_a_dead_link_is_no_violation(page: Page, standin: StandIn, pull: PullRequest) -> None:
    before = len(standin.violations())

    answer = page.goto(f"{standin.url}/{pull.repository.name}/commit/{pull.look().head_sha}")

    assert answer is not None
    assert (answer.status, len(standin.violations())) == (404, before)


def test_the_first_page_lists_what_there_is(page: Page, standin: StandIn, pull: PullRequest) -> None:
    page.goto(standin.url)
    section = page.locator("section", has_text=pull.repository.name.split("/")[0] + " /")

    section.first.get_by_role("link", name="Index users").click()

    assert page.url == pull.url


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[click](javascript:alert(1))",
        "![pixel](http://example.com/pixel.png)",
        "<details onclick=alert(1)><summary>x</summary></details>",
        "```suggestion\n<script>alert(1)</script>\n```",
        "<b><style>*{display:none}</style></b>",
        "<!-- --><script>alert(1)</script><!-- -->",
    ],
)
def test_nothing_that_people_write_runs_or_fetches(text: str) -> None:
    html = str(rendered(text, lambda content: str(rendered(f"```elixir\n{content}```"))))

    for harm in ("<script", "<img", "<style", 'href="javascript', "<details onclick"):
        assert harm not in html


def test_harmless_html_and_tables_are_shown_and_comments_are_not() -> None:
    html = str(
        rendered("<details><summary>Why</summary>\n\nBecause.\n\n</details>\n\n<!-- hidden -->\n\n|a|\n|-|\n|1|")
    )

    assert "<details><summary>Why</summary>" in html
    assert "<table>" in html
    assert "hidden" not in html


def test_a_draft_is_declared_ready_and_a_check_is_asked_for_again(
    page: Page, bot: Caller, pull: PullRequest, repository: Repository
) -> None:
    run = review(bot, pull, repository)
    actions = [{"label": "Fix all", "description": "Commit all rewrites", "identifier": "fix-all"}]
    bot.patch(f"/check-runs/{run}", actions=actions, details_url="https://example.com/run")
    pull.mark_draft(by="sam")

    page.goto(pull.url)
    page.get_by_role("button", name="Ready for review").click()
    expect(page.get_by_role("button", name="Ready for review")).to_have_count(0)
    page.goto(f"{pull.url}/checks")
    page.get_by_role("button", name="Fix all").click()
    page.get_by_role("button", name="Re-run").click()
    expect(page.get_by_role("link", name="View more details on ecto-fix")).to_be_visible()

    assert not pull.look().draft


def test_what_github_refuses_is_said_on_the_page(page: Page, bot: Caller, pull: PullRequest) -> None:
    comment = {"path": NEW, "line": 5, "side": "RIGHT", "body": SUGGESTION}
    bot.post(f"/pulls/{pull.number}/reviews", event="COMMENT", body="x", comments=[comment])
    page.goto(pull.url)
    pull.close(by="sam")

    page.get_by_role("button", name="Commit suggestion").click()

    expect(page.get_by_role("alert")).to_have_text("Suggestions cannot be applied while the pull request is closed.")


def test_a_rewritten_branch_and_a_closed_pull_request_are_told(
    page: Page, pull: PullRequest, repository: Repository
) -> None:
    repository.force_push("index-users", repository.log("main")[0]["sha"], by="sam")
    repository.push("index-users", {NEW: "other\n", "logo.zzz": "plain\n"}, by="sam")
    pull.close(by="sam")

    page.goto(pull.url)

    expect(page.get_by_text("force-pushed the branch from")).to_be_visible()
    expect(page.get_by_text("Closed with unmerged commits")).to_be_visible()
