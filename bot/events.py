"""What an event asks of us: jobs, forgetting, or nothing, and then why."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from bot import payloads
from rules.ecto.files import is_migration
from workers.jobs import Job, Place, PullRequestKey, ReviewMergeGroup, ReviewPullRequest, RunCommand

# Cheap, and never stricter than the parser of commands: that one knows about quotes and code blocks.
COMMAND: Final = re.compile(r"^\s*/ecto-fix\b", re.MULTILINE | re.IGNORECASE)
# How GitHub names the branch of a group: the base branch, the last pull request, the commit that it builds on.
QUEUED: Final = re.compile(r"\Agh-readonly-queue/.+/pr-(?P<number>[1-9][0-9]{0,9})-[0-9a-f]{40,64}\Z")
BRANCH: Final = "refs/heads/"
LONGEST_COMMENT: Final = 65_536  # characters, GitHub's own limit
# GitHub signs no time of sending, so an old comment could be delivered again for ever; its own time is signed.
FRESH: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Work:
    """Jobs to be done."""

    jobs: tuple[Job, ...]


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Repositories came, went or moved on."""

    forget: tuple[str, ...] = ()  # beginnings of job ids: what waits there, and what we know, is not ours any more
    look: tuple[str, ...] = ()  # places, as `workers.missed` reads them


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing to do, and why."""

    reason: str


Hearing: TypeAlias = Work | Upkeep | Ignored


class Malformed(Exception):
    """An event that we listen to, without what GitHub always puts into it."""


def hear(event: str, payload: Mapping[str, Any], now: datetime) -> Hearing:
    """Say what *event* asks for; Malformed when it lacks what it needs for that."""
    action = payload.get("action")
    reader = READERS.get((event, action)) if isinstance(action, str | None) else None
    if reader is None:
        return Ignored("not an event that we act on")
    if "installation" not in payload:
        return Ignored("not sent to an App, but to a webhook that somebody made by hand")
    try:
        return reader(payload, now)
    except ValueError as error:  # pydantic's, and ours for keys that cannot be
        raise Malformed from error


def _pull_request(payload: Mapping[str, Any], _now: datetime) -> Hearing:
    seen = payloads.PullRequestEvent.model_validate(payload)
    if payload["action"] == "edited" and "base" not in seen.changes:
        return Ignored("only words were edited")
    return Work((ReviewPullRequest(seen.key(seen.pull_request.number)),))


def _comment(payload: Mapping[str, Any], now: datetime) -> Hearing:
    seen = payloads.CommentEvent.model_validate(payload)
    if seen.issue.pull_request is None:
        return Ignored("not on a pull request")
    comment, key = seen.comment, seen.key(seen.issue.number)
    said = _Said(key, comment.id, comment.user or payloads.GHOST, comment.body, comment.created_at)
    return _command(said, now)


def _reply(payload: Mapping[str, Any], now: datetime) -> Hearing:
    seen = payloads.ThreadEvent.model_validate(payload)
    comment, key = seen.comment, seen.key(seen.pull_request.number)
    thread = comment.in_reply_to_id or comment.id
    said = _Said(key, comment.id, comment.user or payloads.GHOST, comment.body, comment.created_at, "thread", thread)
    return _command(said, now)


def _review(payload: Mapping[str, Any], now: datetime) -> Hearing:
    seen = payloads.ReviewEvent.model_validate(payload)
    review, key = seen.review, seen.key(seen.pull_request.number)
    said = _Said(key, review.id, review.user or payloads.GHOST, review.body or "", review.submitted_at, "review")
    return _command(said, now)


@dataclass(frozen=True, slots=True)
class _Said:
    """What somebody wrote, and where."""

    key: PullRequestKey
    id: int
    author: payloads.Author
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
    seen = payloads.CheckRunEvent.model_validate(payload)
    if seen.check_run.number is not None:
        return Work((ReviewPullRequest(seen.key(seen.check_run.number)),))
    return _review_each(seen, seen.check_run.check_suite or payloads.CheckSuite(), seen.check_run.pull_requests)


def _button(payload: Mapping[str, Any], now: datetime) -> Hearing:
    seen = payloads.ButtonEvent.model_validate(payload)
    word, run = seen.requested_action.identifier, seen.check_run
    if run.number is None or seen.sender.type != "User":
        return Ignored("no button of ours, or pressed by no person")
    key = seen.key(run.number)
    place = BUTTONS.get(word)
    if place is not None:
        return Work((RunCommand(key, run.id, seen.sender.login, f"/ecto-fix {word}", now.isoformat(), place),))
    return Work((ReviewPullRequest(key),)) if word == "recheck" else Ignored("no button of ours")


def _rerequested_suite(payload: Mapping[str, Any], _now: datetime) -> Hearing:
    seen = payloads.CheckSuiteEvent.model_validate(payload)
    return _review_each(seen, seen.check_suite, seen.check_suite.pull_requests)


def _review_each(
    seen: payloads.Seen, suite: payloads.CheckSuite, pull_requests: tuple[payloads.Proposed, ...]
) -> Hearing:
    """Review what is checked: a merge group, the pull requests that are named, or those of the head, as of a fork's."""
    ours = (one for one in pull_requests if one.is_for(seen.repository.full_name))
    jobs = tuple(ReviewPullRequest(seen.key(one.number)) for one in ours)
    if jobs:
        return Work(jobs)
    group = _group(seen, suite.head_branch or "", suite.head_sha or "")
    if isinstance(group, Work) or suite.head_sha is None:
        return group
    (place,) = _places(seen.installation, [seen.repository])
    return Upkeep(look=(f"{place}^{suite.head_sha}",))


def _merge_group(payload: Mapping[str, Any], _now: datetime) -> Hearing:
    seen = payloads.MergeGroupEvent.model_validate(payload)
    return _group(seen, seen.merge_group.head_ref.removeprefix(BRANCH), seen.merge_group.head_sha)


def _group(seen: payloads.Seen, branch: str, head: str) -> Hearing:
    last = QUEUED.search(branch)
    if last is None:
        return Ignored("names no pull request")
    return Work((ReviewMergeGroup(seen.key(int(last["number"])), branch, head),))


def _installed(payload: Mapping[str, Any], _now: datetime) -> Hearing:
    seen = payloads.InstallationEvent.model_validate(payload)
    return Upkeep(look=_places(seen.installation, seen.repositories) or (f"{seen.installation.id}:",))


def _added(payload: Mapping[str, Any], _now: datetime) -> Hearing:
    seen = payloads.InstallationEvent.model_validate(payload)
    return Upkeep(look=_places(seen.installation, seen.repositories_added))


def _uninstalled(payload: Mapping[str, Any], _now: datetime) -> Hearing:
    return Upkeep(forget=(f"{payloads.InstallationEvent.model_validate(payload).installation.id}:",))


def _removed(payload: Mapping[str, Any], _now: datetime) -> Hearing:
    seen = payloads.InstallationEvent.model_validate(payload)
    return Upkeep(forget=tuple(f"{place}#" for place in _places(seen.installation, seen.repositories_removed)))


def _deleted(payload: Mapping[str, Any], _now: datetime) -> Hearing:
    seen = payloads.Seen.model_validate(payload)
    return Upkeep(forget=tuple(f"{place}#" for place in _places(seen.installation, [seen.repository])))


def _renamed(payload: Mapping[str, Any], _now: datetime) -> Hearing:
    seen = payloads.RenamedEvent.model_validate(payload)
    owner, _, _ = seen.repository.full_name.partition("/")
    return _moved(seen, f"{owner}/{seen.changes.repository.name.before}")


def _transferred(payload: Mapping[str, Any], _now: datetime) -> Hearing:
    seen = payloads.TransferredEvent.model_validate(payload)
    former = seen.changes.owner.before.user or seen.changes.owner.before.organization
    _, _, name = seen.repository.full_name.partition("/")
    return _moved(seen, f"{former.login if former else 'ghost'}/{name}")


def _moved(seen: payloads.Seen, former: str) -> Hearing:
    installation = seen.installation
    places = _places(installation, [seen.repository])
    return Upkeep(forget=(f"{installation.id}:{former}#",), look=places)


def _pushed(payload: Mapping[str, Any], _now: datetime) -> Hearing:
    seen = payloads.PushEvent.model_validate(payload)
    if seen.deleted or not seen.ref.startswith(BRANCH):
        return Ignored("no branch has moved")
    paths = (path for one in seen.commits for path in (*one.added, *one.modified, *one.removed))
    if not any(map(is_migration, paths)):
        return Ignored("no migration came")
    (place,) = _places(seen.installation, [seen.repository])
    return Upkeep(look=(f"{place}@{seen.ref.removeprefix(BRANCH)}",))


def _places(installation: payloads.Installation, repositories: Iterable[payloads.Repository]) -> tuple[str, ...]:
    return tuple(f"{installation.id}:{one.full_name}" for one in repositories)


REVIEWED: Final = ("opened", "reopened", "synchronize", "ready_for_review", "converted_to_draft", "edited", "closed")
BUTTONS: Final[Mapping[str, Place]] = MappingProxyType({"fix": "fix-button", "explain": "explain-button"})
READERS: Final[Mapping[tuple[str, str | None], Callable[[Mapping[str, Any], datetime], Hearing]]] = MappingProxyType(
    {("pull_request", action): _pull_request for action in REVIEWED}
    | {
        ("issue_comment", "created"): _comment,
        ("pull_request_review_comment", "created"): _reply,
        ("pull_request_review", "submitted"): _review,
        ("merge_group", "checks_requested"): _merge_group,
        ("check_run", "rerequested"): _rerequested_run,
        ("check_run", "requested_action"): _button,
        ("check_suite", "rerequested"): _rerequested_suite,
        ("installation", "created"): _installed,
        ("installation", "unsuspend"): _installed,
        ("installation", "new_permissions_accepted"): _installed,
        ("installation", "deleted"): _uninstalled,
        ("installation", "suspend"): _uninstalled,
        ("installation_repositories", "added"): _added,
        ("installation_repositories", "removed"): _removed,
        ("repository", "deleted"): _deleted,
        ("repository", "renamed"): _renamed,
        ("repository", "transferred"): _transferred,
        ("push", None): _pushed,
    }
)
EVENTS: Final = frozenset(event for event, _ in READERS)
