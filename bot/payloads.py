"""Of GitHub's payloads only what we need, so that nothing GitHub adds or changes elsewhere concerns us."""

import re
from collections.abc import Mapping
from typing import Any, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from workers.jobs import PullRequestKey

NAME: Final = "[A-Za-z0-9_.-]{1,100}"  # of accounts and repositories; what is remembered by it must hold nothing else


class Tolerant(BaseModel):
    """What a payload says beside that is not read."""

    # What is refused is logged, and a value may be what a private repository holds.
    model_config = ConfigDict(extra="ignore", strict=True, frozen=True, hide_input_in_errors=True)


class Installation(Tolerant):
    """An installation of the App."""

    id: int


class Repository(Tolerant):
    """A repository."""

    full_name: str = Field(pattern=rf"^{NAME}/{NAME}$")


class Numbered(Tolerant):
    """A pull request or an issue."""

    number: int


class Seen(Tolerant):
    """What every event about a repository carries."""

    installation: Installation
    repository: Repository

    def key(self, number: int) -> PullRequestKey:
        """Name a pull request of the repository."""
        return PullRequestKey(self.installation.id, self.repository.full_name, number)


class PullRequestEvent(Seen):
    """Something happened to a pull request."""

    pull_request: Numbered
    changes: Mapping[str, Any] = Field(default_factory=dict)


class Author(Tolerant):
    """Somebody with an account."""

    login: str = Field(pattern=r"^[A-Za-z0-9_.\[\]-]{1,100}$")  # `[bot]` ends that of an App
    type: str = "User"


SHA: Final = r"^[0-9a-f]{40,64}$"
GHOST: Final = Author(login="ghost", type="Ghost")


class Comment(Tolerant):
    """A comment."""

    id: int = Field(gt=0, lt=2**63)
    body: str
    user: Author | None  # None for GitHub's ghost
    created_at: AwareDatetime = Field(strict=False)


class Issue(Numbered):
    """An issue, or the conversation of a pull request."""

    pull_request: Mapping[str, Any] | None = None  # None: an issue proper


class CommentEvent(Seen):
    """Somebody commented in a conversation."""

    issue: Issue
    comment: Comment


class ThreadComment(Comment):
    """A comment on the diff."""

    in_reply_to_id: int = Field(default=0, ge=0, lt=2**63)


class ThreadEvent(Seen):
    """Somebody commented on the diff."""

    pull_request: Numbered
    comment: ThreadComment


class Review(Tolerant):
    """A review."""

    id: int = Field(gt=0, lt=2**63)
    body: str | None
    user: Author | None
    submitted_at: AwareDatetime = Field(strict=False)


class ReviewEvent(Seen):
    """Somebody reviewed."""

    pull_request: Numbered
    review: Review


class Home(Tolerant):
    """The repository that a branch lies in, as checks name it."""

    url: str


class Base(Tolerant):
    """The branch that a pull request is for."""

    repo: Home


class Proposed(Numbered):
    """A pull request that a check names: one for this repository, or, where this is a fork, one from it."""

    base: Base | None = None

    def is_for(self, repository: str) -> bool:
        """Tell whether its number is one of *repository*."""
        return self.base is None or self.base.repo.url.endswith(f"/repos/{repository}")


class Checked(Tolerant):
    """What a check was about."""

    pull_requests: tuple[Proposed, ...] = Field(default=(), strict=False)  # empty for a pull request from a fork


class CheckSuite(Checked):
    """All checks of a commit."""

    head_branch: str | None = None  # none for a fork's
    head_sha: str | None = Field(default=None, pattern=SHA)


# What a run of ours is for: a pull request or its configuration, by its number; then its head.
OURS: Final = re.compile(r"(?:configuration/)?(?P<number>[1-9][0-9]{0,9})/")


class CheckRun(Checked):
    """A check run."""

    external_id: str | None = None  # of our own runs: OURS
    check_suite: CheckSuite | None = None

    @property
    def number(self) -> int | None:
        """The pull request of a run of ours."""
        found = OURS.match(self.external_id or "")
        return int(found["number"]) if found else None


class CheckRunEvent(Seen):
    """Something happened to a check run."""

    check_run: CheckRun


class Action(Tolerant):
    """A button of ours."""

    identifier: str


class PressedRun(CheckRun):
    """A check run, one of whose buttons was pressed."""

    id: int = Field(gt=0, lt=2**63)


class ButtonEvent(Seen):
    """Somebody pressed a button."""

    check_run: PressedRun
    requested_action: Action
    sender: Author


class CheckSuiteEvent(Seen):
    """Something happened to a check suite."""

    check_suite: CheckSuite


class MergeGroup(Tolerant):
    """What a merge queue merges together."""

    head_sha: str = Field(pattern=SHA)
    head_ref: str


class MergeGroupEvent(Seen):
    """A merge queue wants to merge."""

    merge_group: MergeGroup


class InstallationEvent(Tolerant):
    """Something happened to an installation."""

    installation: Installation
    repositories: tuple[Repository, ...] = Field(default=(), strict=False)  # of a new one
    repositories_added: tuple[Repository, ...] = Field(default=(), strict=False)
    repositories_removed: tuple[Repository, ...] = Field(default=(), strict=False)


class From(Tolerant):
    """What something was before."""

    before: str = Field(alias="from", pattern=f"^{NAME}$")


class FormerName(Tolerant):
    """How a repository was named."""

    name: From


class Renaming(Tolerant):
    """What changed about a repository."""

    repository: FormerName


class RenamedEvent(Seen):
    """A repository has another name now."""

    changes: Renaming


class FormerAccount(Tolerant):
    """Who it was that owned a repository: one of the two."""

    user: Author | None = None
    organization: Author | None = None


class FormerOwner(Tolerant):
    """Where a repository came from."""

    before: FormerAccount = Field(alias="from")


class Transfer(Tolerant):
    """What changed about a repository."""

    owner: FormerOwner


class TransferredEvent(Seen):
    """A repository belongs to somebody else now."""

    changes: Transfer


class PushedCommit(Tolerant):
    """The paths that a commit touched."""

    added: tuple[str, ...] = Field(default=(), strict=False)
    modified: tuple[str, ...] = Field(default=(), strict=False)
    removed: tuple[str, ...] = Field(default=(), strict=False)


class PushEvent(Seen):
    """A branch moved; GitHub lists at most 2,048 of its commits."""

    ref: str = Field(pattern=r"^[^\x00-\x1f\x7f]{1,1000}$")  # git lets branches have no such character
    deleted: bool = False
    commits: tuple[PushedCommit, ...] = Field(default=(), strict=False)
