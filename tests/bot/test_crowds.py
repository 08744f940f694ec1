"""Eight hundred clients that take their time: the receiver answers others meanwhile, stays small, and hangs up."""

import json
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from types import MappingProxyType
from typing import Final

import pytest

from deploy.services.ecto_fix import EctoFix
from tests.bot.payloads import pull_request
from tests.bot.sender import Sender, signed

CROWD: Final = 800
GROWTH: Final = 128  # MiB that a crowd may cost: the server reads 64 KiB of each body before anybody asks for it
PATIENCE: Final = 120.0  # seconds until all are hung up on; five are allowed for headers, nine for a body
BODY: Final = json.dumps(pull_request()).encode()
HEAD: Final = b"POST /webhook HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
SIGNED: Final = b"X-Hub-Signature-256: sha256=" + b"0" * 64 + b"\r\n"
KNOWN: Final = b"X-GitHub-Event: pull_request\r\nX-GitHub-Delivery: d\r\n" + SIGNED
CROWDS: Final[Mapping[str, bytes]] = MappingProxyType(
    {
        "silent": b"",
        "slow headers (slowloris)": HEAD + b"X-A: b\r\n",
        "stalled bodies (R-U-Dead-Yet)": HEAD + KNOWN + b"Content-Length: 20000\r\n\r\n{",
        "stalled large bodies": HEAD + KNOWN + b"Content-Length: 26000000\r\n\r\n" + b"x" * 60_000,
        "stalled chunks": HEAD + KNOWN + b"Transfer-Encoding: chunked\r\n\r\nffff\r\n" + b"x" * 30_000,
    }
)


@pytest.fixture
def receiver(redis_url: str, tmp_path: Path) -> Iterator[EctoFix]:
    product = EctoFix(tmp_path, {"REDIS_URL": redis_url})
    product.start_receiver()
    yield product
    product.stop()


def memory(product: EctoFix) -> float:
    """Return the MiB that the receiver holds."""
    assert product.receiver is not None
    status = Path(f"/proc/{product.receiver.pid}/status").read_text("ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


@pytest.mark.prove
@pytest.mark.parametrize("sent", CROWDS.values(), ids=CROWDS)
def test_a_crowd_that_takes_its_time_keeps_nobody_out(receiver: EctoFix, redis_url: str, sent: bytes) -> None:
    github = Sender(receiver.port, redis_url, receiver.environment["ECTO_FIX_REDIS_PREFIX"])
    deliver(github, receiver)
    before = memory(receiver)
    with ExitStack() as crowd:
        wires = [crowd.enter_context(joined(receiver.port, sent)) for _ in range(CROWD)]
        statuses = {deliver(github, receiver) for _ in range(20)}
        during = memory(receiver)
        for wire in wires:
            until_hung_up_on(wire)
    sys.stdout.write(f"{before:.1f} MiB before the crowd, {during:.1f} with it, {memory(receiver):.1f} after it\n")

    assert statuses == {202}
    assert during - before < GROWTH
    assert "Traceback" not in receiver.logs()


def joined(port: int, sent: bytes) -> socket.socket:
    """Connect, say that much, and no more."""
    wire = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    with suppress(ConnectionError):
        wire.sendall(sent)
    return wire


def until_hung_up_on(wire: socket.socket) -> None:
    """Wait until the receiver has had enough; TimeoutError if it has not."""
    with suppress(ConnectionError):
        while wire.recv(65_536):
            pass


def deliver(github: Sender, receiver: EctoFix) -> int:
    return github.post(BODY, {"X-Hub-Signature-256": signed(BODY, receiver.webhook_secret)})[0]
