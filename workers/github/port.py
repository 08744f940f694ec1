"""What the workers need of GitHub, in their own words, for one pull request."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from workers.github.models import (
    CheckOutput,
    CheckRun,
    Collaborator,
    Comparison,
    Conclusion,
    Conversation,
    FileComment,
    NewCommit,
    PullRequest,
    Reaction,
    Review,
    TreeEntry,
)
from workers.jobs import RunCommand


class Contents(Protocol):
    """The files of a repository and its history; any method may raise `Trouble`."""

    def compare(self, base: str, head: str) -> Comparison:
        """Compare *head* with the branch *base*, from where they parted."""

    def tree(self, commit: str) -> tuple[TreeEntry, ...]:
        """List every file of *commit*; Rejected when GitHub cannot list them all."""

    def blobs(self, shas: Iterable[str]) -> Mapping[str, bytes]:
        """Fetch file contents by their git hash; what is not there is left out."""

    def shared_file(self, path: str) -> str | None:
        """Fetch a file of the owner's repository `.github`; None where there is none, or none that we may read."""


class GitHub(Contents, Protocol):
    """One pull request's GitHub; any method may raise `Trouble`."""

    @property
    def calls(self) -> int:
        """How many HTTP requests were made."""

    def pull_request(self) -> PullRequest:
        """Ask for the pull request as it is now."""

    def conversation(self) -> Conversation:
        """Ask for what we said already."""

    def start_check(self, head: str, external_id: str, name: str = ...) -> CheckRun:
        """Find our check run on *head*, or create it as queued; it carries *external_id*."""

    def progress_check(self, run: CheckRun, output: CheckOutput) -> None:
        """Show that the check is being worked on."""

    def conclude_check(self, run: CheckRun, conclusion: Conclusion, output: CheckOutput) -> None:
        """End the check, with all of its annotations."""

    def post_review(self, review: Review) -> None:
        """Post all comments at once; Rejected when GitHub does not take one of them, Unclear when no answer came."""

    def comment_on_file(self, comment: FileComment) -> None:
        """Post a comment on a file as a whole; Rejected when GitHub does not take it, Unclear when no answer came."""

    def resolve(self, thread: str) -> None:
        """Resolve a thread; Forbidden where the installation may not write contents."""

    def minimize(self, comment: str) -> None:
        """Fold a comment as resolved."""

    def reply(self, comment: int, body: str) -> None:
        """Answer in the thread that *comment* began; Unclear when no answer came."""

    def delete(self, comment: int) -> None:
        """Take back a review comment of ours; NotFound if somebody did."""

    def answers(self) -> tuple[str, ...]:
        """Return the bodies of our latest comments, in the conversation and in the latest threads."""

    def say(self, body: str) -> None:
        """Comment in the conversation; Unclear when no answer came."""

    def say_instead(self, comment: int, body: str) -> None:
        """Edit a comment of ours in the conversation, of which nobody is notified; NotFound if it was deleted."""

    def unsay(self, comment: int) -> None:
        """Delete a comment of ours in the conversation; NotFound if somebody did."""

    def answer(self, command: RunCommand, body: str) -> None:
        """Answer where *command* was said; Unclear when no answer came."""

    def react(self, command: RunCommand, reaction: Reaction) -> None:
        """React to what somebody said, where GitHub lets us; twice is once."""

    def collaborator(self, login: str) -> Collaborator:
        """Ask what a person may do here, now."""

    def commit(self, change: NewCommit) -> str:
        """Commit to a branch and return the new head; StaleHead when it moved, Unclear when no answer came."""
