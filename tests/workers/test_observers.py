"""What Sentry is told, over a real wire, and what it is not."""

import json
import logging
import subprocess

import pytest
import requests

from tests.collector import collecting
from workers.environment import Environment
from workers.observers import Observers

TOKEN = "ghs_" + "a1B2" * 10


def test_sentry_hears_of_errors_and_of_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    with collecting() as collector:
        monkeypatch.setenv("ECTO_FIX_SENTRY_DSN", collector.dsn)
        observers = Observers(Environment(redis_url="redis://none"), "worker")
        token = TOKEN

        failure = RuntimeError(f"refused: {token}")
        logging.getLogger("workers.drive").error("attempt failed with %s", token, exc_info=failure)
        observers.close()

        (event,) = collector.events()

    assert event["logentry"]["message"] == "attempt failed with %s"
    assert event["exception"]["values"][0]["value"] == "refused: [secret]"
    assert TOKEN not in json.dumps(event)
    assert "vars" not in json.dumps(event)


def test_sentry_tells_neither_children_nor_other_hosts_of_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    with collecting() as collector:
        monkeypatch.setenv("ECTO_FIX_SENTRY_DSN", collector.dsn)
        observers = Observers(Environment(redis_url="redis://none"), "worker")

        child = subprocess.run(["/usr/bin/env"], env={}, capture_output=True, check=True)
        requests.post(f"{collector.url}/graphql", b"{}", timeout=10)
        observers.close()

    assert child.stdout == b""
    assert collector.received[0] == ("/graphql", b"{}")
    assert not {"sentry-trace", "baggage"} & set(collector.headers[0])


def test_without_an_address_nobody_is_told() -> None:
    observers = Observers(Environment(redis_url="redis://none"), "worker")

    observers.close()
