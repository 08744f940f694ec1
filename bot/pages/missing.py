"""What people see where there is no page."""

from http import HTTPStatus

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from bot.pages.template import PROTECTION, page


async def nothing_here(request: Request, _error: Exception) -> Response:
    """Say so, and where else to look; a review that somebody remembers may be forgotten here."""
    told = page("missing.html", title="Nothing here", is_review=request.url.path.startswith("/reviews/"))
    return HTMLResponse(told, HTTPStatus.NOT_FOUND, PROTECTION)
