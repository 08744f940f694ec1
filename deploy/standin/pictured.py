"""A pull request as a client of the stand-in sees it: values to make assertions about."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar

Value = TypeVar("Value")


def _read(kind: type[Value], shown: Mapping[str, Any], **nested: Any) -> Value:
    """Make a value of the properties that it has fields for."""
    names = {each.name for each in fields(kind)}  # type: ignore[arg-type]  # every kind here is a dataclass
    plain = {name: tuple(each) if isinstance(each, list) else each for name, each in shown.items() if name in names}
    return kind(**{**plain, **nested})


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment of the conversation."""

    id: int
    author: str
    body: str
    reactions: tuple[str, ...]
    minimized: str | None
    edited: bool


@dataclass(frozen=True, slots=True)
class Review:
    """A submitted review; *comments* are the numbers of its comments on the diff."""

    id: int
    author: str
    state: str
    body: str
    commit: str
    comments: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ReviewComment:
    """A comment on the diff; *refusal* says why its suggestion cannot be applied now."""

    id: int
    author: str
    body: str
    reactions: tuple[str, ...]
    minimized: str | None
    suggestions: tuple[str, ...]
    refusal: str | None


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread on the diff; *line* is None when it is outdated, *original_line* stays."""

    id: int
    path: str
    side: str
    subject: str
    line: int | None
    start_line: int | None
    original_line: int | None
    original_start_line: int | None
    outdated: bool
    resolved: bool
    resolved_by: str | None
    comments: tuple[ReviewComment, ...]


@dataclass(frozen=True, slots=True)
class CheckRun:
    """What one check says about the head."""

    id: int
    suite: int
    name: str
    status: str
    conclusion: str | None
    external_id: str
    details_url: str | None
    title: str | None
    summary: str | None
    text: str | None
    annotations: tuple[Mapping[str, Any], ...]
    actions: tuple[Mapping[str, str], ...]

    @classmethod
    def of(cls, shown: Mapping[str, Any]) -> "CheckRun":
        """Read what the control plane shows."""
        return _read(cls, shown)


@dataclass(frozen=True, slots=True)
class PullRequestPicture:
    """A pull request at a moment."""

    number: int
    title: str
    body: str
    author: str
    state: str  # open, closed or merged
    draft: bool
    head_sha: str
    head_ref: str
    mergeable_state: str
    comments: tuple[Comment, ...]
    reviews: tuple[Review, ...]
    pending_reviews: int
    threads: tuple[Thread, ...]
    checks: tuple[CheckRun, ...]

    @classmethod
    def of(cls, shown: Mapping[str, Any]) -> "PullRequestPicture":
        """Read what the control plane shows."""
        threads = tuple(
            _read(Thread, each, comments=tuple(_read(ReviewComment, comment) for comment in each["comments"]))
            for each in shown["threads"]
        )
        return _read(
            cls,
            shown,
            comments=tuple(_read(Comment, each) for each in shown["comments"]),
            reviews=tuple(_read(Review, each) for each in shown["reviews"]),
            threads=threads,
            checks=tuple(_read(CheckRun, each) for each in shown["checks"]),
        )
