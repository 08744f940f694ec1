"""Whether GitHub can be reached, knows the App, lets it do what it must, and sends its webhooks here."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Final

import requests

from workers.doctor.advice import Line, ok, warning, wrong
from workers.github.auth import JWT_AGE, App
from workers.github.errors import Forbidden, NotFound, Trouble
from workers.github.wire import TIMEOUT

LEVELS: Final = ("none", "read", "write", "admin")
NOTICED: Final = 20.0  # seconds that a clock may be off before anybody says so
MOST_NAMED: Final = 5
SIGNED: Final = "what the App signs is dated, and refused"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What app.yml asks for, and where GitHub is to send webhooks; empty where that is not known."""

    permissions: Mapping[str, str]
    events: Collection[str]
    webhook: str = ""


def lines(app: App, manifest: Manifest, clock: Callable[[], float]) -> Iterator[Line]:
    """Look at *app* as GitHub knows it."""
    try:
        answer = requests.get(app.api_url, timeout=TIMEOUT, allow_redirects=False)
    except requests.RequestException as error:
        said = f"{app.api_url} does not answer: {type(error).__name__}."
        yield wrong(
            "GitHub's API", said, "Look at ECTO_FIX_GITHUB_API_URL, the network's way out, and GitHub's status."
        )
        return
    yield ok("GitHub's API", f"{app.api_url} answers.")
    yield _clock(answer.headers.get("Date", ""), clock())
    try:
        known: Mapping[str, Any] = app.wire.get("/app")
    except (Forbidden, NotFound) as refused:
        said = f"GitHub does not take the key for that of App {app.id}: {refused}"
        yield wrong("GitHub App", said, "Take the App's number and one of its private keys from its settings' page.")
        return
    except Trouble as trouble:
        yield warning("GitHub App", f"GitHub does not say: {trouble}", "Ask again in a while.")
        return
    yield ok("GitHub App", f"{known['name']}, number {known['id']}; the key is one of its own.")
    yield _permissions(known["permissions"], manifest.permissions)
    yield _events(known["events"], manifest.events)
    yield from _webhook(app, manifest.webhook)
    yield from _installed(app, known["permissions"])


def _clock(date: str, now: float) -> Line:
    about = "Clock"
    try:
        theirs = parsedate_to_datetime(date).timestamp()
    except ValueError:
        return warning(about, "GitHub's answer has no date.", "Make sure that this machine's clock is set by NTP.")
    off = now - theirs
    said = f"{abs(off):.0f} s {'ahead of' if off > 0 else 'behind'} GitHub's."
    if abs(off) >= -JWT_AGE:
        return wrong(about, f"{said} So {SIGNED}.", "Set the clock, and keep it set by NTP.")
    if abs(off) >= NOTICED:
        return warning(about, f"{said} At {-JWT_AGE} s, {SIGNED}.", "Let NTP set the clock.")
    return ok(about, said)


def _permissions(granted: Mapping[str, str], wanted: Mapping[str, str]) -> Line:
    about = "GitHub permissions"
    lacking = [f"{name}: {level}" for name, level in wanted.items() if _below(granted.get(name), level)]
    beyond = [f"{name}: {level}" for name, level in granted.items() if _below(wanted.get(name), level)]
    if lacking:
        return wrong(about, f"The App lacks {', '.join(lacking)}.", "Grant it in the App's settings, then accept it.")
    if beyond:
        return warning(about, f"The App may do more than it needs: {', '.join(beyond)}.", "Take that from it.")
    return ok(about, "As in app.yml.")


def _below(granted: str | None, wanted: str) -> bool:
    return LEVELS.index(granted or "none") < LEVELS.index(wanted)


def _events(heard: Collection[str], wanted: Collection[str]) -> Line:
    about, lacking = "GitHub events", sorted(set(wanted) - set(heard))
    if lacking:
        said = f"The App does not hear of {', '.join(lacking)}."
        return wrong(about, said, "Tick these in the App's settings, under Permissions & events.")
    return ok(about, "As in app.yml.")


def _webhook(app: App, wanted: str) -> Iterator[Line]:
    about, settings = "GitHub's webhooks", "in the App's settings, under General, Webhook"
    try:
        known: Mapping[str, Any] = app.wire.get("/app/hook/config")
    except Trouble as trouble:
        yield warning(about, f"GitHub does not say where they go: {trouble}", f"Look {settings}.")
        return
    where = str(known.get("url") or "")
    if known.get("content_type") != "json":
        yield wrong(about, "They come as forms, which are answered 415.", f"Choose application/json {settings}.")
    elif not known.get("secret"):
        yield wrong(about, "They are not signed, and so are answered 401.", f"Set the webhook's secret {settings}.")
    elif str(known.get("insecure_ssl")) == "1":
        yield warning(about, "GitHub does not look at our certificate.", f"Enable SSL verification {settings}.")
    elif wanted and where != wanted:
        yield warning(
            about, f"They go to {where}, not to {wanted}.", f"Correct that {settings}, or ECTO_FIX_PUBLIC_URL."
        )
    else:
        yield ok(about, f"They go to {where}, as JSON and signed.")


def _installed(app: App, asked: Mapping[str, str]) -> Iterator[Line]:
    about = "GitHub installations"
    try:
        every = list(app.wire.pages("/app/installations"))
    except Trouble as trouble:
        yield warning(about, f"GitHub does not list them: {trouble}", "Ask again in a while.")
        return
    behind = [
        str((one.get("account") or {}).get("login", "ghost"))
        for one in every
        if any(_below(one["permissions"].get(name), level) for name, level in asked.items())
    ]
    if not every:
        yield warning(about, "The App is installed nowhere.", "Install it from its public page.")
    elif behind:
        named = ", ".join(behind[:MOST_NAMED]) + (
            f" and {len(behind) - MOST_NAMED} more" if len(behind) > MOST_NAMED else ""
        )
        said = f"{len(behind)} of {len(every)} have not accepted what the App asks for: {named}."
        yield warning(about, said, "Their owners find the request under Settings, Installed GitHub Apps.")
    else:
        yield ok(about, f"{len(every)}, and each has accepted what the App asks for.")
