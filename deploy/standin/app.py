"""The stand-in as a web application: GitHub's API at "/" and "/api/v3", the control plane, the pages."""

import json
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from deploy.standin import gateway, lifecycle, scenery, stage
from deploy.standin.document import published
from deploy.standin.errors import GitHubError
from deploy.standin.gateway import Answer, Gateway
from deploy.standin.pages import router
from deploy.standin.world import Links, World

ENTERPRISE_REST, ENTERPRISE_GRAPHQL = "/api/v3", "/api/graphql"
ACTS = stage.act | lifecycle.act | scenery.act
METHODS = ["GET", "POST", "PATCH", "PUT", "DELETE"]


class CutConnection(Response):
    """An answer that promises more than it sends: the server closes the connection under the client."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - the ASGI signature
        """Send headers and nothing after them."""
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000000")]})


def create_app(directory: Path, base_url: str, *, strict: bool = True) -> FastAPI:
    """Make a stand-in that keeps its repositories in *directory* and believes to be reached at *base_url*."""
    world = World(directory, base_url)
    door = Gateway(world, published(), strict=strict)
    app = FastAPI(title="A GitHub on your own machine", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.world = world

    @app.api_route("/_standin/{name}", methods=["GET", "POST"])
    async def control(name: str, request: Request) -> Response:
        wanted = json.loads(await request.body() or b"{}")
        return await run_in_threadpool(_act, world, name, wanted)

    app.include_router(router)

    @app.api_route("/{path:path}", methods=METHODS)
    async def api(request: Request) -> Response:
        if "text/html" in request.headers.get("accept", ""):
            return PlainTextResponse("The stand-in has no such page.", 404)
        asked = _understood(request, await request.body(), base_url)
        return _response(await run_in_threadpool(door.answer, asked))

    return app


def _act(world: World, name: str, wanted: dict[str, Any]) -> Response:
    """Do what the control plane asks; waiting for webhooks is done without holding the lock."""
    if name == "settle":
        return _json(200, world.outbox.settle(wanted.get("seconds", 10.0)))
    if name not in ACTS:
        return _json(404, {"message": f"There is no act named {name}"})
    with world.lock:
        try:
            return _json(200, ACTS[name](world, **wanted))
        except GitHubError as error:
            return _json(error.status, error.body(""))


def _json(status: int, body: Any) -> Response:
    return Response(json.dumps(body), status, media_type="application/json")


def _understood(request: Request, body: bytes, base_url: str) -> gateway.Request:
    """Take the prefix of GitHub Enterprise Server off, and remember it for the addresses in the answer."""
    path, api = request.scope["raw_path"].decode("latin-1").partition("?")[0], base_url
    if path == ENTERPRISE_GRAPHQL:
        path = "/graphql"
    elif path.startswith(f"{ENTERPRISE_REST}/"):
        path, api = path.removeprefix(ENTERPRISE_REST), base_url + ENTERPRISE_REST
    headers = dict(request.headers)
    return gateway.Request(request.method, path, dict(request.query_params), headers, body, Links(api, base_url))


def _response(answer: Answer) -> Response:
    if answer.cut:
        return CutConnection()
    return Response(answer.body, answer.status, answer.headers)
