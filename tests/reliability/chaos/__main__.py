"""`python -m tests.reliability.chaos --seeds 20`: the long gate; `--seed 7` repeats the plan of one run."""

import argparse
import secrets
from pathlib import Path

from tests.reliability.chaos.run import Run, run


def main() -> int:
    """Run as many seeds as asked for and return how many went wrong."""
    parser = argparse.ArgumentParser(description="Breaks everything, mends it, and asks GitHub what is wrong.")
    parser.add_argument("--seeds", type=int, default=1, help="how many runs, each with a seed of its own")
    parser.add_argument("--seed", type=int, help="the first one's seed; a random one otherwise")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long each rages")
    parser.add_argument("--logs", type=Path, help="where to keep what receiver and workers logged, if it went wrong")
    given = parser.parse_args()
    first = secrets.randbelow(1_000_000) if given.seed is None else given.seed
    runs = []
    for seed in range(first, first + given.seeds):
        runs.append(run(seed, given.seconds))
        print(runs[-1], *runs[-1].wrong, sep="\n  ", flush=True)
        if given.logs and runs[-1].failed:
            given.logs.mkdir(parents=True, exist_ok=True)
            (given.logs / f"{seed}.log").write_text(runs[-1].log)
    print(summed(runs))
    return sum(one.failed for one in runs)


def summed(runs: list[Run]) -> str:
    """Say what all runs came to together."""
    return (
        f"{len(runs)} runs: {sum(one.faults.total() for one in runs)} faults, "
        f"{sum(one.accepted for one in runs)} deliveries accepted, {sum(one.reviews for one in runs)} reviews, "
        f"{sum(len(one.wrong) for one in runs)} wrong, settled in {max(one.settled for one in runs):.1f} s at most"
    )


if __name__ == "__main__":
    raise SystemExit(main())
