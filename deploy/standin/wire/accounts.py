"""Users, organisations, bots, the App and its installations in JSON."""

from datetime import datetime
from typing import Any
from urllib.parse import quote

from deploy.standin.clock import iso, iso_or_none
from deploy.standin.model import Account, App, Installation, Repository
from deploy.standin.world import Links, node_id

LEGACY = {"maintain": "write", "triage": "read"}  # the permission endpoint folds five roles into three


def account(links: Links, who: Account) -> dict[str, Any]:
    """Show an account as it stands inside of other things."""
    api = f"{links.api}/users/{quote(who.login)}"
    slug = who.login.removesuffix("[bot]")
    return {
        "login": who.login,
        "id": who.id,
        "node_id": node_id(who),
        "avatar_url": f"{links.web}/_standin/avatars/{quote(who.login)}.svg",
        "gravatar_id": "",
        "url": api,
        "html_url": f"{links.web}/apps/{slug}" if who.kind == "Bot" else f"{links.web}/{who.login}",
        "followers_url": f"{api}/followers",
        "following_url": f"{api}/following{{/other_user}}",
        "gists_url": f"{api}/gists{{/gist_id}}",
        "starred_url": f"{api}/starred{{/owner}}{{/repo}}",
        "subscriptions_url": f"{api}/subscriptions",
        "organizations_url": f"{api}/orgs",
        "repos_url": f"{api}/repos",
        "events_url": f"{api}/events{{/privacy}}",
        "received_events_url": f"{api}/received_events",
        "type": who.kind,
        "site_admin": False,
    }


def public_face(links: Links, who: Account, since: datetime) -> dict[str, Any]:
    """Show an account that was asked for by itself."""
    nothing = ("company", "location", "email", "hireable", "bio", "twitter_username")
    return {
        **account(links, who),
        "name": who.name,
        **dict.fromkeys(nothing),
        "blog": "",
        **dict.fromkeys(("public_repos", "public_gists", "followers", "following"), 0),
        "created_at": iso(since),
        "updated_at": iso(since),
    }


def organization(links: Links, who: Account) -> dict[str, Any]:
    """Show an organisation as webhooks do."""
    api = f"{links.api}/orgs/{who.login}"
    parts = ("repos", "events", "hooks", "issues")
    return {
        "login": who.login,
        "id": who.id,
        "node_id": node_id(who),
        "url": api,
        **{f"{name}_url": f"{api}/{name}" for name in parts},
        "members_url": f"{api}/members{{/member}}",
        "public_members_url": f"{api}/public_members{{/member}}",
        "avatar_url": f"{links.web}/_standin/avatars/{who.login}.svg",
        "description": "",
    }


def collaborator(links: Links, who: Account, repository: Repository) -> dict[str, Any]:
    """Show somebody's permission on a repository: the old word, and the role's own name."""
    role = repository.role(who)
    user = {**account(links, who), "permissions": permissions(who, repository), "role_name": role}
    return {"permission": LEGACY.get(role, role), "role_name": role, "user": user}


def permissions(who: Account, repository: Repository) -> dict[str, bool]:
    """Show what somebody may do on a repository, in five answers."""
    flags = {"pull": "read", "triage": "triage", "push": "write", "maintain": "maintain", "admin": "admin"}
    return {name: repository.allows(who, least) for name, least in flags.items()}


def app(links: Links, which: App) -> dict[str, Any]:
    """Show the App."""
    return {
        "id": which.id,
        "slug": which.slug,
        "node_id": node_id(which),
        "client_id": which.client_id,
        "owner": account(links, which.owner),
        "name": which.name,
        "description": "",
        "external_url": f"{links.web}/apps/{which.slug}",
        "html_url": f"{links.web}/apps/{which.slug}",
        "created_at": iso(which.created_at),
        "updated_at": iso(which.created_at),
        "permissions": which.permissions,
        "events": which.events,
    }


def installation(links: Links, which: Installation, of: App) -> dict[str, Any]:
    """Show an installation of the App."""
    return {
        "id": which.id,
        "account": account(links, which.account),
        "repository_selection": "selected",
        "access_tokens_url": f"{links.api}/app/installations/{which.id}/access_tokens",
        "repositories_url": f"{links.api}/installation/repositories",
        "html_url": f"{links.web}/settings/installations/{which.id}",
        "app_id": of.id,
        "app_slug": of.slug,
        "target_id": which.account.id,
        "target_type": which.account.kind,
        "permissions": which.permissions,
        "events": of.events,
        "created_at": iso(which.created_at),
        "updated_at": iso(which.created_at),
        "single_file_name": None,
        "has_multiple_single_files": False,
        "single_file_paths": [],
        "suspended_by": None,
        "suspended_at": iso_or_none(which.suspended_at),
    }


def association(who: Account, repository: Repository) -> str:
    """Tell how close somebody is to a repository; this is not a permission, and bots that take it for one are wrong."""
    if who is repository.owner:
        return "OWNER"
    return "COLLABORATOR" if who.login in repository.roles else "NONE"
