"""The messages: what a worker can be asked to do, frozen, to and from JSON."""

import json
import re
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, TypeAlias

# Owner and name as GitHub allows them; anything else in a message was not written by us.
KEY: Final = re.compile(
    r"(?P<installation>[1-9]\d{0,18}):(?P<repository>[\w.-]{1,100}/[\w.-]{1,100})#(?P<number>[1-9]\d{0,9})", re.ASCII
)
# Where a command was said: in the conversation, in a review's thread, in a review's own text, or with a button.
Place: TypeAlias = Literal["comment", "thread", "review", "fix-button", "explain-button"]


@dataclass(frozen=True, slots=True, order=True)
class PullRequestKey:
    """A pull request, and the installation of the App through which we may see it; *repository* is `owner/name`."""

    installation_id: int
    repository: str
    number: int

    def __post_init__(self) -> None:
        if KEY.fullmatch(str(self)) is None:
            raise ValueError("not a pull request that GitHub could have")

    def __str__(self) -> str:
        return f"{self.installation_id}:{self.repository}#{self.number}"

    @classmethod
    def parse(cls, text: str) -> "PullRequestKey":
        """Read what `str` wrote; ValueError for anything else."""
        match = KEY.fullmatch(text)
        if match is None:
            raise ValueError("not the key of a pull request")
        return cls(int(match["installation"]), match["repository"], int(match["number"]))

    @classmethod
    def of(cls, job_id: str) -> "PullRequestKey":
        """Return which pull request a job is about; ValueError for what is no job's name."""
        place, mark, rest = job_id.partition("#")
        return cls.parse(f"{place}{mark}{rest.partition('/')[0]}")


@dataclass(frozen=True, slots=True)
class ReviewPullRequest:
    """Review the head that the pull request has when the worker looks."""

    key: PullRequestKey

    @property
    def id(self) -> str:
        """The same for every hearing: however many pushes, one review is due."""
        return str(self.key)


@dataclass(frozen=True, slots=True)
class RunCommand:
    """Do what a person says on a pull request; *created_at* is GitHub's ISO 8601."""

    key: PullRequestKey
    comment_id: int  # of the comment, the review, or for a button its check run
    author: str
    body: str
    created_at: str
    place: Place = "comment"
    thread: int = 0  # the comment that began the thread, where it was said in one

    @property
    def name(self) -> str:
        """The same for every delivery: what was said is signed, the delivery's own id is not."""
        return f"{self.place}-{self.comment_id}"

    @property
    def id(self) -> str:
        """The name of the job."""
        return f"{self.key}/{self.place}/{self.comment_id}"


@dataclass(frozen=True, slots=True)
class ReviewMergeGroup:
    """Judge what the merge queue is about to merge; *key* is the last pull request of the group."""

    key: PullRequestKey
    branch: str  # that GitHub made for the group
    head: str

    @property
    def id(self) -> str:
        """The same for every hearing."""
        return f"{self.key}/merge-group/{self.head}"


Job: TypeAlias = ReviewPullRequest | RunCommand | ReviewMergeGroup


def to_json(job: Job) -> str:
    """Write *job* as one line of ASCII."""
    fields = asdict(job) | {"key": str(job.key)}
    return json.dumps({"kind": type(job).__name__} | fields)


def from_json(text: str | bytes) -> Job:
    """Read what `to_json` wrote; ValueError for anything else."""
    try:
        fields: dict[str, Any] = json.loads(text)
        kinds: dict[str, type[Job]] = {
            kind.__name__: kind for kind in (ReviewPullRequest, RunCommand, ReviewMergeGroup)
        }
        return kinds[fields.pop("kind")](key=PullRequestKey.parse(fields.pop("key")), **fields)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("not a job") from error
