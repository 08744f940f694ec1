"""Redis is away, and GitHub is refused: when it is back, what was refused is asked for again, and nothing is lost."""

import signal
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.dialogues.scene import eventually
from tests.reliability.chaos.cluster import Cluster, cluster, send
from tests.reliability.chaos.link import State
from tests.reliability.chaos.people import People
from tests.reliability.chaos.run import ASKED_AGAIN, going
from tests.reliability.chaos.truth import until_right

RECOVERED: Final = 300.0  # seconds by GitHub's clock since Redis is back
PATIENCE: Final = 40.0  # seconds by our clock for each look into GitHub's log, on a machine that is busy
PULLS: Final = 10
REFUSED: Final = 503


def gone(parts: Cluster) -> Callable[[], None]:
    """Let nobody reach Redis, as if it had ended and were not started again."""
    parts.set_links("redis", State.CUT)
    return lambda: parts.set_links("redis", State.OPEN)


def frozen(parts: Cluster) -> Callable[[], None]:
    (server,) = parts.processes("redis")
    send(server, signal.SIGSTOP)
    return lambda: send(server, signal.SIGCONT)


@pytest.mark.prove
@pytest.mark.parametrize("away", [gone, frozen])
def test_what_was_refused_is_recovered_within_five_minutes(
    away: Callable[[Cluster], Callable[[], None]], tmp_path: Path
) -> None:
    with cluster(tmp_path, ROUND_SECONDS=1) as parts, going(parts.supervise):
        come_back = away(parts)
        people = People(parts.github, 1, shops=1, pulls=PULLS)
        eventually("GitHub has tried everything", lambda: parts.github.settle(1.0), 120)
        heard = [one.status_code for one in parts.github.deliveries("pull_request")]
        assert heard == [REFUSED] * PULLS

        come_back()
        left = []
        for _ in range(int(RECOVERED // ASKED_AGAIN)):
            parts.github.advance(ASKED_AGAIN)
            parts.ping()  # or GitHub's log would not show that time has passed
            left = until_right(people.proposals, PATIENCE)
            if not left:
                break

        assert left == []


@pytest.mark.prove
def test_a_worker_whose_connections_died_without_a_word_is_replaced(tmp_path: Path) -> None:
    with cluster(tmp_path, workers=1, ROUND_SECONDS=1) as parts, going(parts.supervise):
        people = People(parts.github, 1, shops=1, pulls=1)
        assert until_right(people.proposals, 60.0) == []
        (deaf,) = parts.processes("worker")
        parts.links["worker-redis"].set(State.GONE)
        parts.links["worker-redis"].set(State.OPEN)

        later = People(parts.github, 2, shops=1, pulls=1, first=1)

        assert until_right(later.proposals, 240.0) == []
        assert deaf not in parts.processes("worker")
