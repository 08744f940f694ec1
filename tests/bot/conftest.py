"""A receiver for all tests, and for each an empty inbox."""

import secrets
from collections.abc import Iterator

import pytest

from tests.bot.sender import Sender, listening


@pytest.fixture(scope="session")
def receiver(redis_url: str) -> Iterator[Sender]:
    """Somebody who knocks at a receiver that stands as long as the tests run."""
    with listening(redis_url, f"test-{secrets.token_hex(6)}:") as sender:
        yield sender


@pytest.fixture
def github(receiver: Sender) -> Iterator[Sender]:
    """The same, and nothing has been said yet."""
    yield receiver
    receiver.forget()
