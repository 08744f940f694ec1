"""What a job did and when: the record behind a review's page, and the source of every figure about jobs."""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final, Protocol

from opentelemetry import trace

from workers.figures import CALL_SECONDS, CALLS, CALLS_OF_JOB, JOBS, LEFT, STEPS, UNTIL_CHECK, UNTIL_DONE, Figure

CHECK_STARTED: Final = "check started"


@dataclass(frozen=True, slots=True)
class Step:
    """A step that was done *at* so many seconds after the job was begun."""

    name: str
    at: float


@dataclass(frozen=True, slots=True)
class Call:
    """A request to GitHub: *endpoint* with its verb, *status* 0 when no answer came, *seconds* it took.

    *left* is how many more the installation has this hour, where GitHub said so.
    """

    endpoint: str
    status: int
    seconds: float
    left: int | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One attempt at a job; *heard* and *began* are seconds since the epoch, *ending* is empty while it runs."""

    job: str
    kind: str
    heard: float
    began: float
    attempt: int
    steps: tuple[Step, ...] = ()
    calls: tuple[Call, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)  # what the page shows beside these, as JSON has it
    ending: str = ""

    def to_plain(self) -> dict[str, Any]:
        """Return the run as JSON has it."""
        return asdict(replace(self, facts=dict(self.facts)))

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "Run":
        """Read what `to_plain` wrote."""
        steps = tuple(Step(**step) for step in plain["steps"])
        calls = tuple(Call(**call) for call in plain["calls"])
        return cls(**{**plain, "steps": steps, "calls": calls})


class Counting(Protocol):
    """Whoever counts."""

    def count(self, figure: Figure, *labels: str, by: int = 1) -> None:
        """Add to a counter."""

    def observe(self, figure: Figure, value: float, *labels: str) -> None:
        """Put a value into its bucket."""

    def flush(self) -> None:
        """Hand over what was counted."""


class Journal:
    """Writes down one job while it is done, and lets whoever keeps runs know after each step."""

    def __init__(
        self,
        run: Run,
        tally: Counting,
        keep: Callable[[Run], None] | None = None,
        page: str = "",
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.run = run
        self.page = page  # where people see the run; empty where there is no such place
        self._tally = tally
        self._keep = keep
        self._clock = clock
        self._before = run.began

    def step(self, name: str, **facts: Any) -> None:
        """Say that a step is done, and what is known since."""
        self._write(self._after(name, facts))

    def _after(self, name: str, facts: Mapping[str, Any]) -> Run:
        trace.get_current_span().add_event(name)
        now = self._clock()
        self._tally.observe(STEPS, now - self._before, name)
        if name == CHECK_STARTED:
            self._tally.observe(UNTIL_CHECK, now - self.run.heard)
        self._before = now
        steps = (*self.run.steps, Step(name, round(now - self.run.began, 3)))
        return replace(self.run, steps=steps, facts={**self.run.facts, **facts})

    def call(self, call: Call) -> None:
        """Say that GitHub was asked."""
        self._tally.count(CALLS, call.endpoint, str(call.status))
        self._tally.observe(CALL_SECONDS, call.seconds, call.endpoint)
        self.run = replace(self.run, calls=(*self.run.calls, call))

    def count(self, figure: Figure, *labels: str, by: int = 1) -> None:
        """Count something that happened on the way."""
        self._tally.count(figure, *labels, by=by)

    def end(self, ending: str, reason: str = "") -> None:
        """Say how the job ended, and why it is not done; a run that was interrupted is a run, too."""
        self._tally.count(JOBS, self.run.kind, ending)
        self._tally.observe(UNTIL_DONE, self._clock() - self.run.heard, self.run.kind)
        self._tally.observe(CALLS_OF_JOB, len(self.run.calls), self.run.kind)
        left = [call.left for call in self.run.calls if call.left is not None]
        if left:
            self._tally.observe(LEFT, left[-1])
        self._write(replace(self._after("settled", {"reason": reason} if reason else {}), ending=ending))
        self._tally.flush()

    def _write(self, run: Run) -> None:
        self.run = run
        if self._keep is not None:
            self._keep(run)


class Uncounted:
    """Counts nothing, where nobody asks."""

    def count(self, figure: Figure, *labels: str, by: int = 1) -> None:
        """Forget it."""

    def observe(self, figure: Figure, value: float, *labels: str) -> None:
        """Forget it."""

    def flush(self) -> None:
        """Have nothing to hand over."""


def unkept() -> Journal:
    """Return a journal that nobody reads."""
    return Journal(Run("", "", 0.0, 0.0, 1), Uncounted())
