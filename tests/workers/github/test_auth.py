"""Tokens: for one repository, with the permissions of the job, as often as needed and no more often."""

import secrets
import time

import pytest
from github import Auth

from deploy.standin.control import StandIn
from tests.workers.github.hub import ADD_INDEX, NEW, Hub
from workers.github.auth import REVIEWING, WRITING, App
from workers.github.errors import Forbidden, NotFound, RetryLater
from workers.github.models import NewCommit
from workers.github.wire import Wire, path
from workers.memory.connection import connect


def tokens_asked_for(standin: StandIn) -> int:
    return sum(request["path"].endswith("/access_tokens") for request in standin.requests())


def test_a_token_is_asked_for_once(hub: Hub) -> None:
    key = hub.key(hub.opens({NEW: ADD_INDEX}))
    before = tokens_asked_for(hub.standin)

    first, second = (hub.app.token(key.installation_id, key.repository, REVIEWING) for _ in range(2))

    assert first == second
    assert tokens_asked_for(hub.standin) == before + 1


def test_every_set_of_permissions_has_a_token_of_its_own(hub: Hub) -> None:
    key = hub.key(hub.opens({NEW: ADD_INDEX}))

    reviewing = hub.app.token(key.installation_id, key.repository, REVIEWING)
    writing = hub.app.token(key.installation_id, key.repository, WRITING)

    assert reviewing != writing


def test_a_token_for_reviewing_cannot_commit(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    key = hub.key(pull)
    wire = Wire(hub.app.api_url, Auth.Token(hub.app.token(key.installation_id, key.repository, REVIEWING)))

    with pytest.raises(Forbidden):
        wire.post(path("repos", *key.repository.split("/"), "git", "blobs"), {"content": "x", "encoding": "utf-8"})


def test_a_token_sees_no_other_repository(hub: Hub) -> None:
    other = hub.standin.create_repository(f"{hub.repository.name}-two", {"README.md": "Hello\n"})
    pull = hub.opens({NEW: ADD_INDEX})
    key = hub.key(pull)
    wire = Wire(hub.app.api_url, Auth.Token(hub.app.token(key.installation_id, key.repository, REVIEWING)))

    with pytest.raises(NotFound):
        wire.get(path("repos", *other.name.split("/")))


def test_a_token_that_is_about_to_end_is_replaced(hub: Hub) -> None:
    key = hub.key(hub.opens({NEW: ADD_INDEX}))
    now = [time.time()]
    app = App(hub.app.api_url, hub.app.id, hub.app.private_key, lambda: now[0])
    first = app.token(key.installation_id, key.repository, REVIEWING)

    now[0] += 3301  # of 3600 that it lives, less than our margin is left

    assert app.token(key.installation_id, key.repository, REVIEWING) != first


def test_what_was_not_granted_is_forbidden(hub: Hub) -> None:
    key = hub.key(hub.opens({NEW: ADD_INDEX}))

    with pytest.raises(Forbidden):
        hub.app.token(key.installation_id, key.repository, {"administration": "write"})


def test_in_place_of_a_token_that_was_revoked_another_is_asked_for(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    key = hub.key(pull)
    revoked = hub.app.token(key.installation_id, key.repository, REVIEWING)
    Wire(hub.app.api_url, Auth.Token(revoked)).delete(path("installation", "token"))

    assert hub.client(pull).pull_request().number == 1
    assert hub.app.token(key.installation_id, key.repository, REVIEWING) != revoked


def test_the_key_and_the_tokens_are_never_shown(hub: Hub) -> None:
    key = hub.key(hub.opens({NEW: ADD_INDEX}))
    token = hub.app.token(key.installation_id, key.repository, REVIEWING)

    assert token not in repr(hub.app)
    assert "PRIVATE KEY" not in repr(hub.app)


def test_a_wrong_key_is_forbidden(hub: Hub) -> None:
    stranger = App(hub.app.api_url, hub.app.id + 1, hub.app.private_key)

    with pytest.raises(Forbidden):
        stranger.token(1, hub.repository.name, REVIEWING)


def test_a_commit_uses_a_token_that_may_write(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    change = NewCommit(hub.repository.name, "add-email", pull.look().head_sha, "One", "", {NEW: "x\n"})

    assert hub.client(pull).commit(change) == pull.look().head_sha


def sharing(hub: Hub, redis_url: str) -> tuple[App, App]:
    """Two processes of one App, with a memory between them."""
    redis, prefix = connect(redis_url), f"test-{secrets.token_hex(6)}:"
    known = hub.app
    one, other = (App(known.api_url, known.id, known.private_key, redis=redis, prefix=prefix) for _ in range(2))
    return one, other


def test_processes_share_a_token_until_one_of_them_forgets_it(hub: Hub, redis_url: str) -> None:
    key = hub.key(hub.opens({NEW: ADD_INDEX}))
    one, other = sharing(hub, redis_url)
    before = tokens_asked_for(hub.standin)

    first, second = (app.token(key.installation_id, key.repository, REVIEWING) for app in (one, other))
    one.forget(key.installation_id, key.repository)
    third = one.token(key.installation_id, key.repository, REVIEWING)

    assert first == second != third
    assert tokens_asked_for(hub.standin) == before + 2


def test_when_the_hour_is_all_but_used_up_no_process_asks_until_the_next(hub: Hub, redis_url: str) -> None:
    key = hub.key(hub.opens({NEW: ADD_INDEX}))
    one, other = sharing(hub, redis_url)
    hub.standin.limit(per_hour=20)

    one.at(key.installation_id, key.repository, REVIEWING).get(path("repos", *key.repository.split("/")))
    with pytest.raises(RetryLater, match="hour is used up") as later:
        other.at(key.installation_id, key.repository, REVIEWING)
    hub.standin.limit(per_hour=5000)

    assert later.value.seconds <= 3601


def test_who_writes_too_much_comes_back_later(hub: Hub, redis_url: str) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    key = hub.key(pull)
    app, _ = sharing(hub, redis_url)
    wire = app.at(key.installation_id, key.repository, REVIEWING)
    comments = path("repos", *key.repository.split("/"), "issues", pull.number, "comments")

    def flood() -> None:
        for number in range(20):
            wire.post(comments, {"body": f"{number}"})

    with pytest.raises(RetryLater, match="so much in a while"):
        flood()

    assert len(pull.look().comments) == 8
