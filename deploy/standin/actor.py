"""Who is calling, and what they may do: the App by its JSON web token, an installation or a user by a token."""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import jwt

from deploy.standin.errors import GitHubError, not_accessible, not_found
from deploy.standin.model import Account, Installation, Repository, Token
from deploy.standin.world import World

LEVELS = ("none", "read", "write", "admin")
LONGEST_JWT = timedelta(minutes=10)  # docs: "Generating a JSON Web Token (JWT) for a GitHub App"
CLOCK_DRIFT = timedelta(seconds=60)
ROLE_FOR = {"contents:write": "write", "checks:write": "write"}  # what a person needs to be; reading suffices elsewhere


@dataclass(frozen=True, slots=True)
class Actor:
    """The caller. *installation* is there for an installation's token only."""

    kind: str  # app, client, installation, user or nobody
    account: Account
    key: str  # what limits are counted by
    installation: Installation | None = None
    permissions: Mapping[str, str] | None = None
    repository_ids: frozenset[int] = frozenset()

    def sees(self, repository: Repository) -> bool:
        """Tell whether the repository exists for this caller."""
        if not repository.private:
            return True
        if self.installation:
            return repository.id in self.repository_ids
        return self.kind == "user" and repository.allows(self.account, "read")

    def may(self, need: str, repository: Repository) -> bool:
        """Tell whether a need such as `checks:write` is met on a repository."""
        name, level = need.split(":")
        if self.permissions is None:
            return name != "checks" and repository.allows(self.account, ROLE_FOR.get(need, "read"))
        inside = repository.id in self.repository_ids or (level == "read" and not repository.private)
        return inside and at_least(self.permissions.get(name, "none"), level)


def at_least(level: str, wanted: str) -> bool:
    """Compare two levels of a permission."""
    return LEVELS.index(level) >= LEVELS.index(wanted)


def authenticate(world: World, header: str) -> Actor:
    """Tell who is calling from the Authorization header, or say 401."""
    scheme, _, value = header.partition(" ")
    if not value:
        return Actor("nobody", world.app.owner, "nobody")
    if scheme.lower() == "basic":
        return _client(world, value)
    if scheme.lower() == "bearer" and value.count(".") == 2:  # noqa: PLR2004 - the two dots of a JSON web token
        return _app(world, value)
    if token := world.tokens.get(value):
        return _installed(world, token)
    return _person(world, value)


def _client(world: World, value: str) -> Actor:
    """Know the App by the name and the secret with which it lets people log in."""
    try:
        known = b64decode(value, validate=True).decode()
    except ValueError:
        known = ""
    if known != f"{world.app.client_id}:{world.app.client_secret}":
        raise GitHubError(401, "Bad credentials")
    return Actor("client", world.app.bot, "client")


def _installed(world: World, token: Token) -> Actor:
    """Know an installation by its token."""
    if token.expires_at <= world.clock.now() or token.installation.id not in world.installations:
        raise GitHubError(401, "Bad credentials")
    if token.installation.suspended_at:
        raise GitHubError(403, "This installation has been suspended")
    bot = world.app.bot
    return Actor("installation", bot, token.value, token.installation, token.permissions, token.repository_ids)


def _person(world: World, token: str) -> Actor:
    """Know somebody by a token of their own, or by the one with which the App acts for them."""
    if person := world.app.people.get(token):
        return Actor("user", person, token)
    for account in world.accounts.values():
        if account.token == token and account.kind == "User":
            return Actor("user", account, account.login)
    raise GitHubError(401, "Bad credentials")


def _app(world: World, token: str) -> Actor:
    """Verify a JSON web token by the rules of GitHub's documentation, not only by its signature."""
    try:
        claims = jwt.decode(
            token,
            world.app.public_key,
            algorithms=["RS256"],
            options={"verify_exp": False, "verify_iat": False, "verify_aud": False, "verify_iss": False},
        )
    except jwt.PyJWTError:
        raise GitHubError(401, "A JSON web token could not be decoded") from None
    now = world.clock.now().timestamp()
    if str(claims.get("iss")) != str(world.app.id):
        raise GitHubError(401, "Integration not found")
    if not now < claims.get("exp", 0) <= now + LONGEST_JWT.total_seconds() + CLOCK_DRIFT.total_seconds():
        late = "'Expiration time' claim ('exp') is too far in the future"
        raise GitHubError(
            401, late if claims.get("exp", 0) > now else "'Expiration time' claim ('exp') must be in the future"
        )
    if claims.get("iat", 0) > now + CLOCK_DRIFT.total_seconds():
        raise GitHubError(
            401, "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued"
        )
    return Actor("app", world.app.bot, "app")


def authorize(actor: Actor, by: str, needs: tuple[str, ...], repository: Repository | None) -> None:
    """Let the caller in, or say what GitHub says: 401, 403, or 404 for what must not be seen."""
    if by in {"app", "client"}:
        if actor.kind != by:
            raise GitHubError(401, "A JSON web token could not be decoded")
        return
    if actor.kind in {"app", "client"}:
        raise GitHubError(403, "Resource not accessible by integration")
    if by == "anyone":
        return
    if actor.kind == "nobody":
        raise GitHubError(401, "Requires authentication")
    if by == "installation" and actor.kind != "installation":
        raise GitHubError(403, "You must authenticate with an installation access token in order to use this endpoint.")
    if repository:
        _on_repository(actor, needs, repository)


def _on_repository(actor: Actor, needs: tuple[str, ...], repository: Repository) -> None:
    if not actor.sees(repository):
        raise not_found()
    if any(actor.may(need, repository) for need in needs):
        return
    if actor.kind == "installation":
        raise not_accessible()
    if "checks:write" in needs:
        raise GitHubError(403, "You must authenticate via a GitHub App.")
    # GitHub hides what a person may read but not change behind a 404 or this 403, by endpoint.
    raise GitHubError(403, f"Must have {ROLE_FOR.get(needs[0], 'read')} rights to Repository.")
