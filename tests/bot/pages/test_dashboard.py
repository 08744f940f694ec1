"""People log in at GitHub in a real browser, and see of the dashboard what they may read there, and no more."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from time import time
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from playwright.sync_api import Page, expect
from redis import Redis

from bot.pages.login import Lobby
from bot.settings import Settings
from deploy.services.ecto_fix import EctoFix
from deploy.standin.control import StandIn
from deploy.standin.server import running
from tests.bot.sender import Sender
from workers.figures import DELIVERIES, DISAGREEMENTS
from workers.jobs import PullRequestKey, ReviewPullRequest
from workers.journal import Run
from workers.memory.archive import Archive
from workers.memory.connection import connect
from workers.memory.inbox import Inbox
from workers.memory.sessions import Sessions
from workers.memory.tally import Tally
from workers.people import People

DAY = 24 * 3600
SHOP, VAULT = "acme/shop", "acme/vault"


@dataclass(frozen=True)
class House:
    """A GitHub with two private repositories, and a receiver that remembers reviews of both."""

    github: StandIn
    product: EctoFix
    redis: Redis
    installation: int

    @property
    def prefix(self) -> str:
        return self.product.environment["ECTO_FIX_REDIS_PREFIX"]

    @property
    def inbox(self) -> Inbox:
        return Inbox(self.redis, self.prefix)

    @property
    def url(self) -> str:
        return self.product.url

    @property
    def sessions(self) -> Sessions:
        return Sessions(self.redis, self.prefix, self.product.environment["ECTO_FIX_CLIENT_SECRET"])

    @property
    def people(self) -> People:
        client = (self.product.environment[f"ECTO_FIX_CLIENT_{name}"] for name in ("ID", "SECRET"))
        return People(self.github.url, self.github.url, *client)

    def bury(self, repository: str, number: int) -> str:
        """Give up a review and return its job."""
        job = ReviewPullRequest(PullRequestKey(self.installation, repository, number))
        self.inbox.accept(f"guid-{job.id}", "pull_request", [job])
        claim = self.inbox.claim(job.id, 30)
        assert not isinstance(claim, str)
        self.inbox.bury(claim, "GitHub answered <b>500</b>")
        return job.id


def run_of(key: str, *, days: float, rules: tuple[str, ...], verdict: str = "reversible") -> Run:
    began = time() - days * DAY
    findings = [
        {"rule": rule, "severity": "outage", "line": 3, "message": "It locks.", "effects": []} for rule in rules
    ]
    nothing: dict[str, object] = {"claim": None, "differences": [], "withdrawn": [], "rehearsal": None}
    file = {"path": "priv/repo/migrations/1_<i>.exs", "verdict": verdict, "reason": "`up` drops `a<b>`", "loses": []}
    lost = {"loses": ["the rows of `users`"]} if verdict == "loses-data" else {}
    findings = [{**each, "rewrite": None, "observed": False} for each in findings]
    found = {"origin": "", "complaints": [], "postgres": 16, "left_out": 0}
    files = [{**file, **nothing, **lost, "findings": findings}]
    facts = {"head": "c0ffee" + "0" * 34, "found": {**found, "files": files}}
    return Run(key, "ReviewPullRequest", began, began, 1, facts=facts, ending="finished")


def enterprise(github: StandIn) -> str:
    """Return where people reach a GitHub Enterprise Server, whose API is elsewhere."""
    return github.url.replace("127.0.0.1", "localhost")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, redis_url: str) -> Iterator[House]:
    with running(tmp_path_factory.mktemp("github")) as github:
        github.create_repository(SHOP, {"mix.exs": ""}, by="ann", installed=False)
        installation = int(github.ask("install", repository=SHOP, by="ann")["id"])
        github.create_repository(VAULT, {"mix.exs": ""}, by="bea")
        github.ask("set_role", repository=SHOP, login="rob", role="read")
        github.ask("user", login="zoe")
        settings = {
            "GITHUB_URL": enterprise(github),
            "GITHUB_API_URL": f"{github.url}/api/v3",
            "OPERATORS": "Bea, olga",
        }
        product = EctoFix(tmp_path_factory.mktemp("product"), {"REDIS_URL": redis_url, **settings})
        client = github.ask("client", callback=f"{product.url}/login/done")
        product.environment |= {"ECTO_FIX_CLIENT_ID": client["id"], "ECTO_FIX_CLIENT_SECRET": client["secret"]}
        redis, prefix = connect(redis_url), product.environment["ECTO_FIX_REDIS_PREFIX"]
        archive, tally = Archive(redis, prefix), Tally(redis, prefix)
        place = f"{installation}:{SHOP}"
        archive.keep("s" * 20, run_of(f"{place}#1", days=20, rules=("index-without-concurrently",) * 3))
        archive.keep("r" * 20, run_of(f"{place}#1", days=1.2, rules=("index-without-concurrently",) * 5))
        archive.keep("t" * 20, run_of(f"{place}#1", days=1, rules=("index-without-concurrently",)))
        archive.keep("u" * 20, run_of(f"{place}#2", days=0.5, rules=(), verdict="loses-data"))
        archive.keep("w" * 20, run_of(f"{place}#3", days=0.1, rules=(), verdict="irreversible"))
        archive.keep("v" * 20, run_of(f"{installation}:{VAULT}#9", days=1, rules=()))
        tally.count(DELIVERIES, "pull_request", "accepted", by=7)
        tally.count(DISAGREEMENTS, "reversible", "not-restored")
        tally.flush()
        product.start_receiver()
        yield House(github, product, redis, installation)
        assert github.violations() == []
        product.stop()
        github.close()


def begun(house: House, browser: requests.Session, wanted: str = "/dashboard") -> dict[str, str]:
    """Begin to log in, and return what GitHub is asked."""
    answer = browser.get(f"{house.url}/login", params={"next": wanted}, timeout=30, allow_redirects=False)
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def agreed(house: House, login: str, asked: dict[str, str]) -> str:
    """Agree at GitHub, and return the address to which it sends the browser back."""
    form = asked | {"login": login}
    answer = requests.post(f"{house.github.url}/login/oauth/authorize", form, timeout=30, allow_redirects=False)
    return answer.headers["location"]


def logged_in(house: House, login: str) -> requests.Session:
    browser = requests.Session()
    assert browser.get(agreed(house, login, begun(house, browser)), timeout=30).status_code == 200
    return browser


def dashboard(house: House, browser: requests.Session, rest: str = "") -> requests.Response:
    return browser.get(f"{house.url}/dashboard{rest}", timeout=30, allow_redirects=False)


def proof(page: requests.Response) -> str:
    found = re.search(r'name="proof" value="([\w-]+)"', page.text)
    assert found is not None
    return found[1]


def test_somebody_logs_in_and_finds_the_reviews_of_their_repositories(page: Page, house: House) -> None:
    page.goto(f"{house.url}/dashboard")
    page.get_by_role("link", name="Log in with GitHub").click()
    page.get_by_label("Log in as").select_option("ann")
    page.get_by_role("button", name="Authorize ecto-fix").click()

    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()
    expect(page.get_by_text(VAULT)).to_have_count(0)
    expect(page.get_by_text("For operators")).to_have_count(0)
    page.get_by_role("link", name=SHOP, exact=True).click()
    row = page.get_by_role("row", name=re.compile("index-without-concurrently"))
    assert row.get_by_role("cell").all_inner_texts() == ["0", "0", "3", "0", "1", "4"]
    expect(page.get_by_text("the rows of users")).to_be_visible()
    expect(page.get_by_text("up drops a<b>")).to_be_visible()
    page.get_by_role("link", name="#1 c0ffee0").first.click()
    expect(page.get_by_role("heading", name="Reviewed")).to_be_visible()
    page.go_back()
    page.get_by_role("button", name="Log out").click()
    page.goto(f"{house.url}/dashboard/{SHOP}")
    expect(page.get_by_role("heading", name="Authorize ecto-fix")).to_be_visible()


def test_a_narrow_page_does_not_scroll_sideways(page: Page, house: House) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{house.url}/login?next=/dashboard/{SHOP}")
    page.get_by_label("Log in as").select_option("bea")
    page.get_by_role("button", name="Authorize ecto-fix").click()
    for place in ("/dashboard", f"/dashboard/{VAULT}"):
        page.goto(f"{house.url}{place}")

        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_stranger_sees_nothing(house: House) -> None:
    with logged_in(house, "zoe") as stranger:
        home, there = dashboard(house, stranger), dashboard(house, stranger, f"/{SHOP}")

    assert (home.status_code, there.status_code) == (200, 404)
    assert "acme" not in home.text
    assert "acme" not in dashboard(house, requests.Session()).text
    assert dashboard(house, requests.Session(), f"/{SHOP}").headers["location"] == f"/login?next=/dashboard/{SHOP}"


def test_a_login_ends_in_the_browser_in_which_it_began(house: House) -> None:
    with requests.Session() as browser, requests.Session() as other:
        asked = begun(house, browser)
        begun(house, other)
        back = agreed(house, "ann", asked)
        elsewhere = other.get(back, timeout=30)
        nowhere = requests.get(back, timeout=30)
        forged = browser.get(back.replace(asked["state"], "forged"), timeout=30)
        guessed = browser.get(f"{house.url}/login/done?code=guessed&state={asked['state']}", timeout=30)

    assert {each.status_code for each in (elsewhere, nowhere, forged, guessed)} == {403}
    assert not other.cookies.get("ecto-fix")
    assert not browser.cookies.get("ecto-fix")


@pytest.mark.parametrize(
    "wanted", ["https://evil", "//evil", "/\\evil", "/%09/evil", "dashboard", "/a\nb", "/?x", "/@" + "a" * 300]
)
def test_a_login_leads_to_pages_of_ours_alone(house: House, wanted: str) -> None:
    answer = requests.get(f"{house.url}/login", params={"next": wanted}, timeout=30, allow_redirects=False)

    assert answer.status_code == 422


def test_a_session_is_the_browser_s_alone_and_ends(house: House) -> None:
    granted = len(house.github.ask("grants"))

    with logged_in(house, "ann") as browser:
        cookie = next(each for each in browser.cookies if each.name == "ecto-fix")
        shown = dashboard(house, browser)
        left = browser.post(f"{house.url}/logout", {"proof": "forged"}, timeout=30).status_code
        still = dashboard(house, browser)
        browser.post(f"{house.url}/logout", {"proof": proof(shown)}, timeout=30)
        after = requests.get(f"{house.url}/dashboard", cookies={"ecto-fix": cookie.value or ""}, timeout=30)

    assert (cookie.has_nonstandard_attr("HttpOnly"), cookie.get_nonstandard_attr("SameSite")) == (True, "lax")
    assert left == 403
    assert len(house.github.ask("grants")) == granted
    assert "Log out" in still.text
    assert "Log in with GitHub" in after.text
    assert shown.headers["Cache-Control"] == "no-store"
    assert shown.headers["Content-Security-Policy"].endswith("form-action 'self'")


def test_a_token_that_github_takes_no_more_ends_the_session(house: House) -> None:
    with logged_in(house, "ann") as browser:
        session = house.sessions.get(browser.cookies.get("ecto-fix") or "")
        assert session is not None
        house.people.revoke(session.token)
        form = {"proof": session.proof, "job": "any"}
        asked = browser.post(f"{house.url}/dashboard/retry", form, timeout=30, allow_redirects=False)
        after = dashboard(house, browser)

    assert asked.headers["location"] == "/login?next=/dashboard"
    assert "Log in with GitHub" in after.text


def test_nothing_is_retried_while_github_does_not_say_who_may(house: House) -> None:
    job = house.bury(SHOP, 8)

    with logged_in(house, "ann") as browser:
        form = {"proof": proof(dashboard(house, browser)), "job": job}
        house.github.ask("fail", path="/user/installations", status=429, headers={"Retry-After": "60"})
        asked = browser.post(f"{house.url}/dashboard/retry", form, timeout=30)
        after = dashboard(house, browser)

    assert (asked.status_code, after.status_code) == (502, 200)
    assert not house.inbox.is_due(job)


def test_no_token_is_in_the_clear(house: House) -> None:
    with logged_in(house, "ann"):
        sealed = [str(house.redis.get(key)) for key in house.redis.scan_iter(f"{house.prefix}session:*")]

    assert sealed
    assert not any("ghu_" in each or "ann" in each for each in sealed)
    assert "ghu_" not in house.product.logs()


def test_who_may_push_has_a_dead_job_tried_again(house: House) -> None:
    job = house.bury(SHOP, 4)

    with logged_in(house, "rob") as reader:
        seen = dashboard(house, reader)
        refused = reader.post(f"{house.url}/dashboard/retry", {"proof": proof(seen), "job": job}, timeout=30)
    with logged_in(house, "ann") as pusher:
        forged = pusher.post(f"{house.url}/dashboard/retry", {"proof": "forged", "job": job}, timeout=30)
        seen = dashboard(house, pusher)
        hers = pusher.post(f"{house.url}/dashboard/retry", {"proof": proof(seen), "job": job}, timeout=30)

    assert "GitHub answered &lt;b&gt;500" in seen.text
    assert (refused.status_code, forged.status_code, hers.status_code) == (404, 403, 200)
    assert "It is due again" in hers.text
    assert house.inbox.is_due(job)


def test_what_was_given_up_elsewhere_is_no_business_of_others(house: House) -> None:
    job = house.bury(VAULT, 5)

    with logged_in(house, "ann") as other:
        seen = dashboard(house, other)
        refused = other.post(f"{house.url}/dashboard/retry", {"proof": proof(seen), "job": job}, timeout=30)

    assert VAULT not in seen.text
    assert refused.status_code == 404
    assert not house.inbox.is_due(job)


def test_an_operator_sees_the_whole(house: House) -> None:
    house.bury(SHOP, 6)

    with logged_in(house, "bea") as operator:
        seen = dashboard(house, operator)

    assert "For operators" in seen.text
    assert f"{SHOP}#6" in seen.text
    assert "<td>accepted</td><td>7</td>" in seen.text
    assert "<td>not-restored</td><td>1</td>" in seen.text


def test_over_tls_a_cookie_is_for_this_host_and_tls_alone(redis_url: str) -> None:
    settings = {"redis_url": redis_url, "public_url": "https://ecto-fix.example", "webhook_secret": "s" * 30}
    client = {"client_id": "Iv1", "client_secret": "secret"}

    answer = Lobby(Settings.model_validate(settings | client), connect(redis_url)).begin()

    assert answer.headers["set-cookie"].startswith("__Host-ecto-fix-login=")
    assert answer.headers["set-cookie"].endswith("; HttpOnly; Max-Age=600; Path=/; SameSite=lax; Secure")


def test_without_a_client_nobody_logs_in_and_the_page_says_why(github: Sender) -> None:
    status, page = github.get("/dashboard")

    assert status == 200
    assert b"ECTO_FIX_CLIENT_ID" in page
    assert github.get("/login")[0] == 404
