"""What one process of a worker gets done, and what a review costs Redis and GitHub: the figures of docs/scaling.md.

python -m deploy.bench.workload --number 30
"""

import argparse
import sys
import time
from collections.abc import Sequence
from statistics import mean, median
from typing import Any, Final

from deploy.bench import shop
from deploy.bench.reviews import CALLS, CHANGE, HISTORY, LATENCY, NUMBERS, PATH, PATIENCE
from deploy.services.whole import whole
from deploy.standin.control import PullRequest, Repository
from workers.journal import Run
from workers.memory.archive import Archive
from workers.memory.connection import connect

CLEAN: Final = {"README.md": "Nothing to do with migrations.\n"}


def main(arguments: Sequence[str] = ()) -> None:
    """Review some pull requests one after the other, and print what each took."""
    parser = argparse.ArgumentParser(description="Counts what reviews cost.")
    parser.add_argument("--number", type=int, default=10, help="of pull requests of each kind")
    number = parser.parse_args(arguments).number
    with whole() as (github, redis, product):
        files = {file.path: file.text for file in (*shop.history(HISTORY), *shop.project())}
        repository = github.create_repository("owner/shop", files, by="maria")
        for kind, change in (("with a migration, rehearsed", {PATH: CHANGE}), ("without one", CLEAN)):
            _concluded(_opened(repository, change))
            github.fail(delay=LATENCY, count=CALLS)
            before = _commands(redis.url)
            for _ in range(number):
                _concluded(_opened(repository, change))
            spent = (_commands(redis.url) - before) / number
            github.heal()
            prefix = product.environment["ECTO_FIX_REDIS_PREFIX"]
            told(kind, _runs(redis.url, prefix, repository.name, number), spent)


def told(kind: str, runs: Sequence[Run], commands: float) -> None:
    """Print what runs of one kind took."""
    busy = [run.steps[-1].at for run in runs]
    calls = mean(len(run.calls) for run in runs)
    print(f"{kind}: busy for {median(busy):.2f} s at the median, so {60 / mean(busy):.0f} a minute;", end=" ")
    print(f"{calls:.1f} requests to GitHub, {commands:.0f} commands of Redis, those of waiting included")


def _opened(repository: Repository, change: dict[str, str]) -> PullRequest:
    branch = f"feature-{next(NUMBERS)}"
    repository.push(branch, change, by="maria")
    return repository.open_pull_request(branch, by="maria")


def _concluded(pull: PullRequest) -> None:
    deadline = time.monotonic() + PATIENCE
    while not any(run.status == "completed" for run in pull.checks("ecto-fix")):
        if time.monotonic() > deadline:
            raise SystemExit(f"{pull.url} waits in vain for its review")
        time.sleep(0.05)


def _commands(url: str) -> int:
    with connect(url) as redis:
        said: Any = redis.info("stats")
        return int(said["total_commands_processed"])


def _runs(url: str, prefix: str, repository: str, number: int) -> list[Run]:
    with connect(url) as redis:
        keys: Any = redis.keys(f"{prefix}runs:*")
        (installation,) = {key.decode().removeprefix(f"{prefix}runs:").partition(":")[0] for key in keys}
        return [run for _, run in Archive(redis, prefix).latest(int(installation), repository, number)]


if __name__ == "__main__":
    main(sys.argv[1:])
