"""The App itself: installations, their tokens, and the log of webhook deliveries."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from deploy.standin.actor import at_least
from deploy.standin.acts import manifests
from deploy.standin.api import Call, Page, Reply, operation
from deploy.standin.clock import iso
from deploy.standin.errors import not_found, unprocessable, validation_failed
from deploy.standin.model import Installation, Repository
from deploy.standin.webhooks import Delivery
from deploy.standin.wire import accounts, repositories

KEPT = timedelta(days=3)  # docs, "Viewing webhook deliveries"


@operation("apps/get-authenticated", by="app")
def get_app(call: Call) -> Any:
    """Show the App."""
    return {**accounts.app(call.links, call.world.app), "installations_count": len(call.world.installations)}


@operation("apps/create-from-manifest", by="anyone")
def create_from_manifest(call: Call) -> Any:
    """Exchange a code for the App that somebody agreed to, with all of its secrets; it is good once."""
    app = manifests.convert(call.world, call.path["code"])
    secrets = {"client_secret": app.client_secret, "webhook_secret": app.webhook_secret, "pem": app.private_key}
    return {**accounts.app(call.links, app), **secrets}


@operation("apps/list-installations", by="app")
def list_installations(call: Call) -> Any:
    """List where the App is installed."""
    every = list(call.world.installations.values())
    return Page(every, lambda each: accounts.installation(call.links, each, call.world.app))


@operation("apps/get-installation", by="app")
def get_installation(call: Call) -> Any:
    """Show one installation."""
    return accounts.installation(call.links, call.found(Installation, "installation_id"), call.world.app)


@operation("apps/get-repo-installation", by="app")
def get_repository_installation(call: Call) -> Any:
    """Show the installation that covers a repository."""
    installation = call.world.installation_on(call.repository)
    if installation is None:
        raise not_found()
    return accounts.installation(call.links, installation, call.world.app)


@operation("apps/create-installation-access-token", by="app")
def create_token(call: Call) -> Any:
    """Make a token for an installation, for all of it or for less, never for more."""
    installation = call.found(Installation, "installation_id")
    chosen = _chosen(installation, call)
    permissions = dict(call.body.get("permissions") or installation.permissions)
    granted = installation.permissions
    if not all(at_least(granted.get(name, "none"), level) for name, level in permissions.items()):
        raise unprocessable("The permissions requested are not granted to this installation.")
    permissions.setdefault("metadata", "read")
    token = call.world.issue_token(installation, permissions, frozenset(each.id for each in chosen))
    named = "repositories" in call.body or "repository_ids" in call.body
    shown = [repositories.repository(call.links, each) for each in chosen]
    return {
        "token": token.value,
        "expires_at": iso(token.expires_at),
        "permissions": permissions,
        "repository_selection": "selected",
        **({"repositories": shown} if named else {}),
    }


def _chosen(installation: Installation, call: Call) -> Sequence[Repository]:
    ids, names = call.body.get("repository_ids"), call.body.get("repositories")
    if ids is None and names is None:
        return installation.repositories
    chosen = [each for each in installation.repositories if each.id in (ids or ()) or each.name in (names or ())]
    if len(chosen) < len(set(ids or ())) + len(set(names or ())):
        raise unprocessable(
            "There is at least one repository that does not exist or is not accessible to the parent installation."
        )
    return chosen


@operation("apps/revoke-installation-access-token", by="installation")
def revoke_token(call: Call) -> Any:
    """Make the token that asks worthless."""
    del call.world.tokens[call.actor.key]


@operation("apps/list-repos-accessible-to-installation", by="installation")
def list_repositories(call: Call) -> Any:
    """List what the token opens."""
    held = [each for each in call.world.repositories.values() if each.id in call.actor.repository_ids]
    return Page(held, lambda each: repositories.repository(call.links, each), under="repositories")


@operation("apps/list-webhook-deliveries", by="app")
def list_deliveries(call: Call) -> Any:
    """List the attempts of three days to deliver webhooks, newest first; pages are found by a cursor, not by number."""
    newest_first = sorted(_log(call), key=lambda each: each.id, reverse=True)
    size = int(call.query.get("per_page", 30))
    cursor = call.query.get("cursor", "")
    if cursor and not cursor.isdecimal():
        raise validation_failed("Hook", "cursor", "invalid", "Invalid cursor")
    rest = [each for each in newest_first if not cursor or each.id <= int(cursor)]
    headers = {}
    if len(rest) > size:
        headers["Link"] = f'<{call.links.api}/app/hook/deliveries?per_page={size}&cursor={rest[size].id}>; rel="next"'
    return Reply([_brief(each) for each in rest[:size]], headers=headers)


@operation("apps/get-webhook-delivery", by="app")
def get_delivery(call: Call) -> Any:
    """Show one attempt with what was sent and what came back."""
    each = _delivery(call)
    return {
        **_brief(each),
        "url": each.url,
        "request": {"headers": each.headers, "payload": each.payload},
        "response": {"headers": each.answer_headers, "payload": each.answer},
    }


@operation("apps/redeliver-webhook-delivery", by="app")
def redeliver(call: Call) -> Any:
    """Deliver again, under the same GUID."""
    call.world.outbox.repeat(_delivery(call).id, call.world.number(), call.world.clock.now())
    return {}


def _delivery(call: Call) -> Delivery:
    for each in _log(call):
        if str(each.id) == call.path["delivery_id"]:
            return each
    raise not_found()


def _brief(each: Delivery) -> dict[str, Any]:
    return {
        "id": each.id,
        "guid": each.guid,
        "delivered_at": iso(each.delivered_at),
        "redelivery": each.redelivery,
        "duration": round(each.duration, 2),
        "status": each.status,
        "status_code": each.status_code,
        "event": each.event,
        "action": each.action,
        "installation_id": each.installation_id,
        "repository_id": each.repository_id,
        "throttled_at": None,
    }


@operation("apps/get-webhook-config-for-app", by="app")
def get_webhook_config(call: Call) -> Any:
    """Show where webhooks go; the secret stays hidden."""
    app = call.world.app
    hidden = {"secret": "********"} if app.webhook_secret else {}
    return {"content_type": "json", "insecure_ssl": "0", "url": app.webhook_url, **hidden}


@operation("apps/update-webhook-config-for-app", by="app")
def update_webhook_config(call: Call) -> Any:
    """Change where webhooks go and what they are signed with."""
    app = call.world.app
    app.webhook_url = call.body.get("url", app.webhook_url)
    app.webhook_secret = call.body.get("secret", app.webhook_secret)
    return get_webhook_config(call)


def _log(call: Call) -> list[Delivery]:
    oldest = call.world.clock.now() - KEPT
    return [each for each in call.world.outbox.log if each.delivered_at >= oldest]
