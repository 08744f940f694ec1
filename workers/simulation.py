"""A review as it would be: everything is read from GitHub, and what would be written to it is shown instead."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from workers.context import Context
from workers.github.auth import App
from workers.github.client import Client
from workers.github.errors import NotFound, RetryLater, Trouble
from workers.github.models import CheckOutput, CheckRun, Conclusion, FileComment, Review
from workers.github.wire import Wire, path
from workers.isolation import Analyst
from workers.jobs import PullRequestKey
from workers.review.flow import review_pull_request
from workers.settings import Settings
from workers.wiring import rehearsing

READING: Final[Mapping[str, str]] = MappingProxyType({"checks": "read", "contents": "read", "pull_requests": "read"})


@dataclass(frozen=True, slots=True)
class Written:
    """Something that a review would have written, *where*, and its Markdown."""

    where: str
    text: str


class Onlooker(Client):
    """A pull request's GitHub with a token that may only read: what is written is kept, and nothing else gets out."""

    def __init__(self, app: App, key: PullRequestKey) -> None:
        super().__init__(app, key)
        self.written: list[Written] = []

    def start_check(self, head: str, external_id: str, name: str = "ecto-fix") -> CheckRun:  # noqa: ARG002  # the port's
        """Begin no check."""
        self._keep("check", f"{name} begins on {head}")
        return CheckRun(0)

    def progress_check(self, run: CheckRun, output: CheckOutput) -> None:
        """Say nothing of progress."""

    def conclude_check(self, run: CheckRun, conclusion: Conclusion, output: CheckOutput) -> None:  # noqa: ARG002  # as above
        """Keep how the check would end."""
        notes = [f"{note.path}:{note.first}: {note.message}" for note in output.annotations]
        parts = [f"{conclusion.value}: {output.title}", output.summary, *notes]
        self._keep("check", "\n\n".join(parts))

    def post_review(self, review: Review) -> None:
        """Keep the review and its comments."""
        self._keep("review", review.body)
        for comment in review.comments:
            self._keep(f"{comment.path}:{comment.last}", comment.body)

    def comment_on_file(self, comment: FileComment) -> None:
        """Keep the comment."""
        self._keep(comment.path, comment.body)

    def resolve(self, thread: str) -> None:
        """Keep that a thread would be resolved."""
        self._keep("thread", f"{thread} is resolved")

    def say(self, body: str) -> None:
        """Keep the comment."""
        self._keep("conversation", body)

    def say_instead(self, comment: int, body: str) -> None:
        """Keep the comment."""
        self._keep(f"conversation, instead of {comment}", body)

    def _keep(self, where: str, text: str) -> None:
        self.written.append(Written(where, text))

    def _wire(self, job: str, permissions: Mapping[str, str]) -> Wire:
        granted = {name: level for name, level in READING.items() if name in permissions}
        return super()._wire(job, granted)


@dataclass(frozen=True, slots=True)
class Unshared:
    """What is remembered for the length of a simulation."""

    blobs: dict[str, bytes] = field(default_factory=dict)

    def get(self, sha: str) -> bytes | None:
        """Return the blob with this git hash, if it was fetched."""
        return self.blobs.get(sha)

    def put(self, sha: str, content: bytes) -> None:
        """Remember the blob with this git hash."""
        self.blobs[sha] = content

    def said(self, key: PullRequestKey) -> frozenset[str]:  # noqa: ARG002  # the protocol's
        """Return what was said: nothing."""
        return frozenset()

    def say(self, key: PullRequestKey, marks: Iterable[str]) -> None:
        """Remember nothing of it."""


class Alone:
    """The lease of somebody whom nobody can disturb."""

    def remaining(self) -> float:
        """Return a time without an end."""
        return float("inf")

    def check(self) -> None:
        """Let everything pass."""


class NotSimulated(Exception):
    """GitHub did not give what a review needs, and the message says why."""


def simulate(settings: Settings, repository: str, number: int, *, rehearses: bool) -> tuple[Written, ...]:
    """Review the head that a pull request of `owner/name` has now; return what would have been written, in order."""
    try:
        app = App(settings.github_api_url, settings.app_id, settings.private_key.get_secret_value())
        installation = app.wire.get(path("repos", *repository.split("/"), "installation"))
        return _simulated(settings, app, PullRequestKey(int(installation["id"]), repository, number), rehearses)
    except NotFound as hidden:
        raise NotSimulated(f"GitHub shows the App no {repository}#{number}: is it installed there?") from hidden
    except RetryLater as later:
        raise NotSimulated(later.reason) from later
    except Trouble as trouble:
        raise NotSimulated(f"GitHub: {trouble}") from trouble


def _simulated(settings: Settings, app: App, key: PullRequestKey, rehearses: bool) -> tuple[Written, ...]:  # noqa: FBT001  # passed on
    onlooker = Onlooker(app, key)
    with Analyst(settings.analysis_seconds) as analyst:
        given = (key, onlooker, Alone(), Unshared(), analyst.analyse, settings.public_url)
        rehearse = rehearsing(settings, analyst)
        review_pull_request(Context(*given, rehearse=rehearse) if rehearses else Context(*given))
    return tuple(onlooker.written)
