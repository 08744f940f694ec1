"""The welcome: what ecto-fix does, a picture of a real review, and the ways in."""

from typing import Final

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from bot.pages.docs import folder
from bot.pages.template import POLICY, PROTECTION, page
from rules.catalog import rules

PICTURE: Final = "review.png"

router = APIRouter()


@router.get("/")
def show_home() -> Response:
    """Say what this is."""
    told = page("home.html", title="Ecto migrations, reviewed", rules=len(rules()))
    return HTMLResponse(told, headers=PROTECTION | {"Content-Security-Policy": f"{POLICY}'none'; img-src 'self'"})


@router.get("/review.png")
def show_picture() -> Response:
    """Give the picture of a review."""
    return Response(
        folder().joinpath(PICTURE).read_bytes(),
        media_type="image/png",
        headers={"Cache-Control": "max-age=3600", **PROTECTION},
    )
