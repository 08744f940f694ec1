"""The way into the inbox: who comes together is written together, and each hears what became of its own."""

import asyncio
from collections.abc import Iterable, Iterator

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as Disconnected

from bot.intake import AT_ONCE, Intake
from tests.bot.sender import Sender
from workers.jobs import PullRequestKey, ReviewPullRequest
from workers.memory.inbox import Delivery, Inbox


class Watched(Inbox):
    """An inbox that counts how many come together, and may be away."""

    def __init__(self, redis: Redis, prefix: str) -> None:
        super().__init__(redis, prefix)
        self.together: list[int] = []
        self.away = False

    def accept_all(self, deliveries: Iterable[Delivery]) -> list[tuple[str, ...]]:
        several = list(deliveries)
        self.together.append(len(several))
        if self.away:
            raise Disconnected("gone")
        return super().accept_all(several)


@pytest.fixture
def inbox(github: Sender) -> Watched:
    return Watched(github.redis, github.prefix)


@pytest.fixture
def intake(inbox: Watched) -> Iterator[Intake]:
    made = Intake(inbox)
    yield made
    made.close()


def job(number: int) -> ReviewPullRequest:
    return ReviewPullRequest(PullRequestKey(42, "acme/shop", number))


def test_a_crowd_is_written_in_few_goes_and_each_is_told_whom_to_ring_for(inbox: Watched, intake: Intake) -> None:
    async def crowd() -> list[tuple[str, ...]]:
        return await asyncio.gather(*(intake.accept(f"d-{n}", "pull_request", [job(n)]) for n in range(1, 301)))

    rings = asyncio.run(crowd())

    assert rings == [(job(number).id,) for number in range(1, 301)]
    assert inbox.waiting() == 300
    assert len(inbox.together) < 10
    assert max(inbox.together) <= AT_ONCE


def test_all_who_came_while_redis_was_away_are_told_and_the_next_ones_are_served(
    inbox: Watched, intake: Intake
) -> None:
    async def unlucky() -> list[object]:
        inbox.away = True
        told = await asyncio.gather(
            *(intake.accept(f"d-{n}", "pull_request", [job(n)]) for n in range(1, 4)), return_exceptions=True
        )
        inbox.away = False
        return [*told, await intake.accept("d-4", "pull_request", [job(4)])]

    *told, served = asyncio.run(unlucky())

    assert [type(one) for one in told] == [Disconnected] * 3
    assert served == (job(4).id,)


def test_who_has_given_up_keeps_nobody_waiting(inbox: Watched, intake: Intake) -> None:
    async def impatient() -> tuple[str, ...]:
        leaving = asyncio.create_task(intake.accept("d-1", "pull_request", [job(1)]))
        staying = asyncio.create_task(intake.accept("d-2", "pull_request", [job(2)]))
        await asyncio.sleep(0)
        leaving.cancel()
        return await staying

    assert asyncio.run(impatient()) == (job(2).id,)
    assert inbox.is_due(job(2).id)
