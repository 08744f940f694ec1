"""A worker that waits on a connection that is no more: it is noticed, and replaced."""

import os
import signal
import threading

import pytest
from redis.exceptions import ConnectionError as Disconnected

from workers import ear
from workers.ear import Ear, listen_for_ever


def heard(looks: int) -> Ear:
    """Return the ear of a process that has heard something before."""
    listener = Ear(looks)
    with listener.answering():
        return listener


def test_bells_that_wait_while_nothing_is_heard_are_a_sign() -> None:
    listener = heard(looks=3)

    assert [listener.hears_nothing(1) for _ in range(4)] == [False, False, True, True]


def test_who_has_just_begun_has_twice_as_long() -> None:
    listener = Ear(looks=2)

    assert [listener.hears_nothing(1) for _ in range(4)] == [False, False, False, True]


def test_silence_is_none() -> None:
    listener = heard(looks=3)

    assert [listener.hears_nothing(waiting) for waiting in (1, 1, 0, 1, 1)] == [False] * 5


def test_who_is_busy_is_not_deaf() -> None:
    listener = Ear(looks=2)

    with listener.answering():
        seen = [listener.hears_nothing(5) for _ in range(5)]

    assert seen == [False] * 5
    assert [listener.hears_nothing(5) for _ in range(2)] == [False, True]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The signals that were sent, and to whom."""
    seen: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "kill", lambda pid, what: seen.append((pid, what)))
    return seen


def listened(monkeypatch: pytest.MonkeyPatch, looks: int, waiting: list[int | Exception]) -> None:
    """Look at what waits, look by look."""
    over, left = threading.Event(), list(waiting)
    monkeypatch.setattr(over, "wait", lambda _seconds: not left)

    def look() -> int:
        seen = left.pop(0)
        if isinstance(seen, Exception):
            raise seen
        return seen

    listen_for_ever(heard(looks), look, 1, over)


def test_a_deaf_worker_is_asked_to_end_and_then_made_to(
    sent: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    parent = os.getppid()

    listened(monkeypatch, 2, [1, Disconnected("gone"), 1, *[1] * (2 * ear.LOOKS)])

    assert sent == [(parent, signal.SIGTERM), (parent, signal.SIGKILL)]


def test_whoever_adopts_us_is_not_meant(sent: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch) -> None:
    parents = iter([7, 1])
    monkeypatch.setattr(os, "getppid", lambda: next(parents))

    listened(monkeypatch, 1, [1, 1])

    assert sent == []
