"""How an App is made from a manifest: somebody agrees on a page, and a code can be exchanged for it once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from deploy.standin.actor import LEVELS
from deploy.standin.errors import not_found, unprocessable
from deploy.standin.model import App
from deploy.standin.world import EVENTS, PERMISSIONS, World

CODE_LIFE = timedelta(hours=1)  # docs: "Registering a GitHub App from a manifest"
MANIFEST = {
    "callback_urls",
    "default_events",
    "default_permissions",
    "description",
    "hook_attributes",
    "name",
    "public",
    "redirect_url",
    "request_oauth_on_install",
    "setup_on_update",
    "setup_url",
    "url",
}


@dataclass(frozen=True, slots=True)
class Agreed:
    """A manifest that somebody agreed to, and who shall own the App."""

    manifest: Mapping[str, Any]
    owner: str
    at: datetime


def read(text: str) -> dict[str, Any]:
    """Read a manifest, or say what GitHub would not take."""
    try:
        manifest: dict[str, Any] = json.loads(text)
    except ValueError:
        raise unprocessable("The manifest is not JSON") from None
    wrong = [f"unknown: {name}" for name in sorted(manifest.keys() - MANIFEST)]
    wrong += [f"missing: {name}" for name in ("name", "url", "redirect_url") if not manifest.get(name)]
    wrong += [] if manifest.get("hook_attributes", {}).get("url") else ["hook_attributes without url"]
    asked = manifest.get("default_permissions", {})
    wrong += [f"permission {name}: {asked[name]}" for name in asked if name not in PERMISSIONS]
    wrong += [f"permission {name}: {level}" for name, level in asked.items() if level not in LEVELS]
    wrong += [f"event {name}" for name in manifest.get("default_events", ()) if name not in EVENTS]
    if wrong:
        raise unprocessable("; ".join(wrong))
    return manifest


def agree(world: World, manifest: Mapping[str, Any], owner: str) -> str:
    """Make the App to be, and give the code that it can be fetched with."""
    code = token_hex(20)
    world.agreed[code] = Agreed(manifest, owner, world.clock.now())
    return code


def convert(world: World, code: str) -> App:
    """Exchange a code for the App, which takes the place of the one that was there; a code is good once."""
    agreed = world.agreed.pop(code, None)
    if agreed is None or agreed.at + CODE_LIFE <= world.clock.now():
        raise not_found()
    manifest, app = agreed.manifest, world.app
    app.id, app.created_at = world.number(), world.clock.now()
    app.name = manifest["name"]
    app.owner = world.account(agreed.owner, "Organization")
    app.permissions = dict(manifest.get("default_permissions", {}))
    app.events = list(manifest.get("default_events", ()))
    app.webhook_url, app.webhook_secret = manifest["hook_attributes"]["url"], token_hex(20)
    app.client_secret, app.callback_urls = token_hex(20), list(manifest.get("callback_urls", ()))
    world.keep(app)
    return app
