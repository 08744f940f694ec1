"""The manifest asks for what we use, and says why."""

import yaml

from bot.events import READERS
from bot.manifest import ASKED, asked, manifest

# GitHub sends these to every App: docs, "Webhook events and payloads", installation.
ALWAYS_SENT = {"installation", "installation_repositories"}


def test_every_permission_and_event_has_its_reason() -> None:
    wanted = manifest("https://ecto-fix.example")

    assert [one.name for one in asked()] == [*wanted["default_permissions"], *wanted["default_events"]]
    assert all(len(one.reason) > 10 for one in asked())
    assert [one.level for one in asked() if one.level] == [*wanted["default_permissions"].values()]
    assert ASKED.fullmatch("  - push # why") is not None
    assert yaml.safe_load("- push # why") == ["push"]


def test_it_asks_for_the_events_that_are_read_and_no_others() -> None:
    wanted = manifest("https://ecto-fix.example")["default_events"]

    assert set(wanted) == {event for event, _ in READERS} - ALWAYS_SENT
