"""The page on which somebody lets the App act for them, and the address where its code becomes a token."""

from typing import Annotated
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse

from deploy.standin.acts import logins
from deploy.standin.pages.routes import POLICY, shown, world_of

router = APIRouter()


@router.get("/login/oauth/authorize")
def ask(
    request: Request,
    client_id: str,
    redirect_uri: str,
    state: str = "",
    code_challenge: str = "",
    code_challenge_method: str = "",
) -> Response:
    """Ask who it is, and whether the App may act for them."""
    world = world_of(request)
    refused = logins.refusal(world.app, client_id, redirect_uri)
    if bool(code_challenge) is not (code_challenge_method == "S256"):
        refused = refused or "code_challenge and code_challenge_method=S256 belong together."
    if refused:
        return PlainTextResponse(refused, 404)
    with world.lock:
        people = [each for each in world.accounts.values() if each.kind == "User"]
    fields = {"client_id": client_id, "redirect_uri": redirect_uri, "state": state, "code_challenge": code_challenge}
    page = shown("login.html", app=world.app, people=people, fields=fields)
    # A form is sent to where its redirect leads, too.
    back = urlsplit(redirect_uri)
    page.headers["Content-Security-Policy"] = f"{POLICY} {back.scheme}://{back.netloc}"
    return page


@router.post("/login/oauth/authorize")
def agree(
    request: Request,
    login: Annotated[str, Form()],
    client_id: Annotated[str, Form()],
    redirect_uri: Annotated[str, Form()],
    state: Annotated[str, Form()] = "",
    code_challenge: Annotated[str, Form()] = "",
) -> Response:
    """Go back to where they came from, with a code."""
    world = world_of(request)
    with world.lock:
        if logins.refusal(world.app, client_id, redirect_uri) or login not in world.accounts:
            raise HTTPException(404)
        code = logins.agree(world, world.accounts[login], redirect_uri, code_challenge)
    return RedirectResponse(f"{redirect_uri}?{urlencode({'code': code, 'state': state})}", 302)


@router.post("/login/oauth/access_token")
async def exchange(request: Request) -> Response:
    """Answer in JSON where that is asked for, else as a form."""
    form = {key: str(value) for key, value in (await request.form()).items()}
    world = world_of(request)
    with world.lock:
        answer = logins.exchange(world, form)
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse(answer)
    return PlainTextResponse(urlencode(answer), media_type="application/x-www-form-urlencoded")
