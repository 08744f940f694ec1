"""The web pages: a list of repositories, and a pull request much as GitHub shows it."""

from deploy.standin.pages.routes import router

__all__ = ["router"]
