"""The inbox in plain Python, without time: what is late becomes due, and what is held free, when it is told to."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from workers.jobs import Job, RunCommand


def pull_of(job_id: str) -> str:
    """Return the pull request that a job is about: only one of its jobs is done at a time."""
    return "/".join(job_id.split("/")[:2])


@dataclass(slots=True)
class Held:
    """A claim, as the model remembers it."""

    id: str
    token: str
    generation: int


@dataclass(slots=True)
class Model:
    """What the scripts keep; each method answers as its namesake."""

    late: dict[str, bool] = field(default_factory=dict)  # what is due, and whether only later
    dead: set[str] = field(default_factory=set)
    generations: dict[str, int] = field(default_factory=dict)
    attempts: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    leases: dict[str, str] = field(default_factory=dict)
    bells: set[str] = field(default_factory=set)
    guids: set[str] = field(default_factory=set)
    commands: set[str] = field(default_factory=set)
    owed: set[str] = field(default_factory=set)  # heard, and not wholly done or dropped since

    def accept(self, guid: str, jobs: Iterable[Job]) -> list[str]:
        ring, fresh = [], guid not in self.guids
        for job in jobs:
            if isinstance(job, RunCommand) and job.id in self.commands:
                continue
            self.commands |= {job.id} if isinstance(job, RunCommand) else set()
            self._rise(job.id)
            if fresh or job.id not in self.late:
                self.generations[job.id] = self.generations.get(job.id, 0) + 1
            self.late.setdefault(job.id, False)
            self.owed.add(job.id)
            if not self.late[job.id] and job.id not in self.bells:
                self.bells.add(job.id)
                ring.append(job.id)
        self.guids.add(guid)
        return ring

    def refusal(self, job_id: str) -> str | None:
        """Answer why a claim is refused, if it is; its bell is silent in any case."""
        self.bells.discard(job_id)
        if self.late.get(job_id, True):
            return "not due"
        return "busy" if pull_of(job_id) in self.leases else None

    def claim(self, job_id: str, token: str) -> Held:
        self.leases[pull_of(job_id)] = token
        self.attempts[job_id] = self.attempts.get(job_id, 0) + 1
        return Held(job_id, token, self.generations[job_id])

    def holds(self, held: Held) -> bool:
        return self.leases.get(pull_of(held.id)) == held.token

    def finish(self, held: Held) -> str:
        word = self._let_go(held)
        if word == "again":
            self.attempts.pop(held.id, None)
            self.reasons.pop(held.id, None)
        if word == "":
            self._forget(held.id)
        return word or "finished"

    def bury(self, held: Held, reason: str) -> str:
        word = self._let_go(held)
        if word in {"again", ""}:
            self.attempts.pop(held.id, None)
        if word == "":
            del self.late[held.id]
            self.dead.add(held.id)
            self.reasons[held.id] = reason
        return word or "buried"

    def postpone(self, held: Held, reason: str, *, late: bool, counted: bool) -> str:
        if not self.holds(held):
            return "lost"
        del self.leases[pull_of(held.id)]
        if held.id not in self.late:
            return "dropped"
        self.attempts[held.id] = self.attempts.get(held.id, 0) - (not counted)
        self.late[held.id], self.reasons[held.id] = late, reason
        return "postponed"

    def retry(self, job_id: str) -> bool:
        there = job_id in self.dead
        if there:
            self._rise(job_id)
            self.late.setdefault(job_id, False)
        return there

    def drop(self, wanted: str) -> int:
        several = wanted[-1] in ":#"
        found = [one for one in (*self.late, *self.dead) if one == wanted or (several and one.startswith(wanted))]
        for one in found:
            self.dead.discard(one)
            self._forget(one)
        return len(found)

    def overdue(self) -> set[str]:
        """Answer what may be rung for."""
        now = {one for one, late in self.late.items() if not late}
        return {one for one in now if pull_of(one) not in self.leases and one not in self.bells}

    def _let_go(self, held: Held) -> str:
        if not self.holds(held):
            return "lost"
        del self.leases[pull_of(held.id)]
        if held.id not in self.late:
            return "dropped"
        if self.generations[held.id] != held.generation:
            self.late[held.id] = False
            return "again"
        return ""

    def _rise(self, job_id: str) -> None:
        if job_id in self.dead:
            self.dead.discard(job_id)
            self.reasons.pop(job_id, None)

    def _forget(self, job_id: str) -> None:
        for kept in (self.late, self.generations, self.attempts, self.reasons):
            kept.pop(job_id, None)
        self.owed.discard(job_id)
