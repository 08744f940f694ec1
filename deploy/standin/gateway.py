"""The door of the API: find the operation, know the caller, judge the request, do the work, write the answer."""

import hashlib
import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from deploy.standin.actor import Actor, authenticate, authorize
from deploy.standin.api import DEFAULT_PER_PAGE, MOST_PER_PAGE, Call, Page, Reply
from deploy.standin.document import Document, Operation
from deploy.standin.errors import GitHubError
from deploy.standin.faults import Fault
from deploy.standin.graph.answer import GraphQL
from deploy.standin.limits import TOO_FAST, Window
from deploy.standin.operations import HANDLERS
from deploy.standin.world import Answered, Links, Violation, World

VERSIONS = {"2022-11-28", "2026-03-10"}
DOCUMENTATION = "https://docs.github.com/rest"
HELD = 60.0  # seconds that a request is held at most
NOTIFYING = frozenset(  # of what the document says `triggersNotification`
    {
        "issues/create-comment",
        "pulls/create",
        "pulls/create-reply-for-review-comment",
        "pulls/create-review",
        "pulls/create-review-comment",
        "pulls/submit-review",
    }
)
HTTP_OK, HTTP_NOT_MODIFIED, HTTP_NO_CONTENT, HTTP_NOT_IMPLEMENTED = 200, 304, 204, 501


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came, its path percent-encoded and without the prefix of GitHub Enterprise Server."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]  # names in small letters
    body: bytes
    links: Links


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False  # close the connection in place of sending this


class Gateway:
    """Answers requests to the API, one at a time."""

    def __init__(self, world: World, document: Document, *, strict: bool) -> None:
        self._world = world
        self._document = document
        self._strict = strict
        self._graphql = GraphQL(world)

    def answer(self, request: Request) -> Answer:
        """Answer a request, or fail it as a test has asked."""
        with self._world.lock:
            fault = self._world.faults.take(request.method, request.path, request.body.decode(errors="replace"))
            gate = self._world.faults.gate
        answer = self._answer(request) if fault is None else self._fail(request, fault, gate)
        at = self._world.clock.now().timestamp()
        self._world.requests.append(Answered(request.method, request.path, answer.status, at))
        return answer

    def _fail(self, request: Request, fault: Fault, gate: threading.Event) -> Answer:
        time.sleep(fault.delay)
        done = self._answer(request) if fault.after else None
        if fault.hold:
            gate.wait(HELD)
        if fault.drop or fault.status is not None:
            return _spoil(fault)
        return done or self._answer(request)

    def _answer(self, request: Request) -> Answer:
        with self._world.lock:
            try:
                return self._let_in(request)
            except GitHubError as error:
                return _json(error.status, error.body(DOCUMENTATION), error.headers)

    def _let_in(self, request: Request) -> Answer:
        if not request.headers.get("user-agent"):
            raise GitHubError(
                403, "Request forbidden by administrative rules. Please make sure your request has a User-Agent header."
            )
        version = request.headers.get("x-github-api-version")
        if version is not None and version not in VERSIONS:
            raise GitHubError(400, f'"{version}" is not a supported API version.')
        actor = authenticate(self._world, request.headers.get("authorization", ""))
        window = self._world.limits.window(actor.key, self._world.clock.now())
        if not window.remaining and request.path != "/rate_limit":
            spent = "API rate limit exceeded for installation."
            raise GitHubError(403, spent, headers=window.headers())
        try:
            done = self._graphql_or_rest(request, actor)
        except GitHubError as error:
            done = _json(error.status, error.body(DOCUMENTATION), error.headers)
        return _finish(request, done, window)

    def _graphql_or_rest(self, request: Request, actor: Actor) -> Answer:
        if request.path == "/graphql":
            if request.method != "POST" or actor.kind not in {"installation", "user"}:
                raise GitHubError(401, "This endpoint requires you to be authenticated.")
            return _json(HTTP_OK, self._graphql.answer(actor, _parsed(request.body)))
        found = self._document.find(request.method, request.path)
        if found is None:
            self._complain(request, "request", "not an operation that the stand-in knows")
            raise GitHubError(HTTP_NOT_IMPLEMENTED, f"The stand-in does not imitate {request.method} {request.path}")
        return self._rest(request, actor, *found)

    def _rest(self, request: Request, actor: Actor, operation: Operation, path: dict[str, str]) -> Answer:
        body = _parsed(request.body)
        self._judge(request, operation, body)
        handler = HANDLERS[operation.id]
        call = Call(
            self._world, actor, request.links, path, request.query, body or {}, request.headers.get("accept", "")
        )
        authorize(actor, handler.by, handler.needs, call.repository if "repo" in path else None)
        self._slow_down(request, actor, operation)
        result = handler.handle(call)
        if isinstance(result, Page):
            result = _cut(result, request)
        reply = result if isinstance(result, Reply) else Reply(result)
        status = reply.status or operation.status
        if isinstance(reply.body, bytes):
            return Answer(status, reply.body, {"content-type": reply.media_type, **reply.headers})
        for message in self._document.complaints_about_answer(operation, status, reply.body):
            self._complain(request, "answer", message)
        return _json(status, reply.body, dict(reply.headers))

    def _slow_down(self, request: Request, actor: Actor, operation: Operation) -> None:
        """Refuse what comes faster than GitHub lets one caller ask, or write what others are notified of."""
        caller = f"installation {actor.installation.id}" if actor.installation else actor.key
        asks = {"question": request.method == "GET", "content": operation.id in NOTIFYING}
        seconds = self._world.limits.speed.spend(caller, self._world.clock.now(), **asks)
        if seconds:
            raise GitHubError(403, TOO_FAST, headers={"retry-after": str(seconds)})

    def _judge(self, request: Request, operation: Operation, body: Any) -> None:
        """Write down what GitHub's document does not allow, and refuse it."""
        wrong = self._document.complaints_about_body(operation, body)
        unknown = self._document.unknown_properties(operation, body)
        query = self._document.complaints_about_query(operation, request.query)
        for message in (*wrong, *unknown, *query):
            self._complain(request, "request", message)
        if wrong or (unknown and self._strict):
            raise GitHubError(422, "Invalid request.\n\n" + "\n".join(wrong or unknown))
        if query and self._strict:
            raise GitHubError(400, "\n".join(query))

    def _complain(self, request: Request, kind: str, message: str) -> None:
        self._world.violations.append(Violation(kind, request.method, request.path, message))


def _parsed(body: bytes) -> Any:
    if not body:
        return None
    try:
        return json.loads(body)
    except ValueError:
        raise GitHubError(400, "Problems parsing JSON") from None


def _json(status: int, body: Any, headers: Mapping[str, str] | None = None) -> Answer:
    if status == HTTP_NO_CONTENT:
        return Answer(status, b"", dict(headers or {}))
    types = {"content-type": "application/json; charset=utf-8"}
    return Answer(status, json.dumps(body).encode(), {**types, **(headers or {})})


def _cut(page: Page, request: Request) -> Reply:
    """Show the page that was asked for, and say in the Link header where the others are."""
    size = min(max(_number(request, "per_page", DEFAULT_PER_PAGE), 1), MOST_PER_PAGE)
    number, last = max(_number(request, "page", 1), 1), max(-(-len(page.items) // size), 1)
    shown = [page.show(each) for each in page.items[(number - 1) * size : number * size]]
    wanted = {"prev": number - 1, "next": number + 1, "last": last, "first": 1}
    there = {name: at for name, at in wanted.items() if 1 <= at <= last and at != number}
    hidden = {"last"} if number >= last else set[str]()
    links = [f'<{_address(request, at)}>; rel="{name}"' for name, at in there.items() if name not in hidden]
    body = {"total_count": len(page.items), page.under: shown} if page.under else shown
    return Reply(body, headers={"link": ", ".join(links)} if links else {})


def _number(request: Request, name: str, default: int) -> int:
    value = request.query.get(name, "")
    return int(value) if value.isdecimal() else default


def _address(request: Request, page: int) -> str:
    return f"{request.links.api}{request.path}?{urlencode({**request.query, 'page': page})}"


def _finish(request: Request, answer: Answer, window: Window) -> Answer:
    """Add what every answer carries; what the caller has already is not sent again and costs nothing."""
    headers = {
        **answer.headers,
        "x-github-request-id": uuid4().hex.upper(),
        "x-github-media-type": "github.v3; format=json",
    }
    if request.method == "GET" and answer.status == HTTP_OK:
        headers["etag"] = f'"{hashlib.sha256(answer.body).hexdigest()}"'
        if request.headers.get("if-none-match", "").removeprefix("W/") == headers["etag"]:
            return Answer(HTTP_NOT_MODIFIED, b"", {**headers, **window.headers()})
    if request.path != "/rate_limit":
        window.used += 1
    return replace(answer, headers={**headers, **window.headers()})


def _spoil(fault: Fault) -> Answer:
    if fault.drop:
        return Answer(0, cut=True)
    return _json(fault.status or 500, {"message": fault.message}, fault.headers)
