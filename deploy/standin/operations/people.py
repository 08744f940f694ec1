"""What the App sees for a person who has logged in: who it is, and where both of them may go."""

from typing import Any

from deploy.standin.api import Call, Page, operation
from deploy.standin.errors import GitHubError, not_found
from deploy.standin.model import Installation, Repository
from deploy.standin.wire import accounts, repositories


@operation("users/get-authenticated")
def get_user(call: Call) -> Any:
    """Show who asks."""
    return accounts.public_face(call.links, call.account, call.world.app.created_at)


@operation("apps/list-installations-for-authenticated-user")
def list_installations(call: Call) -> Any:
    """List where the App is installed and the person may see something."""
    _for_the_app(call)
    shared = [each for each in call.world.installations.values() if _shared(call, each)]
    return Page(shared, lambda each: accounts.installation(call.links, each, call.world.app), under="installations")


@operation("apps/list-installation-repos-for-authenticated-user")
def list_repositories(call: Call) -> Any:
    """List what an installation covers and the person may see."""
    _for_the_app(call)
    shared = _shared(call, call.found(Installation, "installation_id"))
    if not shared:
        raise not_found()

    def show(each: Repository) -> dict[str, Any]:
        permissions = accounts.permissions(call.account, each)
        return {**repositories.repository(call.links, each), "permissions": permissions}

    return Page(shared, show, under="repositories")


@operation("apps/delete-token", by="client")
def delete_token(call: Call) -> Any:
    """Make the token worthless with which the App acts for somebody."""
    if call.world.app.people.pop(call.body["access_token"], None) is None:
        raise not_found()


def _for_the_app(call: Call) -> None:
    if call.actor.key not in call.world.app.people:
        raise GitHubError(403, "You must authenticate with an access token authorized to a GitHub App")


def _shared(call: Call, installation: Installation) -> list[Repository]:
    """List what of the installation the person was given; what is merely public does not count."""
    return [
        each for each in installation.repositories if call.account is each.owner or call.account.login in each.roles
    ]
