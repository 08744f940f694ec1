"""What the box above the merge button says about checks."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from deploy.standin.mergeability import Required
from deploy.standin.model import CheckRun

WORDS = {"failing": "failing", "running": "pending", "neutral": "neutral", "passing": "successful"}
HEADLINES = {
    "failing": "Some checks were not successful",
    "running": "Some checks haven't completed yet",
    "passing": "All checks have passed",
}


def state(run: CheckRun) -> str:
    """Tell how a check stands: running, neutral, failing or passing."""
    if run.status != "completed":
        return "running"
    if run.conclusion in {"neutral", "skipped"}:
        return "neutral"
    return "passing" if run.conclusion == "success" else "failing"


@dataclass(frozen=True, slots=True)
class MergeBox:
    """All checks summed up; *expected* are required ones of which nothing was heard yet."""

    overall: str  # failing, running or passing
    headline: str
    tally: str
    expected: tuple[Required, ...]


def merge_box(runs: Sequence[CheckRun], required: Sequence[Required]) -> MergeBox:
    """Sum up the checks of a head."""
    expected = tuple(each for each in required if each.state == "expected")
    counts = Counter(state(run) for run in runs)
    counts["running"] += len(expected)
    overall = next((each for each in ("failing", "running") if counts[each]), "passing")
    counted = ", ".join(f"{counts[each]} {word}" for each, word in WORDS.items() if counts[each])
    return MergeBox(overall, HEADLINES[overall], f"{counted} check{'s' if counts.total() != 1 else ''}", expected)
