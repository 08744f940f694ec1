"""What GitHub has and we have not is found, by one process in its turn."""

import threading
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from redis import Redis

from tests.workers.github.hub import ADD_INDEX, NEW, Hub, hub, standin
from workers.app import create_celery
from workers.github.errors import Forbidden, RetryLater
from workers.jobs import PullRequestKey, ReviewPullRequest, RunCommand
from workers.memory.inbox import Claim, Inbox
from workers.memory.recollection import Recollection
from workers.missed import Heads, Tries
from workers.queue import Doorbell
from workers.review.fingerprint import MIGRATING, reviewed
from workers.rounds import Chore, Turns, go_round

__all__ = ["hub", "standin"]


@pytest.fixture
def heads(hub: Hub, redis: Redis, prefix: str, redis_url: str, inbox: Inbox) -> Heads:
    doorbell = Doorbell(create_celery(redis_url, prefix), redis, prefix)
    return Heads(hub.app, redis, prefix, inbox, doorbell)


def due(heads: Heads, key: PullRequestKey) -> bool:
    return isinstance(heads.inbox.claim(str(key), 1), Claim)


def say(heads: Heads, key: PullRequestKey, *marks: str) -> None:
    Recollection(heads.redis, heads.prefix, key).say(key, marks)


def test_a_head_without_a_review_is_made_due_and_one_with_a_review_is_not(hub: Hub, heads: Heads) -> None:
    seen, unseen = hub.opens({NEW: ADD_INDEX}), hub.opens({NEW: ADD_INDEX}, "again")
    say(heads, hub.key(seen), reviewed(seen.look().head_sha))

    while heads.recover() == 0:  # other tests' repositories come first, fifty at a time
        pass

    assert due(heads, hub.key(unseen))
    assert not due(heads, hub.key(seen))


def test_what_was_pushed_since_the_review_is_made_due(hub: Hub, heads: Heads) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    say(heads, hub.key(pull), reviewed(pull.look().head_sha))
    pull.push({NEW: "# nothing\n"}, by="maria")

    while heads.recover() == 0:
        pass

    assert due(heads, hub.key(pull))


def test_a_repository_that_is_named_is_looked_through(hub: Hub, heads: Heads) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    key = hub.key(pull)
    heads.inbox.look([f"{key.installation_id}:{key.repository}"])

    assert heads.heed() == 1

    assert due(heads, key)


def test_what_was_heard_of_does_not_wait_for_its_turn(hub: Hub, heads: Heads) -> None:
    pull, other = hub.opens({NEW: ADD_INDEX}), hub.opens({"README.md": "Hello"}, "other")
    key = hub.key(pull)
    for one in (pull, other):
        say(heads, hub.key(one), reviewed(one.look().head_sha))
    place = f"{key.installation_id}:{key.repository}"

    heads.inbox.look([place])
    known = heads.heed()
    heads.inbox.look([f"{place}^{pull.look().head_sha}"])
    asked_for = heads.heed()

    assert (known, asked_for) == (0, 1)
    assert due(heads, key)
    assert heads.heed() == 0


def test_what_was_heard_of_while_github_asks_for_patience_is_not_forgotten(hub: Hub, heads: Heads) -> None:
    key = hub.key(hub.opens({NEW: ADD_INDEX}))
    heads.inbox.look([f"{key.installation_id}:{key.repository}"])
    hub.standin.hit_secondary_limit(method="GET", path="/pulls$")

    with pytest.raises(RetryLater):
        heads.heed()

    assert heads.heed() == 1


def test_who_has_to_wait_keeps_nobody_else_waiting(hub: Hub, heads: Heads) -> None:
    limited, key = hub.key(hub.opens({"README.md": "Hello"}, "other")), hub.key(hub.opens({NEW: ADD_INDEX}))
    place = f"{key.installation_id}:{key.repository}"
    heads.inbox.look([f"{place}@main", f"{limited.installation_id}:{limited.repository}-gone"])
    hub.standin.hit_secondary_limit(method="GET", path="-gone/pulls$", count=2)
    say(heads, key, MIGRATING)

    for _ in range(2):
        with suppress(RetryLater):
            heads.heed()

    assert due(heads, key)


def test_what_somebody_looked_through_when_he_died_is_looked_through_again(hub: Hub, heads: Heads) -> None:
    key = hub.key(hub.opens({NEW: ADD_INDEX}))
    heads.inbox.look([f"{key.installation_id}:{key.repository}"])
    hub.standin.fail(method="GET", path="/pulls$", status=200, message="no list")

    with pytest.raises(TypeError):
        heads.heed()
    found = heads.heed()

    assert found == 1


def test_one_installation_that_has_to_wait_costs_the_others_no_turn(hub: Hub, heads: Heads) -> None:
    key = hub.key(hub.opens({NEW: ADD_INDEX}))
    heads.redis.rpush(f"{heads.prefix}turns", "42:acme/limited", f"{key.installation_id}:{key.repository}")
    hub.standin.hit_secondary_limit(path="/42/access_tokens$")

    assert heads.recover() == 1

    assert due(heads, key)


def test_an_installation_that_has_to_wait_is_listed_in_its_turn(hub: Hub, heads: Heads) -> None:
    key = hub.key(hub.opens({NEW: ADD_INDEX}))
    hub.standin.hit_secondary_limit(method="GET", path="/installation/repositories$")

    assert heads.recover() >= 1

    assert due(heads, key)


def test_under_its_former_name_a_repository_has_no_pull_requests(hub: Hub, heads: Heads) -> None:
    key = hub.key(hub.opens({NEW: ADD_INDEX}))
    now = {"Location": f"{hub.standin.url}/repos/{key.repository}/pulls"}
    hub.standin.fail(method="GET", path="/acme/formerly/pulls$", status=301, headers=now)
    heads.inbox.look([f"{key.installation_id}:acme/formerly"])

    assert heads.heed() == 0


def test_a_repository_that_came_since_the_token_was_made_is_looked_through(hub: Hub, heads: Heads) -> None:
    key = hub.key(hub.opens({NEW: ADD_INDEX}))
    heads.inbox.look([f"{key.installation_id}:{key.repository}"])
    heads.heed()
    young = replace(hub, repository=hub.standin.create_repository(f"{key.repository}-2", {"mix.exs": ""}))
    new = young.key(young.opens({NEW: ADD_INDEX}))
    heads.inbox.look([f"{new.installation_id}:{new.repository}"])

    assert heads.heed() == 1

    assert due(heads, new)


def test_an_installation_that_is_named_is_looked_through_whole(hub: Hub, heads: Heads) -> None:
    key = hub.key(hub.opens({NEW: ADD_INDEX}))
    heads.inbox.look([f"{key.installation_id}:"])

    assert heads.heed() >= 1

    assert due(heads, key)


def test_what_is_due_already_is_not_made_due_again(hub: Hub, heads: Heads) -> None:
    key = hub.key(hub.opens({NEW: ADD_INDEX}))
    heads.inbox.accept("d-1", "pull_request", [ReviewPullRequest(key)])
    heads.inbox.look([f"{key.installation_id}:{key.repository}"])

    assert heads.heed() == 0


def test_when_the_base_gets_migrations_those_who_migrate_are_reviewed_again(hub: Hub, heads: Heads) -> None:
    migrating, other = hub.opens({NEW: ADD_INDEX}), hub.opens({"README.md": "Hello"}, "other")
    for pull, marks in ((migrating, [MIGRATING]), (other, [])):
        say(heads, hub.key(pull), reviewed(pull.look().head_sha), *marks)
    place = f"{hub.key(migrating).installation_id}:{hub.repository.name}"

    heads.inbox.look([f"{place}@release"])
    assert heads.heed() == 0
    heads.inbox.look([f"{place}@main"])
    assert heads.heed() == 1

    assert due(heads, hub.key(migrating))


def test_all_that_is_known_of_a_removed_repository_is_forgotten(hub: Hub, heads: Heads, redis: Redis) -> None:
    kept, gone = hub.opens({NEW: ADD_INDEX}), PullRequestKey(42, "acme/shop", 7)
    for key in (hub.key(kept), gone):
        heads.inbox.accept(
            f"d-{key.number}-{key.installation_id}",
            "issue_comment",
            [RunCommand(key, 900, "jo", "/ecto-fix", "2026-11-21")],
        )
        Recollection(redis, heads.prefix, key).put("abc", b"x")
        say(heads, key, "something")

    heads.inbox.forget("42:acme/shop#")

    left = [key.decode() for key in redis.scan_iter(f"{heads.prefix}*")]
    assert not [key for key in left if "42:acme/shop" in key and "bell:" not in key and "gone:" not in key]
    heard: Any = redis.xrange(f"{heads.prefix}deliveries")
    assert b"acme/shop" not in b" ".join(part for _, entry in heard for part in entry.values())
    assert Recollection(redis, heads.prefix, hub.key(kept)).get("abc") == b"x"
    assert heads.inbox.waiting() == 1


def tries(*answers: int, at: str = "2026-11-21T09:00:00Z") -> Tries:
    """Return one try for each of *answers*, HTTP statuses."""
    several = Tries()
    for number, status in enumerate(answers):
        several.add({"id": number, "delivered_at": at, "status_code": status})
    return several


def test_each_try_waits_twice_as_long_as_the_one_before() -> None:
    once, thrice = tries(502), tries(502, 503, 0)

    assert [once.is_due(once.newest + seconds) for seconds in (59, 60)] == [False, True]
    assert [thrice.is_due(thrice.newest + seconds) for seconds in (239, 240)] == [False, True]


def test_what_was_tried_ten_times_is_left_alone() -> None:
    assert not tries(*[502] * 10).is_due(2e9)


def test_a_delivery_has_arrived_when_one_of_its_tries_has() -> None:
    assert tries(502, 202).arrived
    assert not tries(502, 302, 0).arrived


def test_of_many_processes_one_takes_the_turn(redis: Redis, prefix: str) -> None:
    chore = Chore("dishes", 60, lambda: 0)

    assert [Turns(redis, prefix).take(chore) for _ in range(3)] == [True, False, False]


@pytest.mark.parametrize("error", [Forbidden("not you"), KeyError("what nobody thought of")])
def test_trouble_with_one_chore_keeps_nobody_from_the_next(redis: Redis, prefix: str, error: Exception) -> None:
    over, done = threading.Event(), list[str]()

    def refuse() -> int:
        raise error

    def act() -> int:
        done.append("done")
        over.set()
        return 1

    go_round([Chore("first", 60, refuse), Chore("second", 60, act)], Turns(redis, prefix), 0.001, over)

    assert done == ["done"]


def test_a_list_that_has_not_changed_costs_nothing_of_the_hour(hub: Hub, heads: Heads) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    key = hub.key(pull)
    place = f"{key.installation_id}:{key.repository}"
    listed = f"/repos/{key.repository}/pulls"
    before = len(hub.standin.requests())

    found = []
    for _ in range(2):
        heads.inbox.look([place])
        found.append(heads.heed())
        heads.inbox.drop(str(key))  # as if it had been done
    pull.push({NEW: "# nothing\n"}, by="maria")
    heads.inbox.look([place])
    found.append(heads.heed())

    asked = [one["status"] for one in hub.standin.requests()[before:] if one["path"] == listed]
    assert asked == [200, 304, 200]
    assert all(found)
