"""Whether secrets are secret, and the receiver's address is one that GitHub can use."""

import stat
from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit

from workers.doctor.advice import Line, ok, warning, wrong

FEW: Final = 10  # different characters; a random secret of 24 in base 16 has about a dozen
OPEN: Final = stat.S_IRWXO | stat.S_IWGRP  # a group may read: Kubernetes and systemd hand secrets over by one


def secret(secrets: Sequence[str]) -> Line:
    """Look at the webhook's secrets, of which the receiver has refused the short and the known ones."""
    about = "Webhook secret"
    if not secrets:
        return warning(about, "There is no App yet: every delivery is answered 503.", "Make one at /setup.")
    if any(len(set(one)) < FEW for one in secrets):
        return wrong(about, "It repeats few characters, and can be guessed.", "Take that of `openssl rand -hex 32`.")
    if len(secrets) > 1:
        said = f"{len(secrets)} are believed, while one replaces the other."
        return warning(
            about, said, "Once GitHub signs with the new one, take the old one out of ECTO_FIX_WEBHOOK_SECRET."
        )
    return ok(about, f"One, of {len(secrets[0])} characters.")


def folder(place: Path | None) -> Iterator[Line]:
    """Look at the folder of secrets, if there is one."""
    if place is None or not place.is_dir():
        return
    about = "Folder of secrets"
    opened = [one.name for one in sorted(place.iterdir()) if one.is_file() and one.stat().st_mode & OPEN]
    if place.stat().st_mode & (stat.S_IWOTH | stat.S_ISVTX) == stat.S_IWOTH:
        opened.append(place.name)
    if opened:
        said = f"Too many may use {', '.join(opened)}."
        yield warning(about, said, f"chmod -R g-w,o= {place}, or a stricter mode where an orchestrator mounts it.")
    else:
        yield ok(about, "Nobody may read it whom its owner did not choose.")


def public(url: str) -> Line:
    """Look at the address that GitHub and people are told."""
    about = "Public address"
    remedy = "Set ECTO_FIX_PUBLIC_URL to the https address at which GitHub reaches the receiver."
    if not url:
        return warning(about, "It is not set: reviews link to no page, and nobody can log in.", remedy)
    parts = _parts(url)
    if parts is None:
        return wrong(about, "It is not the scheme and the host of a web server, and nothing else.", remedy)
    if _is_private(parts.hostname or ""):
        return warning(about, f"{parts.hostname} is not on the internet, where GitHub is.", remedy)
    if parts.scheme == "http":
        return warning(about, "It is not encrypted.", remedy)
    return ok(about, url)


def _parts(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    is_bare = not (parts.path.strip("/") or parts.query or parts.username)
    return parts if parts.scheme in {"http", "https"} and parts.hostname and is_bare else None


def _is_private(host: str) -> bool:
    try:
        return not ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith((".local", ".internal", ".localhost"))
