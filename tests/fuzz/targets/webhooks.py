"""Deliveries to a real receiver with a real Redis: whatever is signed, the answer is 202 or 400, and never a 500.

An input is an event's name, a line break, and a body; other headers are GitHub's.
"""

import asyncio
import atexit
import json
import logging
import random
import tempfile
from collections.abc import Iterator, Mapping, MutableMapping
from itertools import count
from pathlib import Path
from typing import Any, Final

import atheris
import structlog

from bot.app import create_app
from bot.events import READERS
from bot.settings import Settings
from deploy.services.redis import RedisServer
from tests.bot.payloads import comment, pull_request
from tests.bot.sender import SECRET, signed

ANSWERS: Final = frozenset({202, 400})
NONSENSE: Final[tuple[Any, ...]] = (
    *(None, True, 0, -1, 2**63, 10**400, 1.5, "", "x", [], {}, [[]], {"": None}),
    *("\ud800", "\x00", "../..", "/ecto-fix", "acme/shop#8", "2026-01-01T00:00:00Z", "x" * 70_000, [None] * 100),
)
PLACE: Final = {"installation": {"id": 42}, "repository": {"full_name": "acme/shop"}}
CHECKED: Final = {"id": 5, "external_id": "7/abc", "pull_requests": [{"number": 7}]}
BODIES: Final[Mapping[str, Mapping[str, Any]]] = {
    "issue_comment": comment("/ecto-fix"),
    "pull_request": pull_request(),
    "pull_request_review_comment": comment("/ecto-fix help") | {"pull_request": {"number": 7}},
    "pull_request_review": PLACE
    | {
        "pull_request": {"number": 7},
        "review": {"id": 9, "body": "/ecto-fix", "user": {"login": "jo"}, "submitted_at": "2026-01-01T00:00:00Z"},
    },
    "merge_group": PLACE
    | {"merge_group": {"head_sha": "a" * 40, "head_ref": f"refs/heads/gh-readonly-queue/main/pr-7-{'b' * 40}"}},
    "check_run": PLACE
    | {"check_run": CHECKED, "requested_action": {"identifier": "fix"}, "sender": {"login": "jo", "type": "User"}},
    "check_suite": PLACE | {"check_suite": CHECKED},
    "installation": PLACE | {"repositories": [{"full_name": "acme/shop"}]},
    "installation_repositories": PLACE | {"repositories_added": [], "repositories_removed": [{"full_name": "a/b"}]},
    "repository": PLACE
    | {"changes": {"repository": {"name": {"from": "old"}}, "owner": {"from": {"user": {"login": "jo"}}}}},
    "push": PLACE | {"ref": "refs/heads/main", "commits": [{"added": ["priv/repo/migrations/1_a.exs"]}]},
}


def corpus() -> Iterator[bytes]:
    """Return a delivery for each event and action that is acted on."""
    for event, action in READERS:
        said = {key: value for key, value in BODIES[event].items() if key != "action"}
        yield f"{event}\n{json.dumps(said if action is None else {'action': action} | said)}".encode()


def mutate(data: bytes, room: int, seed: int) -> bytes:
    """Put nonsense somewhere into the body, or now and then anything anywhere."""
    dice = random.Random(seed)  # noqa: S311  # chosen to be repeated, not to be secret
    event, _, body = data.partition(b"\n")
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        payload = None
    if not isinstance(payload, dict) or dice.random() < 0.2:
        return bytes(atheris.Mutate(data, room))
    _spoil(payload, dice)
    spoilt = event + b"\n" + json.dumps(payload).encode()
    return spoilt if len(spoilt) <= room else data


def _spoil(inner: MutableMapping[str, Any], dice: random.Random) -> None:
    """Replace a value, at whatever depth."""
    key = dice.choice([*inner, "more"])
    below = inner.get(key)
    if isinstance(below, dict) and below and dice.random() < 0.8:
        _spoil(below, dice)
    else:
        inner[key] = dice.choice(NONSENSE)


def read(data: bytes) -> None:
    """Deliver, and look at the answer."""
    event, _, body = data.partition(b"\n")
    status = LOOP.run_until_complete(_deliver(event, body))
    is_name = event.isascii() and event.decode("latin-1").isprintable() and 0 < len(event) <= 100
    assert status in (ANSWERS if is_name else {400}), status


async def _deliver(event: bytes, body: bytes) -> int:
    headers = [
        (b"host", b"localhost"),
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"x-github-delivery", str(next(NUMBERS)).encode()),
        (b"x-github-event", event),
        (b"x-hub-signature-256", signed(body).encode()),
    ]
    scope = {"type": "http", "method": "POST", "path": "/webhook", "query_string": b"", "headers": headers}
    answers: list[Mapping[str, Any]] = []

    async def receive() -> Mapping[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Mapping[str, Any]) -> None:
        answers.append(message)

    await APP(scope, receive, send)
    return int(answers[0]["status"])


structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))  # it says what it refuses
REDIS: Final = RedisServer(Path(tempfile.mkdtemp(prefix="ecto-fix-fuzz-")))
REDIS.start()
atexit.register(REDIS.kill)
APP: Final[Any] = create_app(Settings.model_validate({"redis_url": REDIS.url, "webhook_secret": SECRET}))
LOOP: Final = asyncio.new_event_loop()
NUMBERS: Final = count(1)
