"""The web pages: a list of repositories, a pull request much as GitHub shows it, an App in the making, and a login."""

from deploy.standin.pages import login, manifest
from deploy.standin.pages.routes import router

router.include_router(manifest.router)
router.include_router(login.router)

__all__ = ["router"]
