"""What is counted and timed: every figure that an operator can see, by name, with the labels that tell cases apart."""

from dataclasses import dataclass
from typing import Final

SHORT: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
LONG: Final = (0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 900.0)  # seconds


@dataclass(frozen=True, slots=True)
class Figure:
    """A counter, or with *buckets* (upper bounds, ascending) a histogram; each label has few values, all ours."""

    name: str
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


DELIVERIES: Final = Figure(
    "deliveries", "Deliveries from GitHub, by event and by what was answered.", ("event", "result")
)
JOBS: Final = Figure("jobs", "Jobs that were begun, by kind and by how they ended.", ("kind", "ending"))
UNTIL_CHECK: Final = Figure("until_check_seconds", "From a delivery to its check run.", (), LONG)
UNTIL_DONE: Final = Figure("until_done_seconds", "From a delivery to the end of its job, by kind.", ("kind",), LONG)
STEPS: Final = Figure("step_seconds", "How long each step of a job took.", ("step",), SHORT + LONG[6:])
CALLS: Final = Figure(
    "github_calls", "Requests to GitHub, by endpoint and status; 0: no answer.", ("endpoint", "status")
)
CALL_SECONDS: Final = Figure("github_call_seconds", "How long GitHub took to answer.", ("endpoint",), SHORT)
CALLS_OF_JOB: Final = Figure(
    "github_calls_of_job", "Requests to GitHub that a job made.", ("kind",), (5.0, 10.0, 14.0, 20.0, 30.0, 50.0, 100.0)
)
LEFT: Final = Figure(
    "github_requests_left",
    "Requests that were left of an installation's hour when a job was done.",
    (),
    (0.0, 100.0, 500.0, 1000.0, 2000.0, 4000.0, 5000.0, 12500.0),
)
COMMENTS: Final = Figure("comments", "What was said, by the rung of the ladder on which it was said.", ("place",))
FINDINGS: Final = Figure("findings", "Findings of reviews, by rule and severity.", ("rule", "severity"))
VERDICTS: Final = Figure("verdicts", "Rollbacks judged, by verdict.", ("verdict",))
REHEARSALS: Final = Figure("rehearsals", "Migrations rehearsed, by outcome.", ("outcome",))
DISAGREEMENTS: Final = Figure(
    "disagreements", "Proof and rehearsal said different things: a defect of ours.", ("proof", "rehearsal")
)
WITHDRAWN: Final = Figure("findings_withdrawn", "Findings that a rehearsal refuted.", ("rule",))
FAILURES: Final = Figure("analysis_failures", "Analyses that ended before their time.", ("kind",))
RECOVERED: Final = Figure("recovered", "What was missed and found again, by how it was found.", ("chore",))

FIGURES: Final = (
    DELIVERIES,
    JOBS,
    UNTIL_CHECK,
    UNTIL_DONE,
    STEPS,
    CALLS,
    CALL_SECONDS,
    CALLS_OF_JOB,
    LEFT,
    COMMENTS,
    FINDINGS,
    VERDICTS,
    REHEARSALS,
    DISAGREEMENTS,
    WITHDRAWN,
    FAILURES,
    RECOVERED,
)
