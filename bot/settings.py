"""What the receiver needs to know of its environment, and what it refuses to start with."""

from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationInfo
from pydantic_settings import NoDecode

from workers.environment import Environment

SHORTEST_SECRET: Final = 24  # characters; shorter ones are guessed
# Probot's default was in use on the internet for years; the longer ones are from GitHub's own documentation.
KNOWN_SECRETS: Final = ("development", "It's a Secret to Everybody", "YOUR_WEBHOOK_SECRET", "WEBHOOK_SECRET")


def _split(given: object) -> object:
    return [part.strip() for part in given.split(",")] if isinstance(given, str) else given


def _strong(secrets: tuple[SecretStr, ...], info: ValidationInfo) -> tuple[SecretStr, ...]:
    if not secrets and info.data.get("secrets") is None:
        raise ValueError("without one the receiver believes everybody; to make an App at /setup, set ECTO_FIX_SECRETS")
    for secret in secrets:
        text = secret.get_secret_value()
        if len(text) < SHORTEST_SECRET or text.lower() in {known.lower() for known in KNOWN_SECRETS}:
            raise ValueError(f"a webhook secret has {SHORTEST_SECRET} random characters or more, and no comma")
    return secrets


class Settings(Environment):
    """What the receiver needs, beside what everybody does."""

    # Several, with commas between, while one replaces the other; none before there is an App.
    webhook_secret: Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(_split), AfterValidator(_strong)] = (
        Field(default=(), validate_default=True)
    )
    metrics_token: SecretStr = SecretStr("")  # who has it may read /metrics; without one there is no such page
    # With which people log in at GitHub, to see the dashboard; without them, or without a public_url, there is none.
    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    operators: Annotated[frozenset[str], NoDecode, BeforeValidator(_split)] = frozenset()  # logins, with commas between
