"""How the App comes to be: GitHub's answer to our manifest, and the files that keep what it says once."""

import os
from collections.abc import Mapping
from pathlib import Path
from secrets import token_hex
from typing import Final

from workers.github.errors import Trouble
from workers.github.wire import Wire, path

# What `workers.environment` and those who build on it read, in the order of writing: with the last one it is an App.
KEPT: Final[Mapping[str, str]] = {
    "webhook_secret": "webhook_secret",
    "private_key": "pem",
    "client_id": "client_id",
    "client_secret": "client_secret",
    "app_page": "html_url",
    "app_id": "id",
}


class NotMade(Exception):
    """There is no App, or none that could be kept; the message says why."""


def register(api_url: str, code: str) -> dict[str, str]:
    """Exchange the *code* that GitHub gave for the App's credentials; NotMade if it is used up or none of GitHub's.

    Docs: "Registering a GitHub App from a manifest"; a code lives for an hour and is good once.
    """
    try:
        answer = Wire(api_url, None).post(path("app-manifests", code, "conversions"), {})
    except Trouble as trouble:
        raise NotMade(str(trouble)) from trouble
    return {name: str(answer[theirs]) for name, theirs in KEPT.items()}


def keep(credentials: Mapping[str, str], folder: Path) -> None:
    """Write the *credentials* as files that their owner alone can read, each of them whole or not at all."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in KEPT:
            _write(_file(folder, name), credentials[name])
    except OSError as error:
        raise NotMade(f"cannot write to {folder}: {error.strerror}") from error


def _write(file: Path, text: str) -> None:
    draft = file.with_name(f".{token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as written:
        written.write(text)
        written.flush()
        os.fsync(written.fileno())
    draft.replace(file)


def is_kept(folder: Path) -> bool:
    """Tell whether the folder holds an App."""
    return _file(folder, tuple(KEPT)[-1]).exists()


def page_of(folder: Path) -> str:
    """Return the address of the kept App's own page at GitHub."""
    return _file(folder, "app_page").read_text("ascii")


def _file(folder: Path, name: str) -> Path:
    return folder / f"ecto_fix_{name}"
