"""Requests to GitHub as one identity: retried only where that is safe, counted, with errors in our words."""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from http import HTTPStatus
from itertools import count
from typing import Any, Final, NoReturn, TypeVar
from urllib.parse import parse_qsl, quote, urlencode

from github import Auth, Github, GithubException
from requests import RequestException

from workers.github.endpoints import endpoint
from workers.github.errors import Forbidden, NotFound, Rejected, RetryLater, StaleHead, Trouble, Unclear
from workers.journal import Call
from workers.memory.answers import Answers
from workers.memory.quota import Quota, requests_left

Answer = TypeVar("Answer")

API_VERSION: Final = "2022-11-28"
TIMEOUT: Final = 10  # seconds; the engine's lease leaves room for one request of this length
PAGE: Final = 100  # the most that GitHub gives
PAUSES: Final = (0.2, 0.8)  # seconds before trying again what may be repeated; a longer outage puts the job back
OUTAGE: Final = 5.0  # seconds until the job comes back when GitHub does not answer
SECONDARY: Final = 60.0  # "wait for at least one minute": docs, rate limits for the REST API
NEXT_PAGE: Final = re.compile(r'<[^>?]*\?(?P<query>[^>]*)>;\s*rel="next"')
LIMITED: Final = re.compile(r"rate limit|abuse detection", re.IGNORECASE)  # the latter in older Enterprise Servers
GRAPHQL_LIMITS: Final = frozenset({"RATE_LIMITED", "RATE_LIMIT"})  # as documented, and as seen since 2026
GRAPHQL_FAILURES: Final = (
    "Something went wrong while executing your query",
    "We couldn't respond to your request in time",
)
GRAPHQL_ERRORS: Final[Mapping[str, type[Trouble]]] = {
    "NOT_FOUND": NotFound,
    "FORBIDDEN": Forbidden,
    "INSUFFICIENT_SCOPES": Forbidden,
    "STALE_DATA": StaleHead,
}


def path(*parts: str | int) -> str:
    """Join *parts* to a path; whatever they hold, each stays one part."""
    return "".join(f"/{quote(str(part), safe='')}" for part in parts)


class Wire:
    """One identity's way to GitHub's REST and GraphQL; None is nobody's. What it may do in a while is its *quota*."""

    def __init__(self, api_url: str, auth: Auth.Auth | None, quota: Quota | None = None) -> None:
        # PyGithub's own retries post twice after a lost answer, and sleep through rate limits: none of that here.
        self._requester = Github(
            base_url=api_url,
            auth=auth,
            timeout=TIMEOUT,
            per_page=PAGE,
            retry=None,
            user_agent="ecto-fix",
            seconds_between_requests=None,
            seconds_between_writes=None,
            api_version=API_VERSION,
        ).requester
        self._quota = quota
        self.calls = 0
        self.tell: Callable[[Call], None] | None = None  # whoever wants to hear of each request

    def get(self, url: str, **parameters: str | int) -> Any:
        """Read *url*."""
        return self._repeated(lambda: self._send("GET", url, parameters, None))

    def pages(
        self, url: str, key: str | None = None, *, known: Answers | None = None, **parameters: str | int
    ) -> Iterator[Any]:
        """Read every item of a list, page by page; *key* names the list where it is wrapped.

        A page that is *known* and has not changed costs nothing of the hour.
        """
        for page in count(1):
            wanted = {"per_page": PAGE, "page": page, **parameters}
            answer = self.get(url, **wanted) if known is None else self._changed(known, url, wanted)
            items = answer[key] if key else answer
            yield from items
            if len(items) < PAGE:
                return

    def _changed(self, known: Answers, url: str, parameters: Mapping[str, str | int]) -> Any:
        """Read *url*, or return what was read before where GitHub says that it is the same."""
        name = f"{url}?{urlencode(parameters)}"
        tag, before = known.get(name) or ("", None)
        condition = {"If-None-Match": tag} if tag else None
        headers, answer = self._repeated(partial(self._exchange, "GET", url, parameters, None, condition))
        if answer is None:  # 304
            return before
        known.put(name, headers.get("etag", ""), answer)
        return answer

    def follow(self, url: str) -> Iterator[Any]:
        """Read every item of a list whose next page only the answer's `Link` knows."""
        parameters: Mapping[str, str | int] = {"per_page": PAGE}
        while parameters:
            headers, items = self._repeated(partial(self._exchange, "GET", url, parameters, None))
            yield from items
            parameters = _next_page(headers.get("link", ""))

    def patch(self, url: str, body: Mapping[str, Any], *, repeatable: bool = True) -> Any:
        """Change something; Unclear when it may or may not have happened, unless that is *repeatable*."""
        return self._write("PATCH", url, body, repeatable)

    def post(self, url: str, body: Mapping[str, Any], *, repeatable: bool = False, counted: bool | None = None) -> Any:
        """Create something; as `patch`. What people hear of is *counted*: all that is not repeatable, unless said."""
        if not repeatable if counted is None else counted:
            self._reserve()
        return self._write("POST", url, body, repeatable)

    def delete(self, url: str) -> None:
        """Remove something; what is gone stays gone."""
        self._repeated(lambda: self._send("DELETE", url, None, None))

    def graphql(self, document: str, variables: Mapping[str, Any], *, repeatable: bool = True) -> dict[str, Any]:
        """Run a GraphQL document and return its data."""

        def ask() -> dict[str, Any]:
            answer = self._send("POST", self._requester.graphql_url, None, {"query": document, "variables": variables})
            for error in answer.get("errors") or ():
                _refuse_graphql(error)
            data: dict[str, Any] = answer["data"]
            return data

        if repeatable:
            return self._repeated(ask)
        self._reserve()
        return ask()

    def _reserve(self) -> None:
        """Ask whether something may be created now; nobody waits here for it."""
        seconds = self._quota.write() if self._quota else 0.0
        if seconds > 0:
            raise RetryLater(seconds, "GitHub lets an App write so much in a while")

    def _write(self, verb: str, url: str, body: Mapping[str, Any], repeatable: bool) -> Any:  # noqa: FBT001  # passed on
        def send() -> Any:
            return self._send(verb, url, None, body)

        return self._repeated(send) if repeatable else send()

    def _repeated(self, ask: Callable[[], Answer]) -> Answer:
        for pause in PAUSES:
            try:
                return ask()
            except Unclear:
                time.sleep(pause)
        try:
            return ask()
        except Unclear as unclear:
            raise RetryLater(OUTAGE, str(unclear)) from unclear

    def _send(self, verb: str, url: str, parameters: Mapping[str, Any] | None, body: Mapping[str, Any] | None) -> Any:
        return self._exchange(verb, url, parameters, body)[1]

    def _exchange(
        self,
        verb: str,
        url: str,
        parameters: Mapping[str, Any] | None,
        body: Mapping[str, Any] | None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[Mapping[str, str], Any]:
        self.calls += 1
        began, status, told = time.monotonic(), 0, dict[str, str]()
        try:
            told, answer = self._requester.requestJsonAndCheck(
                verb, url, dict(parameters or {}), dict(headers or {}), input=body
            )
            status = HTTPStatus.NOT_MODIFIED if answer is None and headers else HTTPStatus.OK
        except RequestException as error:
            raise Unclear(f"GitHub did not answer ({type(error).__name__})") from error
        except GithubException as error:
            status, told = error.status, error.headers or {}
            _refuse(error.status, told, error.data)
        finally:
            self._learn(told)
            if self.tell is not None:
                seconds = round(time.monotonic() - began, 3)
                self.tell(Call(endpoint(verb, self._within(url)), int(status), seconds, requests_left(told)))
        return told, answer

    def _within(self, url: str) -> str:
        """Return the path of *url* within the API, be it whole or a path already."""
        return "/graphql" if url == self._requester.graphql_url else url.removeprefix(self._requester.base_url)

    def _learn(self, headers: Mapping[str, str]) -> None:
        if self._quota:
            self._quota.learn(headers)


def _next_page(link: str) -> Mapping[str, str]:
    """Return the parameters of the page that comes next; none behind the last."""
    found = NEXT_PAGE.search(link)
    return dict(parse_qsl(found["query"])) if found else {}


def _refuse(status: int, headers: Mapping[str, str], data: Any) -> NoReturn:
    message = _message(data)
    limited = status == HTTPStatus.FORBIDDEN and _is_limit(headers, message)
    if status == HTTPStatus.TOO_MANY_REQUESTS or limited:
        raise RetryLater(_wait(headers), "GitHub asks for patience")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT:
        raise Unclear(f"GitHub answered {status}")
    kinds: Mapping[int, type[Trouble]] = {401: Forbidden, 403: Forbidden, 404: NotFound, 410: NotFound}
    raise kinds.get(status, Rejected)(f"{status}: {message}")


def _refuse_graphql(error: Mapping[str, Any]) -> NoReturn:
    kind, message = error.get("type"), str(error.get("message"))
    if kind in GRAPHQL_LIMITS or LIMITED.search(message):
        raise RetryLater(SECONDARY, "GitHub asks for patience")
    if message.startswith(GRAPHQL_FAILURES):
        raise Unclear("GitHub's GraphQL failed")
    raise GRAPHQL_ERRORS.get(str(kind), Rejected)(message)


def _message(data: Any) -> str:
    """Return all that an error answer says; of a review's 422 the list of errors is plain strings."""
    if not isinstance(data, dict):
        return str(data)
    errors = data.get("errors") or ()
    return "; ".join([str(data.get("message")), *(str(error) for error in errors)])


def _is_limit(headers: Mapping[str, str], message: str) -> bool:
    spent = "retry-after" in headers or headers.get("x-ratelimit-remaining") == "0"
    return spent or LIMITED.search(message) is not None


def _wait(headers: Mapping[str, str]) -> float:
    """Return the seconds that GitHub asks us to wait: docs, rate limits, "handle rate limit errors appropriately"."""
    if headers.get("retry-after", "").isdigit():
        return max(1.0, float(headers["retry-after"]))
    if headers.get("x-ratelimit-remaining") == "0" and headers.get("x-ratelimit-reset", "").isdigit():
        return max(1.0, float(headers["x-ratelimit-reset"]) - time.time())
    return SECONDARY
