"""What becomes of an installation and its repositories: suspended, permitted more, taken away, renamed."""

from deploy.standin.acts import announce
from deploy.standin.cues import Cues
from deploy.standin.errors import unprocessable
from deploy.standin.model import Installation, Repository
from deploy.standin.world import World

act = Cues()


@act
def suspend(world: World, *, repository: str, by: str, suspended: bool) -> None:
    """Suspend the installation that covers a repository, or let it go on."""
    _, installation = _covered(world, repository)
    installation.suspended_at = world.clock.now() if suspended else None
    announce.installation(world, installation, "suspend" if suspended else "unsuspend", world.account(by))


@act
def accept_permissions(world: World, *, repository: str, by: str, permissions: dict[str, str]) -> None:
    """Accept what the App asks for since it was installed."""
    _, installation = _covered(world, repository)
    installation.permissions = permissions
    announce.installation(world, installation, "new_permissions_accepted", world.account(by))


@act
def take_away(world: World, *, repository: str, by: str) -> None:
    """Take a repository out of the installation, which may be left without any."""
    which, installation = _covered(world, repository)
    installation.repositories.remove(which)
    announce.uncovered(world, installation, which, world.account(by))


@act
def let_apps_into_forks(world: World, *, allowed: bool) -> None:
    """Let "allow edits by maintainers" be for Apps, too, or not."""
    world.apps_enter_forks = allowed


@act
def rename(world: World, *, repository: str, name: str, by: str) -> str:
    """Give a repository another name, and return it with its owner's."""
    which = world.repository(repository)
    former, new = which.name, f"{which.owner.login}/{name}"
    if new.lower() in world.repositories:
        raise unprocessable(f"{new} exists already")
    del world.repositories[repository.lower()]
    which.name = name
    world.repositories[new.lower()] = which
    announce.renamed(world, which, former, world.account(by))
    return which.full_name


def _covered(world: World, repository: str) -> tuple[Repository, Installation]:
    which = world.repository(repository)
    installation = world.installation_on(which)
    if installation is None:
        raise unprocessable(f"The App is not installed on {repository}")
    return which, installation
