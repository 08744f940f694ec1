"""Webhooks: signed, logged, given ten seconds and one attempt, and sent for what everybody does."""

import hashlib
import hmac
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from deploy.standin.control import PullRequest, Repository, StandIn
from tests.standin.conftest import NEW, Caller, as_app, as_installation, new_pull, new_repository

SECRET = "it stays between us"


@dataclass
class Receiver:
    """Something that listens for webhooks and answers what it is told to answer."""

    url: str = ""
    status: int = 202
    delay: float = 0.0
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def events(self) -> list[str]:
        return [_name(headers, body) for headers, body in self.heard]


def _name(headers: dict[str, str], body: bytes) -> str:
    action = json.loads(body).get("action")
    event = headers["x-github-event"]
    return f"{event}.{action}" if action else event


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    listening = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            listening.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
            time.sleep(listening.delay)
            self.send_response(listening.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.url = f"http://127.0.0.1:{server.server_address[1]}/webhook"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield listening
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def shop(own: StandIn, receiver: Receiver) -> Repository:
    """A repository whose App listens; what led there has been heard and forgotten."""
    own.set_webhook(receiver.url, SECRET)
    repository = new_repository(own)
    own.settle()
    receiver.heard.clear()
    return repository


def payload(standin: StandIn, event: str, action: str | None = None) -> Any:
    standin.settle()
    return standin.deliveries(event, action)[-1].payload


def test_an_app_hears_that_it_is_wanted(own: StandIn, receiver: Receiver) -> None:
    own.set_webhook(receiver.url, SECRET)
    new_repository(own)
    own.settle()

    assert receiver.events[0] == "ping"
    assert "installation.created" in receiver.events


def test_the_body_is_signed(own: StandIn, shop: Repository, receiver: Receiver) -> None:
    shop.push("topic", {"mix.exs": "# 1\n"}, by="sam")
    own.settle()

    headers, body = receiver.heard[0]
    expected = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert headers["x-hub-signature-256"] == f"sha256={expected}"
    assert headers["content-type"] == "application/json"
    assert headers["user-agent"].startswith("GitHub-Hookshot/")
    assert headers["x-github-hook-installation-target-type"] == "integration"
    assert headers["x-github-hook-installation-target-id"] == str(own.app().id)
    assert len(headers["x-github-delivery"]) == 36


def test_a_life_of_a_pull_request_is_told_from_end_to_end(own: StandIn, shop: Repository, receiver: Receiver) -> None:
    pull = new_pull(shop)
    pull.push({NEW: "other\n"}, by="sam")
    pull.mark_draft(by="sam")
    pull.mark_ready(by="sam")
    pull.edit(by="sam", title="Better")
    pull.close(by="sam")
    pull.reopen(by="sam")
    pull.merge(by="maria")
    own.settle()

    told = [event for event in receiver.events if not event.startswith("check_suite")]
    assert told == [
        "push",
        "pull_request.opened",
        "push",
        "pull_request.synchronize",
        "pull_request.converted_to_draft",
        "pull_request.ready_for_review",
        "pull_request.edited",
        "pull_request.closed",
        "pull_request.reopened",
        "push",
        "pull_request.closed",
    ]
    assert receiver.events.count("check_suite.requested") == 3


def test_a_payload_names_repository_sender_and_installation(own: StandIn, shop: Repository) -> None:
    pull = new_pull(shop)

    told = payload(own, "pull_request", "opened")

    assert told["repository"]["full_name"] == shop.name
    assert told["organization"]["login"] == shop.name.split("/")[0]
    assert (told["sender"]["login"], told["sender"]["type"]) == ("sam", "User")
    assert told["installation"]["id"] == as_app(own).get("/app/installations").json()[0]["id"]
    assert (told["number"], told["pull_request"]["head"]["sha"]) == (1, pull.look().head_sha)


def test_a_push_says_what_it_brought(own: StandIn, shop: Repository) -> None:
    new_pull(shop).push({NEW: None, "a.txt": "a\n", "mix.exs": "# 2\n"}, by="sam", message="Three things")

    told = payload(own, "push")
    synchronized = payload(own, "pull_request", "synchronize")

    assert (told["ref"], told["created"], told["forced"]) == ("refs/heads/index-users", False, False)
    commit = told["commits"][0]
    assert (commit["message"], commit["added"], commit["removed"]) == ("Three things", ["a.txt"], [NEW])
    assert commit["modified"] == ["mix.exs"]
    assert isinstance(told["repository"]["created_at"], int)  # of all events only in this one
    assert (synchronized["before"], synchronized["after"]) == (told["before"], told["after"])


def test_a_change_of_title_says_what_it_was(own: StandIn, shop: Repository) -> None:
    new_pull(shop).edit(by="sam", title="Better")

    assert payload(own, "pull_request", "edited")["changes"] == {"title": {"from": "Index users"}}


def test_comments_and_reviews_are_told(own: StandIn, shop: Repository, receiver: Receiver) -> None:
    pull = new_pull(shop)
    bot = as_installation(own, shop)
    comment = {"path": NEW, "line": 5, "side": "RIGHT", "body": "Here."}
    bot.post(f"/pulls/{pull.number}/reviews", event="COMMENT", body="Look.", comments=[comment])
    thread = pull.threads()[0]
    pull.reply(thread, "/ecto-fix", by="sam")
    pull.resolve(thread, by="sam")
    number = pull.comment("/ecto-fix", by="sam")
    pull.edit_comment(number, "/ecto-fix all", by="sam")

    own.settle()
    told = [event for event in receiver.events if event.split(".")[0] not in {"push", "pull_request", "check_suite"}]

    assert told == [
        "pull_request_review.submitted",
        "pull_request_review_comment.created",
        "pull_request_review.submitted",
        "pull_request_review_comment.created",
        "pull_request_review_thread.resolved",
        "issue_comment.created",
        "issue_comment.edited",
    ]
    assert payload(own, "issue_comment", "created")["issue"]["pull_request"]["url"].endswith("/pulls/1")
    assert payload(own, "pull_request_review_comment")["comment"]["in_reply_to_id"] == thread.comments[0].id
    assert payload(own, "issue_comment", "edited")["changes"] == {"body": {"from": "/ecto-fix"}}


def test_checks_are_told_with_their_buttons(own: StandIn, shop: Repository, receiver: Receiver) -> None:
    pull = new_pull(shop)
    bot = as_installation(own, shop)
    actions = [{"label": "Fix all", "description": "Commit all rewrites", "identifier": "fix-all"}]
    bot.post("/check-runs", name="ecto-fix", head_sha=pull.look().head_sha, conclusion="failure", actions=actions)
    run = pull.checks()[0]

    pull.press(run, "fix-all", by="sam")
    pull.rerun(run, by="sam")
    pull.rerun_all(run, by="sam")
    own.settle()

    assert [event for event in receiver.events if event.startswith("check_")] == [
        "check_suite.requested",
        "check_run.created",
        "check_run.completed",
        "check_suite.completed",
        "check_run.requested_action",
        "check_run.rerequested",
        "check_suite.rerequested",
    ]
    assert payload(own, "check_run", "requested_action")["requested_action"] == {"identifier": "fix-all"}
    assert payload(own, "check_run", "created")["sender"]["type"] == "Bot"


def test_the_log_tells_what_happened_to_each_delivery(own: StandIn, shop: Repository, receiver: Receiver) -> None:
    receiver.status = 500
    shop.push("topic", {"mix.exs": "# 1\n"}, by="sam")
    own.settle()
    app = as_app(own)

    first, second = (app.get("/app/hook/deliveries", per_page=1), app.get("/app/hook/deliveries", per_page=2))
    following = app.ask("GET", first.links["next"]["url"].removeprefix(own.url))
    whole = app.get(f"/app/hook/deliveries/{first.json()[0]['id']}").json()

    assert (whole["status_code"], whole["status"]) == (500, "Invalid HTTP Response: 500")
    assert whole["request"]["payload"]["repository"]["full_name"] == shop.name
    assert following.json() == second.json()[1:]


def test_nothing_is_sent_twice_unless_asked_for_and_then_under_the_same_name(
    own: StandIn, shop: Repository, receiver: Receiver
) -> None:
    own.lose_deliveries(1)
    new_pull(shop)
    own.settle()
    lost = next(each for each in own.deliveries() if each.status != "OK")

    answer = as_app(own).post(f"/app/hook/deliveries/{lost.id}/attempts")
    own.settle()

    headers, body = receiver.heard[-1]
    assert answer.status_code == 202
    assert (headers["x-github-delivery"], body.decode()) == (lost.guid, lost.body)
    assert [(each.status, each.redelivery) for each in own.deliveries() if each.guid == lost.guid] == [
        ("failed to connect to host", False),
        ("OK", True),
    ]


def test_a_receiver_that_thinks_too_long_is_given_up(own: StandIn, shop: Repository, receiver: Receiver) -> None:
    own.set_patience(0.2)
    receiver.delay = 1.0

    shop.push("topic", {"mix.exs": "# 1\n"}, by="sam")
    own.settle()

    assert {each.status for each in own.deliveries()[-2:]} == {"timed out"}


def test_deliveries_can_come_late_and_in_the_wrong_order(own: StandIn, shop: Repository, receiver: Receiver) -> None:
    own.pause_deliveries()
    pull = new_pull(shop)
    pull.close(by="sam")
    quiet = list(receiver.events)

    own.resume_deliveries(backwards=True)
    own.settle()

    assert quiet == []
    assert receiver.events == ["pull_request.closed", "pull_request.opened", "check_suite.requested", "push"]


def test_an_event_is_not_told_without_the_permission_for_it(own: StandIn, shop: Repository, receiver: Receiver) -> None:
    own.set_installation(shop.name, permissions={"metadata": "read", "contents": "read"})

    new_pull(shop)
    own.settle()

    assert receiver.events == ["push"]


def test_the_log_of_deliveries_goes_back_three_days(own: StandIn, shop: Repository, receiver: Receiver) -> None:
    shop.push("topic", {"mix.exs": "# 1\n"}, by="sam")
    own.settle()
    before = len(as_app(own).get("/app/hook/deliveries").json())
    own.advance(4 * 86_400)

    assert len(receiver.events) <= before
    assert as_app(own).get("/app/hook/deliveries").json() == []


def test_the_life_of_an_installation_is_told(own: StandIn, shop: Repository, receiver: Receiver) -> None:
    shop.suspend(by="maria")
    new_pull(shop)
    shop.suspend(suspended=False, by="maria")
    shop.accept_permissions({"metadata": "read", "contents": "write"}, by="maria")
    shop.rename("store", by="maria")
    shop.take_away(by="maria")
    own.settle()

    assert receiver.events == [
        "installation.suspend",
        "installation.unsuspend",
        "installation.new_permissions_accepted",
        "repository.renamed",
        "installation_repositories.removed",
    ]
    assert own.deliveries("repository")[0].payload["changes"]["repository"]["name"]["from"] == "shop"
    assert shop.name.endswith("/store")
    assert shop.read("mix.exs") == "# mix\n"


def test_the_app_can_move_its_webhook(own: StandIn, shop: Repository) -> None:
    app: Caller = as_app(own)

    changed = app.patch("/app/hook/config", url="http://127.0.0.1:9/", secret="new")

    assert changed.json() == {
        "content_type": "json",
        "insecure_ssl": "0",
        "url": "http://127.0.0.1:9/",
        "secret": "********",
    }
    pull: PullRequest = new_pull(shop)
    own.settle()
    assert pull.number == 1
    assert own.deliveries("pull_request")[-1].status == "failed to connect to host"


@pytest.mark.usefixtures("receiver")
def test_deliveries_can_come_twice_and_behind_later_ones(own: StandIn, shop: Repository) -> None:
    own.disorder_deliveries(1.0, seed=3)
    pull = new_pull(shop)
    for _ in range(5):
        pull.close(by="sam")
        pull.reopen(by="sam")

    own.order_deliveries()

    assert own.settle()
    guids = Counter(each.guid for each in own.deliveries("pull_request"))
    assert len(guids) == 11
    assert set(guids.values()) == {1, 2}
    assert own.tally() == Counter(each.status_code for each in own.deliveries())
