"""From a webhook to the queued check, and to the review: at 1, 5 and 20 pull requests a second, 50 ms for each call.

python -m deploy.bench.reviews --seconds 60
"""

import argparse
import sys
import time
from collections.abc import Sequence
from itertools import count
from statistics import quantiles
from typing import Any, Final

from deploy.bench import shop
from deploy.services.whole import whole
from deploy.standin.control import Repository, StandIn

RATES: Final = (1, 5, 20)  # pull requests a second
LATENCY: Final = 0.05  # seconds that GitHub takes for a call
CALLS: Final = 1_000_000  # more than there are
HISTORY: Final = 20  # migrations
PATIENCE: Final = 300.0  # seconds until the last review
PATH: Final = "priv/repo/migrations/20991231000000_index_users.exs"
CHANGE: Final = """\
defmodule Shop.Repo.Migrations.IndexUsers do
  use Ecto.Migration

  def change do
    create index(:users, [:email])
  end
end
"""
NUMBERS: Final = count()


def prepared(github: StandIn, number: int) -> list[Repository]:
    """Make repositories with a branch each, and each with an owner of its own: limits are an installation's."""
    files = {file.path: file.text for file in (*shop.history(HISTORY), *shop.project())}
    made = [github.create_repository(f"owner-{next(NUMBERS)}/shop", files, by="maria") for _ in range(number)]
    for repository in made:
        repository.push("feature", {PATH: CHANGE}, by="maria")
    return made


def opened(repositories: Sequence[Repository], rate: float) -> None:
    """Open a pull request in each, so many a second."""
    begin = time.monotonic()
    for number, repository in enumerate(repositories):
        time.sleep(max(0.0, begin + number / rate - time.monotonic()))
        repository.open_pull_request("feature", by="maria")


def first(asked: Sequence[dict[str, Any]], repositories: Sequence[Repository], end: str) -> dict[str, float]:
    """Return when something at an address with this *end* was first created in each repository."""
    made = {(one["path"], one["at"]) for one in asked if one["method"] == "POST" and one["path"].endswith(end)}
    found = sorted(made, key=lambda one: -one[1])
    names = {one.name for one in repositories}
    return {name: at for path, at in found if (name := "/".join(path.split("/")[2:4])) in names}


def told(github: StandIn, repositories: Sequence[Repository]) -> dict[str, float]:
    """Return when GitHub told of each pull request."""
    heard = (one for one in github.ask("openings") if one["repository"] in {each.name for each in repositories})
    return {one["repository"]: one["at"] for one in heard}


def main(arguments: Sequence[str] = ()) -> None:
    """Print how long people wait, and fail where somebody waits in vain."""
    parser = argparse.ArgumentParser(description="Opens pull requests, and waits for their reviews.")
    parser.add_argument("--seconds", type=float, default=3.0, help="for each number of pull requests a second")
    parser.add_argument("--processes", type=int, default=8, help="of the worker")
    given = parser.parse_args(arguments)
    with whole(REHEARSES="false") as (github, _redis, product):
        product.start_worker(given.processes)
        measured(github, 1, 1)  # whoever is first waits until all have started
        for rate in RATES:
            print(f"{rate} a second: {measured(github, rate, round(rate * given.seconds))}")


def measured(github: StandIn, rate: int, number: int) -> str:
    """Open so many pull requests and say how long everybody waited."""
    repositories = prepared(github, max(number, 2))
    github.settle(60.0)
    github.fail(delay=LATENCY, count=CALLS)
    opened(repositories, rate)
    deadline = time.monotonic() + PATIENCE
    while len(reviews := first(github.requests(), repositories, "/reviews")) < len(repositories):
        if time.monotonic() > deadline:
            raise SystemExit(f"{len(repositories) - len(reviews)} pull requests wait in vain for their review")
        time.sleep(0.5)
    github.heal()
    since, checks = told(github, repositories), first(github.requests(), repositories, "/check-runs")
    return f"{waits('check', since, checks)}; {waits('review', since, reviews)}, of {len(repositories)}"


def waits(what: str, since: dict[str, float], until: dict[str, float]) -> str:
    """Say how long it took, for half of all and for 95 of a hundred."""
    cuts = quantiles((until[name] - at for name, at in since.items()), n=20, method="inclusive")
    return f"{what} p50 {cuts[9]:.2f} s, p95 {cuts[18]:.2f} s"


if __name__ == "__main__":
    main(sys.argv[1:])
