"""What runs come to: reviews, findings week by week, and what no rollback brings back."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Final

from rules.schema.verdict import Verdict
from workers.jobs import PullRequestKey
from workers.journal import Run

WEEKS: Final = 5  # a run is kept for a month
MOST_RULES: Final = 12
MOST_MIGRATIONS: Final = 50
NOT_TAKEN_BACK: Final = {
    verdict.value for verdict in (Verdict.IRREVERSIBLE, Verdict.ONE_WAY, Verdict.FAILS_ON_DATA, Verdict.NOT_RESTORED)
}


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A run as the list of a repository shows it; *found* is empty where nothing was found out."""

    name: str
    key: PullRequestKey
    began: datetime
    run: Run
    found: Mapping[str, Any]

    @property
    def findings(self) -> int:
        """How many findings there are."""
        return sum(len(file["findings"]) for file in self.files)

    @property
    def verdicts(self) -> tuple[str, ...]:
        """Each verdict that a file got."""
        return tuple(sorted({file["verdict"] for file in self.files}))

    @property
    def files(self) -> tuple[Mapping[str, Any], ...]:
        """The migrations that were judged."""
        return tuple(self.found.get("files", ()))


@dataclass(frozen=True, slots=True)
class Trend:
    """How often a rule spoke in each week, the oldest first, and the same as heights in percent of the highest."""

    rule: str
    weeks: tuple[int, ...]
    heights: tuple[int, ...]

    @property
    def total(self) -> int:
        """How often in all weeks."""
        return sum(self.weeks)


@dataclass(frozen=True, slots=True)
class Migration:
    """A migration as the latest review of its pull request saw it."""

    review: Reviewed
    file: Mapping[str, Any]


def reviewed(runs: Iterable[tuple[str, Run]]) -> tuple[Reviewed, ...]:
    """Read *runs* by their names; commands are no reviews."""
    return tuple(
        Reviewed(
            name, PullRequestKey.of(run.job), datetime.fromtimestamp(run.began, UTC), run, run.facts.get("found") or {}
        )
        for name, run in runs
        if run.kind != "RunCommand"
    )


@dataclass(frozen=True, slots=True)
class Overview:
    """Reviews in figures: *weeks* are the days on which those of the trends begin."""

    weeks: tuple[datetime, ...]
    trends: tuple[Trend, ...]
    one_way: tuple[Migration, ...]
    losing: tuple[Migration, ...]


def overview(reviews: Iterable[Reviewed], now: datetime) -> Overview:
    """Return what *reviews* come to."""
    newest_first = sorted(reviews, key=lambda each: each.began, reverse=True)
    return Overview(
        weeks(now),
        trends(newest_first, now),
        _among(newest_first, lambda file: file["verdict"] in NOT_TAKEN_BACK),
        _among(newest_first, lambda file: bool(file["loses"])),
    )


def weeks(now: datetime) -> tuple[datetime, ...]:
    """Return the days on which the weeks of a trend begin, the last of which ends *now*."""
    return tuple(now - timedelta(weeks=back) for back in range(WEEKS, 0, -1))


def trends(reviews: Iterable[Reviewed], now: datetime) -> tuple[Trend, ...]:
    """Count what the last review of each pull request in each week found, the most frequent rule first.

    *reviews* are the newest first: a push that is reviewed again does not count again.
    """
    begun = weeks(now)
    counts: dict[str, list[int]] = defaultdict(lambda: [0] * WEEKS)
    seen: set[tuple[PullRequestKey, int]] = set()
    for review in reviews:
        week = sum(review.began >= day for day in begun) - 1
        if week < 0 or not review.found or (review.key, week) in seen:
            continue
        seen.add((review.key, week))
        for file in review.files:
            for finding in file["findings"]:
                counts[finding["rule"]][week] += 1
    highest = max((most for each in counts.values() for most in each), default=0)
    drawn = [Trend(rule, tuple(each), tuple(100 * one // highest for one in each)) for rule, each in counts.items()]
    return tuple(sorted(drawn, key=lambda each: (-each.total, each.rule))[:MOST_RULES])


def latest(reviews: Iterable[Reviewed]) -> Iterator[Migration]:
    """Yield the migrations of each pull request as they were last reviewed; *reviews* are the newest first."""
    seen: set[PullRequestKey] = set()
    for review in reviews:
        if review.found and review.key not in seen:
            seen.add(review.key)
            yield from (Migration(review, file) for file in review.files)


def _among(reviews: Iterable[Reviewed], wanted: Callable[[Mapping[str, Any]], bool]) -> tuple[Migration, ...]:
    return tuple(islice((each for each in latest(reviews) if wanted(each.file)), MOST_MIGRATIONS))
