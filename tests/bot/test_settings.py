"""What the receiver refuses to start with."""

import pytest
from pydantic import ValidationError

from bot.settings import Settings

GOOD = "k" * 24


@pytest.mark.parametrize(
    "secret",
    [
        None,
        "",
        ",",
        "short",
        "k" * 23,
        f"{GOOD},short",
        f"{GOOD},",
        "It's a Secret to Everybody",
        "IT'S A SECRET TO EVERYBODY",
        " " * 30,
    ],
)
def test_a_receiver_without_a_secret_worth_the_name_does_not_start(
    monkeypatch: pytest.MonkeyPatch, secret: str | None
) -> None:
    monkeypatch.setenv("ECTO_FIX_REDIS_URL", "redis://127.0.0.1")
    monkeypatch.delenv("ECTO_FIX_WEBHOOK_SECRET", raising=False)
    if secret is not None:
        monkeypatch.setenv("ECTO_FIX_WEBHOOK_SECRET", secret)

    with pytest.raises(ValidationError) as refused:
        Settings()

    assert "short" not in str(refused.value)


def test_two_secrets_stand_with_a_comma_between(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECTO_FIX_REDIS_URL", "redis://127.0.0.1")
    monkeypatch.setenv("ECTO_FIX_WEBHOOK_SECRET", f"{GOOD}, {GOOD}2")

    settings = Settings()

    assert [secret.get_secret_value() for secret in settings.webhook_secret] == [GOOD, f"{GOOD}2"]
    assert GOOD not in repr(settings)


def test_secrets_may_be_given_one_by_one() -> None:
    settings = Settings.model_validate({"redis_url": "redis://127.0.0.1", "webhook_secret": (GOOD, GOOD)})

    assert len(settings.webhook_secret) == 2
