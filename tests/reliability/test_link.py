"""A link between two parts breaks as networks do, or a chaos in which everything survives would say nothing."""

import socket
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest

from tests.reliability.chaos.link import Link, State

SOON = 10.0  # seconds, in which what comes at all has come
NEVER = 0.2  # seconds, after which what has not come will not


@pytest.fixture
def server() -> Iterator[socket.socket]:
    """Somebody who listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(SOON)
        yield listening


@pytest.fixture
def link(server: socket.socket) -> Iterator[Link]:
    with Link(server.getsockname()[1]) as made:
        yield made


@pytest.fixture
def ends(server: socket.socket, link: Link) -> Iterator[tuple[socket.socket, socket.socket]]:
    """Both ends of a connection through the link."""
    with closing(socket.create_connection(("127.0.0.1", link.port), SOON)) as near:
        far, _ = server.accept()
        far.settimeout(SOON)
        with closing(far):
            yield near, far


def hears(end: socket.socket, patience: float = SOON) -> bytes | None:
    """Return what comes, b"" where the other side hung up, or None where nothing comes."""
    end.settimeout(patience)
    with suppress(TimeoutError):
        try:
            return end.recv(100)
        except ConnectionError:
            return b""
    return None


def test_an_open_link_carries_both_ways(ends: tuple[socket.socket, socket.socket]) -> None:
    near, far = ends

    near.sendall(b"question")
    heard = hears(far)
    far.sendall(b"answer")

    assert (heard, hears(near)) == (b"question", b"answer")


def test_a_cut_link_ends_connections_and_takes_no_new_ones(
    link: Link, ends: tuple[socket.socket, socket.socket]
) -> None:
    near, far = ends

    link.set(State.CUT)

    assert (hears(near), hears(far)) == (b"", b"")
    with socket.create_connection(("127.0.0.1", link.port), SOON) as late:
        assert hears(late) == b""


def test_what_a_held_link_carries_comes_late(link: Link, ends: tuple[socket.socket, socket.socket]) -> None:
    near, far = ends
    link.set(State.HELD)

    near.sendall(b"question")
    meanwhile = hears(far, NEVER)
    link.set(State.OPEN)

    assert (meanwhile, hears(far)) == (None, b"question")


def test_a_half_open_connection_stays_silent_for_ever_and_a_new_one_does_not(
    server: socket.socket, link: Link, ends: tuple[socket.socket, socket.socket]
) -> None:
    near, far = ends
    link.set(State.GONE)
    link.set(State.OPEN)

    near.sendall(b"question")

    assert hears(far, NEVER) is None
    with socket.create_connection(("127.0.0.1", link.port), SOON) as late:
        late.sendall(b"hello")
        there, _ = server.accept()
        with closing(there):
            assert hears(there) == b"hello"
