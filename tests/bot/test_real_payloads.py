"""Everything that GitHub was ever seen to send: the receiver understands it, or says why it does nothing."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from deploy.services.npm import installed
from tests.bot.sender import Sender

VERSION = "7.6.1"  # of @octokit/webhooks-examples, MIT: recorded deliveries, 329 of 58 events


def recorded() -> Iterator[tuple[str, dict[str, Any]]]:
    """Read every recorded payload with the name of its event."""
    index = installed("@octokit/webhooks-examples", VERSION) / "api.github.com" / "index.json"
    for event in json.loads(index.read_text("utf-8")):
        for payload in event["examples"]:
            yield event["name"], payload


@pytest.fixture(scope="module")
def payloads() -> list[tuple[str, dict[str, Any]]]:
    return list(recorded())


def test_every_recorded_payload_is_accepted(github: Sender, payloads: list[tuple[str, dict[str, Any]]]) -> None:
    answers = Counter(github.deliver(event, payload) for event, payload in payloads)

    assert answers == {202: 329}
    assert github.inbox.waiting() > 0


def test_and_just_as_well_when_it_was_sent_to_an_app(
    github: Sender, payloads: list[tuple[str, dict[str, Any]]]
) -> None:
    ours = {"installation": {"id": 42, "node_id": "MDIzOk"}}
    answers = Counter(github.deliver(event, ours | payload) for event, payload in payloads)

    assert answers == {202: 329}
    assert {job.partition(":")[0] for job in github.generations()} >= {"42"}


def test_what_no_installation_sent_makes_no_work(github: Sender, payloads: list[tuple[str, dict[str, Any]]]) -> None:
    for event, payload in payloads:
        if "installation" not in payload:
            github.deliver(event, payload)

    assert github.inbox.waiting() == 0
