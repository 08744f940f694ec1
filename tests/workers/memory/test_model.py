"""Whatever is done to the inbox in whatever order, it answers as its model in plain Python does, and loses nothing."""

from secrets import token_hex
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from redis import Redis

from tests.workers.memory.model import Held, Model, pull_of
from workers.jobs import Job, PullRequestKey, ReviewMergeGroup, ReviewPullRequest, RunCommand
from workers.memory.inbox import Claim, Inbox

LONG: Final = 3600.0  # seconds, longer than any test
KEY: Final = PullRequestKey(42, "acme/shop", 7)
JOBS: Final[tuple[Job, ...]] = (
    ReviewPullRequest(KEY),
    RunCommand(KEY, 900, "jo", "/ecto-fix", "2026-11-21T09:00:00Z"),
    ReviewMergeGroup(KEY, "queue", "f00"),
    ReviewPullRequest(PullRequestKey(421, "b/c", 7)),
)
IDS: Final = tuple(job.id for job in JOBS)
ids = st.sampled_from(IDS)


class Inboxes(RuleBasedStateMachine):
    """The inbox and its model, to which the same is done."""

    claims = Bundle("claims")
    redis: Redis  # of whoever runs this

    def __init__(self) -> None:
        super().__init__()
        self.prefix = f"model-{token_hex(6)}:"
        self.inbox, self.model = Inbox(self.redis, self.prefix), Model()

    def teardown(self) -> None:
        for key in self.redis.scan_iter(f"{self.prefix}*", count=10_000):
            self.redis.delete(key)

    @rule(guid=st.integers(1, 6), jobs=st.lists(st.sampled_from(JOBS), min_size=1, max_size=3, unique=True))
    def accept(self, guid: int, jobs: list[Job]) -> None:
        ring = self.inbox.accept(f"d-{guid}", "event", jobs)
        assert list(ring) == self.model.accept(f"d-{guid}", jobs)

    @rule(target=claims, job_id=ids)
    def claim(self, job_id: str) -> object:
        answer, refusal = self.inbox.claim(job_id, LONG), self.model.refusal(job_id)
        if isinstance(answer, str):
            assert answer == refusal
            return multiple()
        assert refusal is None
        held = self.model.claim(job_id, answer.token)
        reason = self.model.reasons.get(job_id, "")
        assert (answer.job.id, answer.attempt, answer.reason) == (job_id, self.model.attempts[job_id], reason)
        return answer, held

    @rule(both=claims)
    def renew(self, both: tuple[Claim, Held]) -> None:
        assert self.inbox.renew(both[0], LONG) == self.model.holds(both[1])

    @rule(both=claims)  # not consumed: who finished once may try again, and whoever was frozen does
    def finish(self, both: tuple[Claim, Held]) -> None:
        assert self.inbox.finish(both[0]) == self.model.finish(both[1])

    @rule(both=consumes(claims), late=st.booleans(), counted=st.booleans(), reason=st.sampled_from(["", "limit"]))
    def postpone(self, both: tuple[Claim, Held], *, late: bool, counted: bool, reason: str) -> None:
        answer = self.inbox.postpone(both[0], LONG if late else 0, reason, counted=counted)
        assert answer == self.model.postpone(both[1], reason, late=late, counted=counted)

    @rule(both=claims)
    def bury(self, both: tuple[Claim, Held]) -> None:
        assert self.inbox.bury(both[0], "it crashed") == self.model.bury(both[1], "it crashed")

    @rule(job_id=ids)
    def retry(self, job_id: str) -> None:
        assert self.inbox.retry(job_id) == self.model.retry(job_id)

    @rule(wanted=st.sampled_from([*IDS, "42:", "42:acme/shop#", "421:"]))
    def drop(self, wanted: str) -> None:
        assert self.inbox.drop(wanted) == self.model.drop(wanted)

    @rule(most=st.integers(1, 4))
    def overdue(self, most: int) -> None:
        rung, may = self.inbox.overdue(most), self.model.overdue()
        assert set(rung) <= may
        assert len(set(rung)) == len(rung) == min(most, len(may))
        self.model.bells |= set(rung)

    @rule(job_id=ids)
    def a_bell_has_sounded(self, job_id: str) -> None:
        self.redis.delete(f"{self.prefix}bell:{job_id}")
        self.model.bells.discard(job_id)

    @rule(job_id=ids)
    def a_lease_runs_out(self, job_id: str) -> None:
        self.redis.delete(f"{self.prefix}lease:{pull_of(job_id)}")
        self.model.leases.pop(pull_of(job_id), None)

    @rule(job_id=ids)
    def a_delay_is_over(self, job_id: str) -> None:
        if self.model.late.get(job_id):
            self.redis.zadd(f"{self.prefix}due", {job_id: 1})
            self.model.late[job_id] = False

    @invariant()
    def both_know_the_same(self) -> None:
        due: Any = self.redis.zrange(f"{self.prefix}due", 0, -1)
        assert {one.decode() for one in due} == set(self.model.late)
        dead = {one.id: one.reason for one in self.inbox.dead()}
        assert dead == {one: self.model.reasons.get(one, "") for one in self.model.dead}

    @invariant()
    def nothing_is_lost(self) -> None:
        assert self.model.owed <= set(self.model.late) | self.model.dead


@pytest.mark.parametrize(
    ("runs", "steps"), [(50, 30), pytest.param(2000, 50, marks=[pytest.mark.prove, pytest.mark.timeout(3600)])]
)
def test_the_inbox_does_what_its_model_does(redis: Redis, runs: int, steps: int) -> None:
    wanted = settings(
        max_examples=runs, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)
    )

    run_state_machine_as_test(type("OurInboxes", (Inboxes,), {"redis": redis}), settings=wanted)
