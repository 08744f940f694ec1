"""`ecto-fix replay DELIVERY.json`: what a delivery asks for; or have it delivered again, signed with our secret."""

import hashlib
import hmac
import http.client
import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Annotated, Any, assert_never
from urllib.parse import SplitResult, urlsplit

import typer
from pydantic import ValidationError

from bot.cli.main import CannotRun
from bot.cli.output.complaint import told
from bot.cli.printable import on_one_line
from bot.events import Hearing, Ignored, Malformed, Upkeep, Work, hear
from bot.settings import Settings


def command(
    delivery: Annotated[Path, typer.Argument(help="The payload, or what GitHub's API gives for a delivery.")],
    event: Annotated[str, typer.Option(help="Its event, where the file does not say: pull_request, …")] = "",
    to: Annotated[str, typer.Option(metavar="URL", help="A receiver to deliver it to.")] = "",
) -> None:
    """Say what a delivery asks for. With --to it is signed with ECTO_FIX_WEBHOOK_SECRET and delivered, as new."""
    named, payload = _read(delivery, event)
    try:
        print(on_one_line(said(hear(named, payload, datetime.fromtimestamp(time.time(), UTC)))))
    except Malformed as error:
        raise CannotRun(f"it lacks what GitHub always puts into a {named}: {error.__cause__}") from None
    if to:
        print(_deliver(to, named, json.dumps(payload).encode()))


def said(hearing: Hearing) -> str:
    """Say what was understood."""
    match hearing:
        case Work(jobs):
            return "due: " + ", ".join(job.id for job in jobs)
        case Upkeep(forget, look):
            return f"to forget: {', '.join(forget) or 'nothing'}; to look through: {', '.join(look) or 'nothing'}"
        case Ignored(reason):
            return f"ignored: {reason}"
        case _:
            assert_never(hearing)


def _read(path: Path, event: str) -> tuple[str, Mapping[str, Any]]:
    """Return event and payload; of GitHub's API a delivery has its payload below `request`."""
    try:
        given = json.loads(path.read_bytes())
    except OSError as error:
        raise CannotRun(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise CannotRun(f"{path} is not JSON: {error}") from None
    if not isinstance(given, dict):
        raise CannotRun(f"{path}: neither a payload nor a delivery")
    request = given.get("request")
    if isinstance(request, dict) and isinstance(request.get("payload"), dict):
        event = event or str(given.get("event", ""))
        given = request["payload"]
    if not event:
        raise CannotRun("which event is it? Say so with --event, such as --event pull_request")
    return event, given


def _deliver(url: str, event: str, body: bytes) -> str:
    try:
        secret = next(iter(Settings().webhook_secret), None)
    except ValidationError as error:
        raise CannotRun(told(error)) from None
    if secret is None:
        raise CannotRun("without ECTO_FIX_WEBHOOK_SECRET nothing can be signed")
    address, port = _address(url)
    headers = {
        "Content-Type": "application/json",
        "X-GitHub-Delivery": f"replayed-{token_hex(8)}",
        "X-GitHub-Event": event,
        "X-Hub-Signature-256": "sha256=" + hmac.digest(secret.get_secret_value().encode(), body, hashlib.sha256).hex(),
    }
    way = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = way(address.hostname or "", port, timeout=10)
    try:
        connection.request("POST", address.path or "/webhook", body, headers)
        answer = connection.getresponse()
        return on_one_line(f"{answer.status} {answer.reason} {answer.read(200).decode(errors='replace')}".strip())
    except (OSError, http.client.HTTPException) as error:
        raise CannotRun(f"{url} does not answer as a receiver: {error}") from None
    finally:
        connection.close()


def _address(url: str) -> tuple[SplitResult, int | None]:
    try:
        address = urlsplit(url)
        port = address.port
    except ValueError as error:
        raise CannotRun(f"{url} is no address: {error}") from None
    if address.scheme not in {"http", "https"} or not address.hostname:
        raise CannotRun(f"{url} is not the address of a receiver, such as https://ecto-fix.example.com")
    return address, port
