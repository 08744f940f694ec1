"""The environment, read once: what the receiver needs, and what it refuses to start with."""

from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

SHORTEST_SECRET: Final = 24  # characters; shorter ones are guessed
# Probot's default was in use on the internet for years; the longer ones are from GitHub's own documentation.
KNOWN_SECRETS: Final = ("development", "It's a Secret to Everybody", "YOUR_WEBHOOK_SECRET", "WEBHOOK_SECRET")


def _split(given: object) -> object:
    return [part.strip() for part in given.split(",")] if isinstance(given, str) else given


def _strong(secrets: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
    if not secrets:
        raise ValueError("a receiver without a webhook secret believes everybody")
    for secret in secrets:
        text = secret.get_secret_value()
        if len(text) < SHORTEST_SECRET or text.lower() in {known.lower() for known in KNOWN_SECRETS}:
            raise ValueError(f"a webhook secret has {SHORTEST_SECRET} random characters or more, and no comma")
    return secrets


class Settings(BaseSettings):
    """Each field is an environment variable: ECTO_FIX_REDIS_URL and so on."""

    # A value that is refused may be a secret, and the refusal is printed.
    model_config = SettingsConfigDict(env_prefix="ECTO_FIX_", hide_input_in_errors=True)

    redis_url: str = Field(default=...)
    redis_prefix: str = "ecto-fix:"  # several Apps may share a server
    # Several, with commas between, while one replaces the other.
    webhook_secret: Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(_split), AfterValidator(_strong)] = (
        Field(default=...)
    )
