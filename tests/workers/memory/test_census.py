"""Who is in the inbox, counted and listed."""

from dataclasses import replace

from redis import Redis

from workers.jobs import PullRequestKey, ReviewPullRequest
from workers.memory.census import Census, census, entries
from workers.memory.inbox import Claim, Inbox


def test_what_is_counted_is_what_is_listed(redis: Redis, prefix: str, inbox: Inbox) -> None:
    reviews = [ReviewPullRequest(PullRequestKey(42, "acme/shop", number)) for number in range(1, 7)]
    inbox.accept("d-1", "pull_request", reviews)
    held, later, dead = (inbox.claim(review.id, 60) for review in reviews[:3])
    assert isinstance(held, Claim)
    assert isinstance(later, Claim)
    assert isinstance(dead, Claim)
    inbox.postpone(later, 3600, "not yet", counted=False)
    inbox.bury(dead, "it crashed")

    counted, listed = census(redis, prefix), Census.of(entries(redis, prefix))

    assert replace(counted, oldest=0.0) == replace(listed, oldest=0.0) == Census(due=3, later=1, held=1, dead=1)
    assert 0 < counted.oldest <= listed.oldest
