"""The page on which somebody agrees that an App is made from a manifest."""

from typing import Annotated
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import PlainTextResponse, RedirectResponse

from deploy.standin.acts import manifests
from deploy.standin.errors import GitHubError
from deploy.standin.pages.routes import POLICY, shown, world_of

SELF = "somebody"  # whoever is logged in

router = APIRouter()


@router.post("/settings/apps/new")
@router.post("/organizations/{owner}/settings/apps/new")
def propose(manifest: Annotated[str, Form()], state: str = "", owner: str = SELF) -> Response:
    """Show what the App asks for, or what is wrong with its manifest."""
    try:
        wanted = manifests.read(manifest)
    except GitHubError as error:
        return PlainTextResponse(str(error), error.status)
    page = shown("manifest.html", wanted=wanted, manifest=manifest, state=state, owner=owner)
    # A form is sent to where its redirect leads, too.
    back = urlsplit(wanted["redirect_url"])
    page.headers["Content-Security-Policy"] = f"{POLICY} {back.scheme}://{back.netloc}"
    return page


@router.post("/settings/apps")
def agree(
    request: Request,
    manifest: Annotated[str, Form()],
    state: Annotated[str, Form()],
    owner: Annotated[str, Form()],
    name: Annotated[str, Form()],
) -> Response:
    """Make the App, and go back to where it came from with a code."""
    wanted = manifests.read(manifest) | {"name": name}
    world = world_of(request)
    with world.lock:
        code = manifests.agree(world, wanted, owner)
    return RedirectResponse(f"{wanted['redirect_url']}?{urlencode({'code': code, 'state': state})}", 302)
