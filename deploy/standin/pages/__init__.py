"""The web pages: a list of repositories, a pull request much as GitHub shows it, and an App in the making."""

from deploy.standin.pages import manifest
from deploy.standin.pages.routes import router

router.include_router(manifest.router)

__all__ = ["router"]
