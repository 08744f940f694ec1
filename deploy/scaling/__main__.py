"""`python -m deploy.scaling`: simulate the day, print the waits, and draw `docs/scaling.svg`."""

from pathlib import Path
from typing import Final

from deploy.scaling.day import Load, arrivals, waits
from deploy.scaling.picture import drawn

# How long a process is busy, with GitHub 50 ms away: `python -m deploy.bench.workload` on two cores.
LOAD: Final = Load(10_000, deliveries=12, migrating=0.15, review_seconds=2.0, glance_seconds=0.5)
PROCESSES: Final = (2, 3, 4, 5, 6, 8, 10)
SEED: Final = 7
PICTURE: Final = Path(__file__).parents[2] / "docs" / "scaling.svg"


def picture() -> str:
    """Simulate, and return what is drawn; print the figures."""
    jobs = arrivals(LOAD, SEED)
    days = [waits(jobs, processes) for processes in PROCESSES]
    print(f"{len(jobs):,} jobs of {LOAD.installations:,} installations in a day")
    for day in days:
        half, most, all_ = (day.quantile(share) for share in (0.5, 0.99, 1.0))
        print(f"{day.processes:3} processes: half wait {half:.1f} s, 99 of 100 {most:.1f} s, all {all_:.1f} s", end="")
        print(f"; busy for {day.busy:.0%} of the busiest hour")
    return drawn(days, "How long jobs wait, by the number of worker processes")


if __name__ == "__main__":
    PICTURE.write_text(picture())
