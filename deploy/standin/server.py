"""Run the stand-in: for ever from the command line, or in a thread for as long as a test needs it."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from deploy.standin.app import create_app
from deploy.standin.control import StandIn

HOST = "127.0.0.1"  # it knows no passwords, so it is for this machine alone
STARTUP = 10.0  # seconds


def _listener(port: int) -> socket.socket:
    """Listen on a port; named as TCP, for asyncio sends without delay (40 ms an answer) only on such sockets."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((HOST, port))
    return listener


@contextmanager
def running(directory: Path, *, port: int = 0, strict: bool = True) -> Iterator[StandIn]:
    """Run a stand-in in a thread and give the means to direct it."""
    listener = _listener(port)
    url = f"http://{HOST}:{listener.getsockname()[1]}"
    app = create_app(directory, url, strict=strict)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="none", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="standin", daemon=True)
    thread.start()
    deadline = time.monotonic() + STARTUP
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    try:
        yield StandIn(url)
    finally:
        server.should_exit = True
        thread.join(STARTUP)
        app.state.world.outbox.close()
        listener.close()
