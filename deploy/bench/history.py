"""What a long history costs: at most 1.5 s for a thousand migrations, 0.1 s when it is remembered, 0.5 s with a review.

python -m deploy.bench.history
"""

from collections.abc import Callable
from time import perf_counter
from typing import Final

from deploy.bench import shop
from rules.analysis import analyse
from rules.analysis.ground import Ground
from rules.analysis.history import in_order
from rules.analysis.past import past
from rules.settings import Settings
from rules.source import Change

LENGTH: Final = 1000  # migrations
ROUNDS: Final = 5
COLD: Final = 1.5  # seconds
REMEMBERED: Final = 0.1
REVIEWED: Final = 0.5


class Drawer:
    """A shelf that lasts as long as the benchmark."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def take(self, key: str) -> bytes | None:
        """Return what was kept under *key*."""
        return self._kept.get(key)

    def keep(self, key: str, content: bytes) -> None:
        """Keep *content*."""
        self._kept[key] = content


def change(history: int, proposed: int) -> Change:
    """Return a pull request of five migrations on a long history, each in one of many drafts of the same length."""
    return Change(
        merged=shop.history(LENGTH, history),
        proposed=shop.five_changes(LENGTH, proposed),
        project=shop.project(),
        running=shop.code(),
        coming=shop.code(),
    )


def replay(asked: Change, drawer: Drawer | None = None) -> None:
    """Replay the history of *asked*."""
    past(in_order(asked.merged), Ground(asked), asked.project, drawer)


def best(measured: Callable[[int], object]) -> float:
    """Return the shortest time that *measured* took for any of the rounds, in seconds."""
    times = []
    for number in range(1, ROUNDS + 1):
        start = perf_counter()
        measured(number)
        times.append(perf_counter() - start)
    return min(times)


def main() -> None:
    """Print what each costs, and fail above a bar."""
    drawer, drafts = Drawer(), [change(number, number) for number in range(ROUNDS + 1)]
    first = change(0, 0)
    analyse(first, Settings(), drawer)  # imports, links the parser, and remembers
    reviews = [change(0, number) for number in range(ROUNDS + 1)]
    measured = (
        ("cold", COLD, best(lambda number: replay(drafts[number]))),
        ("remembered", REMEMBERED, best(lambda _: replay(first, drawer))),
        (
            "remembered, five changes reviewed",
            REVIEWED,
            best(lambda number: analyse(reviews[number], Settings(), drawer)),
        ),
    )
    for what, _, seconds in measured:
        print(f"{LENGTH} migrations, {what}: {seconds * 1000:.0f} ms")
    for what, bar, seconds in measured:
        if seconds > bar:
            raise SystemExit(f"{LENGTH} migrations, {what}, take more than {bar} s")


if __name__ == "__main__":
    main()
