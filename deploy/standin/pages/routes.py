"""Routes of the pages: what is shown, and what its buttons do."""

import hashlib
import json
from functools import partial
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from deploy.standin import mergeability, pictures
from deploy.standin.acts import suggestions
from deploy.standin.anchors import merge_base, place
from deploy.standin.errors import GitHubError
from deploy.standin.model import Account, PullRequest, Repository, ReviewComment
from deploy.standin.pages import mergebox
from deploy.standin.pages.buttons import BUTTONS
from deploy.standin.pages.changes import changed_files, excerpt, suggested
from deploy.standin.pages.markdown import rendered
from deploy.standin.pages.timeline import threads_of, timeline
from deploy.standin.wire.accounts import association
from deploy.standin.world import World

HERE = Path(__file__).parent
ASSETS = {"style.css": "text/css", "page.js": "text/javascript"}
# Nothing is fetched from elsewhere, whatever somebody writes into a comment.
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'"
)
VIEWER = "viewer"  # the cookie that says whose eyes the page is seen with
TABS = ("conversation", "checks", "files")

router = APIRouter()
templates = Environment(
    loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


def world_of(request: Request) -> World:
    """Find the world that the pages show."""
    world: World = request.app.state.world
    return world


def _viewer(request: Request, repository: Repository) -> Account:
    """Tell whose eyes see: those chosen on the page, or the first administrator's."""
    accounts = world_of(request).accounts
    chosen = accounts.get(request.cookies.get(VIEWER, ""))
    admins = [login for login, role in repository.roles.items() if role == "admin"]
    return chosen or accounts[admins[0]]


def _pull(request: Request, owner: str, name: str, number: int) -> PullRequest:
    repository = world_of(request).repositories.get(f"{owner}/{name}".lower())
    if repository is None or number not in repository.pulls:
        raise HTTPException(404)
    return repository.pulls[number]


def shown(template: str, **values: Any) -> HTMLResponse:
    """Fill a template; nothing on the page comes from elsewhere, and nobody keeps it."""
    html = templates.get_template(template).render(**values)
    return HTMLResponse(html, headers={"Content-Security-Policy": POLICY, "Cache-Control": "no-store"})


@router.get("/")
def index(request: Request) -> Response:
    """List repositories and their pull requests."""
    world = world_of(request)
    with world.lock:
        found = sorted(world.repositories.values(), key=lambda each: each.full_name)
        return shown("index.html", repositories=found, state=partial(check_state, world))


@router.get("/_standin/assets/{name}")
def asset(name: str) -> Response:
    """Send the style sheet or the script."""
    if name not in ASSETS:
        raise HTTPException(404)
    return Response((HERE / name).read_bytes(), media_type=ASSETS[name], headers={"Cache-Control": "no-store"})


@router.get("/favicon.ico")
@router.get("/_standin/avatars/{login}.svg")
def avatar(login: str = "stand-in") -> Response:
    """Draw somebody: a letter on a colour that follows from the name."""
    hue = hashlib.sha256(login.encode()).digest()[0] * 360 // 256
    svg = templates.get_template("avatar.svg").render(letter=login[:1].upper(), hue=hue, bot=login.endswith("[bot]"))
    return Response(svg, media_type="image/svg+xml")


@router.get("/{owner}/{name}/pull/{number}.diff")
def diff(request: Request, owner: str, name: str, number: int) -> Response:
    """Send the diff as text."""
    with world_of(request).lock:
        pull = _pull(request, owner, name, number)
        return PlainTextResponse(pull.repository.git.patch(merge_base(pull), pull.head_sha))


@router.get("/{owner}/{name}/pull/{number}/pulse")
def pulse(request: Request, owner: str, name: str, number: int) -> Response:
    """Tell by a fingerprint whether anything changed."""
    with world_of(request).lock:
        return PlainTextResponse(_fingerprint(world_of(request), _pull(request, owner, name, number)))


def _fingerprint(world: World, pull: PullRequest) -> str:
    return hashlib.sha256(json.dumps(pictures.pull_request(world, pull)).encode()).hexdigest()


@router.get("/{owner}/{name}/pull/{number}")
@router.get("/{owner}/{name}/pull/{number}/{tab}")
def show(request: Request, owner: str, name: str, number: int, tab: str = "conversation") -> Response:
    """Show one of the tabs of a pull request."""
    world = world_of(request)
    if tab not in TABS:
        raise HTTPException(404)
    with world.lock:
        pull = _pull(request, owner, name, number)
        viewer = _viewer(request, pull.repository)
        runs = mergeability.newest(mergeability.runs(world, pull.repository, pull.head_sha))
        required = mergeability.required(world, pull)
        return shown(
            f"{tab}.html",
            tab=tab,
            pull=pull,
            viewer=viewer,
            people=[each for each in world.accounts.values() if each.kind == "User"],
            runs=runs,
            required=required,
            box=mergebox.merge_box(runs, required),
            mergeable_state=mergeability.mergeable_state(world, pull),
            merges_cleanly=not pull.closed_at and mergeability.merges_cleanly(pull),
            entries=timeline(pull, viewer),
            files=changed_files(pull),
            commits=len(pull.repository.git.log(pull.head_sha, merge_base(pull))),
            fingerprint=_fingerprint(world, pull),
            may_write=pull.repository.allows(viewer, "write"),
            problem=request.query_params.get("problem", ""),
            app=world.app,
            markdown=rendered,
            comment_html=partial(comment_html, viewer),
            excerpt=excerpt,
            place=place,
            threads_of=threads_of,
            association=association,
            check_state=mergebox.state,
        )


def comment_html(viewer: Account, comment: ReviewComment) -> Markup:
    """Render a comment on the diff, its suggestions as small diffs with a button."""

    def suggestion(content: str) -> str:
        refusal = suggestions.refusal(comment)
        if refusal is None and not comment.pull.head_repository.allows(viewer, "write"):
            refusal = suggestions.NOT_ALLOWED
        pieces = suggested(comment, content)
        return templates.get_template("suggestion.html").render(comment=comment, refusal=refusal, **pieces)

    return rendered(comment.body, suggestion)


def check_state(world: World, pull: PullRequest) -> str:
    """Sum up the checks of a pull request's head; empty when there are none."""
    states = [
        mergebox.state(each) for each in mergeability.newest(mergeability.runs(world, pull.repository, pull.head_sha))
    ]
    return next((state for state in ("failing", "running", "passing", "neutral") if state in states), "")


@router.post("/_standin/view/as")
def view_as(request: Request, login: Annotated[str, Form()], back: Annotated[str, Form()]) -> Response:
    """See the pages with somebody else's eyes."""
    if login not in world_of(request).accounts or not back.startswith("/") or back.startswith("//"):
        raise HTTPException(422)
    answer = RedirectResponse(back, 303)
    answer.set_cookie(VIEWER, login, httponly=True, samesite="strict")
    return answer


@router.post("/{owner}/{name}/pull/{number}/{button}")
async def click(request: Request, owner: str, name: str, number: int, button: str) -> Response:
    """Do what a button says, in the viewer's name, and show the page again."""
    form = {key: str(value) for key, value in (await request.form()).items()}
    if button not in BUTTONS:
        raise HTTPException(404)
    tab = form.get("tab", "")
    back = f"/{owner}/{name}/pull/{number}" + (f"/{tab}" if tab in TABS[1:] else "")
    problem = await run_in_threadpool(_click, request, (owner, name, number), button, form)
    return RedirectResponse(f"{back}?{urlencode({'problem': problem})}" if problem else back, 303)


def _click(request: Request, where: tuple[str, str, int], button: str, form: dict[str, str]) -> str:
    """Do it, or tell why it cannot be done."""
    world = world_of(request)
    with world.lock:
        pull = _pull(request, *where)
        try:
            BUTTONS[button](world, pull, _viewer(request, pull.repository), form)
        except GitHubError as error:
            return str(error.errors[0]) if error.errors else error.message
    return ""
