"""The welcome: what ecto-fix does, a picture of a real review, and the ways in."""

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from bot.pages.docs import WITH_PICTURES
from bot.pages.template import page
from rules.catalog import rules

router = APIRouter()


@router.get("/")
def show_home() -> Response:
    """Say what this is."""
    told = page("home.html", title="Ecto migrations, reviewed", rules=len(rules()))
    return HTMLResponse(told, headers=WITH_PICTURES)
