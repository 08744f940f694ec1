"""A real receiver on a real port, and somebody who sends it webhooks as GitHub does."""

import hashlib
import hmac
import http.client
import json
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from typing import Any

import uvicorn

from bot.app import create_app
from bot.server import OPTIONS, ImpatientProtocol
from bot.settings import Settings
from workers.app import create_celery
from workers.memory.connection import connect
from workers.memory.inbox import Inbox
from workers.queue import Doorbell

SECRET = "first-" + "s" * 24
OTHER_SECRET = "other-" + "o" * 24
METRICS_TOKEN = "metrics-token"


def signed(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


class Sender:
    """GitHub's side of the door."""

    def __init__(self, port: int, url: str, prefix: str) -> None:
        self.port = port
        self.patience = 60.0  # seconds
        self.redis = connect(url)
        self.prefix = prefix
        self.inbox = Inbox(self.redis, prefix)
        self.doorbell = Doorbell(create_celery(url, prefix), self.redis, prefix)

    def post(self, body: bytes, headers: Mapping[str, str | None] | None = None) -> tuple[int, bytes]:
        """Send *body* well signed, with *headers* instead of the usual ones (None: without)."""
        usual: dict[str, str | None] = {
            "Content-Type": "application/json",
            "X-GitHub-Delivery": secrets.token_hex(16),
            "X-GitHub-Event": "pull_request",
            "X-Hub-Signature-256": signed(body),
        }
        sent = {name: value for name, value in (usual | dict(headers or {})).items() if value is not None}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.patience)
        try:
            connection.request("POST", "/webhook", body, sent)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def deliver(self, event: str, payload: Mapping[str, Any], guid: str | None = None) -> int:
        headers: dict[str, str | None] = {"X-GitHub-Event": event}
        if guid is not None:
            headers["X-GitHub-Delivery"] = guid
        return self.post(json.dumps(payload).encode(), headers)[0]

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.patience)
        try:
            connection.request("GET", path, headers=dict(headers or {}))
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=self.patience)

    def connected(self) -> AbstractContextManager[socket.socket]:
        return closing(self.connect())

    def raw(self, *pieces: bytes) -> bytes:
        """Send bytes as they are and return whatever comes back until the receiver hangs up."""
        answer = b""
        with self.connected() as wire:
            with suppress(ConnectionError):
                for piece in pieces:
                    wire.sendall(piece)
            with suppress(ConnectionError):
                while received := wire.recv(65536):
                    answer += received
        return answer

    def bells(self) -> int:
        return self.doorbell.waiting()

    def until(self, true: Callable[[], bool]) -> None:
        """Wait for what happens after the answer."""
        deadline = time.monotonic() + 60
        while not true():
            assert time.monotonic() < deadline
            time.sleep(0.01)

    def forget(self) -> None:
        """Remove all that was said."""
        for key in self.redis.scan_iter(f"{self.prefix}*"):
            self.redis.delete(key)

    def places(self) -> list[str]:
        """Return the repositories that are to be looked through, the next one first."""
        listed: Any = self.redis.lrange(f"{self.prefix}look", 0, -1)
        return [place.decode() for place in listed]

    def generations(self) -> dict[str, int]:
        """Return how often each due job was heard."""
        heard: Any = self.redis.hgetall(f"{self.prefix}generations")
        return {job.decode(): int(count) for job, count in heard.items()}


@contextmanager
def listening(url: str, prefix: str) -> Iterator[Sender]:
    settings = Settings.model_validate(
        {
            "redis_url": url,
            "redis_prefix": prefix,
            "webhook_secret": f"{SECRET},{OTHER_SECRET}",
            "metrics_token": METRICS_TOKEN,
        }
    )
    config = uvicorn.Config(create_app(settings), port=0, http=ImpatientProtocol, lifespan="on", **OPTIONS)
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as door:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        sender = Sender(door.getsockname()[1], url, prefix)
        try:
            yield sender
        finally:
            server.should_exit = True
            thread.join()
            sender.redis.close()
