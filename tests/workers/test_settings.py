"""What a worker needs to start."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from workers.settings import Settings

PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----\n"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECTO_FIX_REDIS_URL", "redis://127.0.0.1")
    monkeypatch.setenv("ECTO_FIX_APP_ID", "7")
    monkeypatch.delenv("ECTO_FIX_PRIVATE_KEY", raising=False)


def test_the_private_key_may_stand_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECTO_FIX_PRIVATE_KEY", PEM)

    settings = Settings()

    assert settings.private_key.get_secret_value() == PEM
    assert "MIIE" not in repr(settings)


def test_or_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    file.write_text(PEM)
    monkeypatch.setenv("ECTO_FIX_PRIVATE_KEY", str(file))

    assert Settings().private_key.get_secret_value() == PEM


@pytest.mark.parametrize("given", [None, "", "/no/such/file", "/proc/self/exe", "hunter2\0"])
def test_a_worker_without_a_key_does_not_start(monkeypatch: pytest.MonkeyPatch, given: str | None) -> None:
    values = {"ECTO_FIX_PRIVATE_KEY": given} if given and "\0" not in given else {}
    for name, value in values.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(ValidationError, match="private_key"):
        Settings()


@pytest.mark.parametrize("beginning", ["", "ecto_fix_"])
def test_files_of_a_folder_are_settings_by_either_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, beginning: str
) -> None:
    (tmp_path / f"{beginning}private_key").write_text(PEM)
    monkeypatch.setenv("ECTO_FIX_SECRETS", str(tmp_path))

    assert Settings().private_key.get_secret_value() == PEM.strip()


@pytest.mark.parametrize(("given", "known"), [("https://ecto-fix.example/", "https://ecto-fix.example"), ("", "")])
def test_our_address_has_no_slash_at_its_end(monkeypatch: pytest.MonkeyPatch, given: str, known: str) -> None:
    monkeypatch.setenv("ECTO_FIX_PRIVATE_KEY", PEM)
    monkeypatch.setenv("ECTO_FIX_PUBLIC_URL", given)

    assert Settings().public_url == known
