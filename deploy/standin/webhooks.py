"""Deliver webhooks as GitHub does: signed, once, with ten seconds to answer, and every attempt written down."""

import hashlib
import hmac
import json
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from random import Random
from typing import Any
from uuid import uuid4

import requests

PATIENCE = 10.0  # seconds; docs: "Your server should respond with a 2XX response within 10 seconds"
MOST_KEPT = 64 * 1024  # characters of an answer's body


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt to deliver an event. A redelivery is another attempt with the same GUID."""

    id: int
    guid: str
    event: str
    action: str | None
    installation_id: int | None
    repository_id: int | None
    url: str
    headers: dict[str, str]
    body: str
    redelivery: bool
    delivered_at: datetime
    duration: float = 0.0
    status: str = "pending"
    status_code: int = 0
    answer_headers: dict[str, str] = field(default_factory=dict)
    answer: str = ""

    @property
    def payload(self) -> Any:
        """Give the event's payload."""
        return json.loads(self.body)


@dataclass
class Disorder:
    """A share of all deliveries that is sent twice, or held back until a later one is sent; the same for one seed."""

    share: float
    chance: Random
    repeated: Callable[[Delivery], Delivery]
    held: list[Delivery] = field(default_factory=list)

    def sent(self, delivery: Delivery) -> list[Delivery]:
        """Draw what is sent in place of *delivery*; mostly itself, and behind it what was held back."""
        draw = self.chance.random()
        if draw < self.share / 2:
            return [delivery, self.repeated(delivery)]
        if draw < self.share:
            self.held.append(delivery)
            return []
        late, self.held = self.held, []
        return [delivery, *late]


class Outbox:
    """Deliveries leave one after the other, in the order of the events, unless a test asks for disorder."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self.patience = patience
        self.log: list[Delivery] = []
        self.lose = 0  # how many of the next deliveries fail without being sent
        self._waiting: deque[Delivery] = deque()
        self._change = threading.Condition()
        self._paused = False
        self._closed = False
        self._busy = 0
        self._disorder: Disorder | None = None
        self._lanes: list[threading.Thread] = []
        self._open(1)

    def _open(self, lanes: int) -> None:
        for _ in range(lanes - len(self._lanes)):
            self._lanes.append(threading.Thread(target=self._work, name="webhooks", daemon=True))
            self._lanes[-1].start()

    def post(self, delivery: Delivery) -> None:
        """Queue a delivery."""
        with self._change:
            self._waiting.extend(self._disorder.sent(delivery) if self._disorder else [delivery])
            self._change.notify_all()

    def disorder(self, disorder: Disorder, lanes: int) -> None:
        """Send deliveries as *disorder* draws them, on so many *lanes* at once."""
        with self._change:
            self._disorder = disorder
            self._open(lanes)

    def order(self) -> None:
        """Send what was held back, and everything that follows once."""
        with self._change:
            self._waiting.extend(self._disorder.held if self._disorder else ())
            self._disorder = None
            self._change.notify_all()

    def repeat(self, wanted: int, number: int, at: datetime) -> bool:
        """Queue a past delivery once more; tell whether it was found."""
        for each in self.log:
            if each.id == wanted:
                self.post(again(each, number, at))
                return True
        return False

    def pause(self) -> None:
        """Hold back what is to be delivered."""
        with self._change:
            self._paused = True

    def resume(self, *, backwards: bool = False) -> None:
        """Deliver what was held back, the last first if *backwards*."""
        with self._change:
            self._paused = False
            if backwards:
                self._waiting.reverse()
            self._change.notify_all()

    def settle(self, seconds: float) -> bool:
        """Wait until nothing is left to deliver; tell whether that came in time."""
        with self._change:
            return self._change.wait_for(lambda: not self._busy and (self._paused or not self._waiting), seconds)

    def close(self) -> None:
        """Stop; what was not delivered never will be."""
        with self._change:
            self._closed = True
            self._change.notify_all()
        for lane in self._lanes:
            lane.join(self.patience)

    def _work(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: self._closed or (self._waiting and not self._paused))
                if self._closed:
                    return
                delivery = self._waiting.popleft()
                self._busy += 1
            done = self._attempt(delivery)
            with self._change:
                self.log.append(done)
                self._busy -= 1
                self._change.notify_all()

    def _attempt(self, delivery: Delivery) -> Delivery:
        if self.lose:
            self.lose -= 1
            return replace(delivery, status="failed to connect to host", status_code=502)
        began = time.monotonic()
        try:
            answer = requests.post(
                delivery.url,
                delivery.body.encode(),
                headers=delivery.headers,
                timeout=self.patience,
                allow_redirects=False,
            )
        except requests.Timeout:
            return replace(delivery, status="timed out", status_code=504, duration=time.monotonic() - began)
        except requests.RequestException:
            return replace(delivery, status="failed to connect to host", status_code=502)
        return replace(
            delivery,
            status="OK" if answer.ok else f"Invalid HTTP Response: {answer.status_code}",
            status_code=answer.status_code,
            duration=time.monotonic() - began,
            answer_headers=dict(answer.headers),
            answer=answer.text[:MOST_KEPT],
        )


@dataclass(frozen=True, slots=True)
class Hook:
    """Where the App wants to be told, and the secret that it can tell GitHub by."""

    app_id: int
    url: str
    secret: str


def compose(hook: Hook, number: Callable[[], int], at: datetime, event: str, payload: dict[str, Any]) -> Delivery:
    """Write and sign the delivery of an event."""
    body, guid = json.dumps(payload), str(uuid4())
    return Delivery(
        id=number(),
        guid=guid,
        event=event,
        action=payload.get("action"),
        installation_id=payload.get("installation", {}).get("id"),
        repository_id=payload.get("repository", {}).get("id"),
        url=hook.url,
        headers={
            "Accept": "*/*",
            "Content-Type": "application/json",
            "User-Agent": "GitHub-Hookshot/5tand1n",
            "X-GitHub-Delivery": guid,
            "X-GitHub-Event": event,
            "X-GitHub-Hook-ID": str(hook.app_id),
            "X-GitHub-Hook-Installation-Target-ID": str(hook.app_id),
            "X-GitHub-Hook-Installation-Target-Type": "integration",
            **signatures(hook.secret, body.encode()),
        },
        body=body,
        redelivery=False,
        delivered_at=at,
    )


def signatures(secret: str, body: bytes) -> dict[str, str]:
    """Sign a body as GitHub does, in the new header and in the old; without a secret there are none."""
    if not secret:
        return {}
    sha1, sha256 = (hmac.new(secret.encode(), body, name).hexdigest() for name in (hashlib.sha1, hashlib.sha256))
    return {"X-Hub-Signature": f"sha1={sha1}", "X-Hub-Signature-256": f"sha256={sha256}"}


def again(delivery: Delivery, number: int, at: datetime) -> Delivery:
    """Write the redelivery of a delivery: another attempt, the same GUID, the same signed body."""
    return replace(
        delivery,
        id=number,
        redelivery=True,
        delivered_at=at,
        duration=0.0,
        status="pending",
        status_code=0,
        answer_headers={},
        answer="",
    )
