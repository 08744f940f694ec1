"""What an event asks of us: jobs, forgetting, or nothing, and then why."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from workers.jobs import Job, Place, PullRequestKey, ReviewMergeGroup, ReviewPullRequest, RunCommand

# Cheap, and never stricter than the parser of commands: that one knows about quotes and code blocks.
COMMAND: Final = re.compile(r"^\s*/ecto-fix\b", re.MULTILINE | re.IGNORECASE)
# How GitHub names the branch of a group: the base branch, the last pull request, the commit that it builds on.
QUEUED: Final = re.compile(r"\Agh-readonly-queue/.+/pr-(?P<number>[1-9][0-9]{0,9})-[0-9a-f]{40,64}\Z")
LONGEST_COMMENT: Final = 65_536  # characters, GitHub's own limit
# GitHub signs no time of sending, so an old comment could be delivered again for ever; its own time is signed.
FRESH: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Work:
    """Jobs to be done."""

    jobs: tuple[Job, ...]


@dataclass(frozen=True, slots=True)
class Forget:
    """Whatever waits for an installation, or for those of its repositories, is not ours to do any more."""

    beginnings: tuple[str, ...]  # of job ids


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing to do, and why."""

    reason: str


Hearing: TypeAlias = Work | Forget | Ignored


class Malformed(Exception):
    """An event that we listen to, without what GitHub always puts into it."""


class _Tolerant(BaseModel):
    """Of a payload only what we need, so that nothing GitHub adds or changes elsewhere concerns us."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)


class _Installation(_Tolerant):
    id: int


class _Repository(_Tolerant):
    full_name: str


class _Numbered(_Tolerant):
    number: int


class _Seen(_Tolerant):
    """What every event about a repository carries."""

    installation: _Installation
    repository: _Repository

    def key(self, number: int) -> PullRequestKey:
        return PullRequestKey(self.installation.id, self.repository.full_name, number)


class _PullRequestEvent(_Seen):
    pull_request: _Numbered
    changes: Mapping[str, Any] = Field(default_factory=dict)


class _Author(_Tolerant):
    login: str
    type: str = "User"


GHOST: Final = _Author(login="ghost", type="Ghost")


class _Comment(_Tolerant):
    id: int = Field(gt=0, lt=2**63)
    body: str
    user: _Author | None  # None for GitHub's ghost
    created_at: AwareDatetime = Field(strict=False)


class _Issue(_Numbered):
    pull_request: Mapping[str, Any] | None = None  # None: an issue proper


class _CommentEvent(_Seen):
    issue: _Issue
    comment: _Comment


class _ThreadComment(_Comment):
    in_reply_to_id: int = Field(default=0, ge=0, lt=2**63)


class _ThreadEvent(_Seen):
    pull_request: _Numbered
    comment: _ThreadComment


class _Review(_Tolerant):
    id: int = Field(gt=0, lt=2**63)
    body: str | None
    user: _Author | None
    submitted_at: AwareDatetime = Field(strict=False)


class _ReviewEvent(_Seen):
    pull_request: _Numbered
    review: _Review


class _Checked(_Tolerant):
    pull_requests: tuple[_Numbered, ...] = Field(strict=False)  # empty for a pull request from a fork


class _CheckRun(_Checked):
    external_id: str | None = None  # of our own runs: the pull request's number, a slash, the head

    @property
    def number(self) -> int | None:
        """The pull request of a run of ours."""
        number = (self.external_id or "").partition("/")[0]
        return int(number) if re.fullmatch(r"[1-9]\d{0,9}", number, re.ASCII) else None


class _CheckRunEvent(_Seen):
    check_run: _CheckRun


class _Action(_Tolerant):
    identifier: str


class _PressedRun(_CheckRun):
    id: int = Field(gt=0, lt=2**63)


class _ButtonEvent(_Seen):
    check_run: _PressedRun
    requested_action: _Action
    sender: _Author


class _CheckSuiteEvent(_Seen):
    check_suite: _Checked


class _MergeGroup(_Tolerant):
    head_sha: str = Field(pattern=r"^[0-9a-f]{40,64}$")
    head_ref: str


class _MergeGroupEvent(_Seen):
    merge_group: _MergeGroup


class _InstallationEvent(_Tolerant):
    installation: _Installation
    repositories_removed: tuple[_Repository, ...] = Field(default=(), strict=False)


def hear(event: str, payload: Mapping[str, Any], now: datetime) -> Hearing:
    """Say what *event* asks for; Malformed when it lacks what it needs for that."""
    action = payload.get("action")
    reader = READERS.get((event, action)) if isinstance(action, str) else None
    if reader is None:
        return Ignored("not an event that we act on")
    try:
        return reader(payload, now)
    except ValueError as error:  # pydantic's, and ours for keys that cannot be
        raise Malformed from error


def _pull_request(payload: Mapping[str, Any], _now: datetime) -> Hearing:
    seen = _PullRequestEvent.model_validate(payload)
    if payload["action"] == "edited" and "base" not in seen.changes:
        return Ignored("only words were edited")
    return Work((ReviewPullRequest(seen.key(seen.pull_request.number)),))


def _comment(payload: Mapping[str, Any], now: datetime) -> Hearing:
    seen = _CommentEvent.model_validate(payload)
    if seen.issue.pull_request is None:
        return Ignored("not on a pull request")
    comment = seen.comment
    said = _Said(seen.key(seen.issue.number), comment.id, comment.user or GHOST, comment.body, comment.created_at)
    return _command(said, now)


def _reply(payload: Mapping[str, Any], now: datetime) -> Hearing:
    seen = _ThreadEvent.model_validate(payload)
    comment, key = seen.comment, seen.key(seen.pull_request.number)
    thread = comment.in_reply_to_id or comment.id
    said = _Said(key, comment.id, comment.user or GHOST, comment.body, comment.created_at, "thread", thread)
    return _command(said, now)


def _review(payload: Mapping[str, Any], now: datetime) -> Hearing:
    seen = _ReviewEvent.model_validate(payload)
    review, key = seen.review, seen.key(seen.pull_request.number)
    said = _Said(key, review.id, review.user or GHOST, review.body or "", review.submitted_at, "review")
    return _command(said, now)


@dataclass(frozen=True, slots=True)
class _Said:
    """What somebody wrote, and where."""

    key: PullRequestKey
    id: int
    author: _Author
    body: str
    at: datetime
    place: Place = "comment"
    thread: int = 0


def _command(said: _Said, now: datetime) -> Hearing:
    refusals = {
        "not a command": len(said.body) > LONGEST_COMMENT or COMMAND.search(said.body) is None,
        "not written by a person": said.author.type != "User",
        "too old": said.at < now - FRESH,
    }
    for reason, applies in refusals.items():
        if applies:
            return Ignored(reason)
    job = RunCommand(said.key, said.id, said.author.login, said.body, said.at.isoformat(), said.place, said.thread)
    return Work((job,))


def _rerequested_run(payload: Mapping[str, Any], _now: datetime) -> Hearing:
    seen = _CheckRunEvent.model_validate(payload)
    if seen.check_run.number is not None:
        return Work((ReviewPullRequest(seen.key(seen.check_run.number)),))
    return _review_each(seen, seen.check_run)


def _button(payload: Mapping[str, Any], now: datetime) -> Hearing:
    seen = _ButtonEvent.model_validate(payload)
    word, run = seen.requested_action.identifier, seen.check_run
    if run.number is None or seen.sender.type != "User":
        return Ignored("no button of ours, or pressed by no person")
    key = seen.key(run.number)
    place = BUTTONS.get(word)
    if place is not None:
        return Work((RunCommand(key, run.id, seen.sender.login, f"/ecto-fix {word}", now.isoformat(), place),))
    return Work((ReviewPullRequest(key),)) if word == "recheck" else Ignored("no button of ours")


def _rerequested_suite(payload: Mapping[str, Any], _now: datetime) -> Hearing:
    seen = _CheckSuiteEvent.model_validate(payload)
    return _review_each(seen, seen.check_suite)


def _review_each(seen: _Seen, checked: _Checked) -> Hearing:
    jobs = tuple(ReviewPullRequest(seen.key(one.number)) for one in checked.pull_requests)
    return Work(jobs) if jobs else Ignored("names no pull request")


def _merge_group(payload: Mapping[str, Any], _now: datetime) -> Hearing:
    seen = _MergeGroupEvent.model_validate(payload)
    branch = seen.merge_group.head_ref.removeprefix("refs/heads/")
    last = QUEUED.search(branch)
    if last is None:
        return Ignored("names no pull request")
    return Work((ReviewMergeGroup(seen.key(int(last["number"])), branch, seen.merge_group.head_sha),))


def _uninstalled(payload: Mapping[str, Any], _now: datetime) -> Hearing:
    return Forget((f"{_InstallationEvent.model_validate(payload).installation.id}:",))


def _removed(payload: Mapping[str, Any], _now: datetime) -> Hearing:
    seen = _InstallationEvent.model_validate(payload)
    return Forget(tuple(f"{seen.installation.id}:{one.full_name}#" for one in seen.repositories_removed))


REVIEWED: Final = ("opened", "reopened", "synchronize", "ready_for_review", "converted_to_draft", "edited", "closed")
BUTTONS: Final[Mapping[str, Place]] = MappingProxyType({"fix": "fix-button", "explain": "explain-button"})
READERS: Final[Mapping[tuple[str, str], Callable[[Mapping[str, Any], datetime], Hearing]]] = MappingProxyType(
    {("pull_request", action): _pull_request for action in REVIEWED}
    | {
        ("issue_comment", "created"): _comment,
        ("pull_request_review_comment", "created"): _reply,
        ("pull_request_review", "submitted"): _review,
        ("merge_group", "checks_requested"): _merge_group,
        ("check_run", "rerequested"): _rerequested_run,
        ("check_run", "requested_action"): _button,
        ("check_suite", "rerequested"): _rerequested_suite,
        ("installation", "deleted"): _uninstalled,
        ("installation", "suspend"): _uninstalled,
        ("installation_repositories", "removed"): _removed,
    }
)
