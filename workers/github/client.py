"""GitHub over HTTP: the port, spoken in REST and GraphQL."""

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha1
from typing import Any, Final

from workers.github import documents, git_data, translate
from workers.github.auth import REVIEWING, SHARED, WRITING, App
from workers.github.errors import Forbidden, NotFound, Rejected, RetryLater, Unclear
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
    Said,
    Thread,
    TreeEntry,
)
from workers.github.tree import Lister
from workers.github.wire import OUTAGE, Wire, path
from workers.jobs import PullRequestKey, RunCommand
from workers.journal import Call

CHECK: Final = "ecto-fix"
ANNOTATIONS: Final = 50  # in one request: docs, "update a check run"
BLOBS: Final = 100  # in one query: GitHub counts 500,000 nodes, but answers within 10 s


class Client:
    """One pull request's GitHub, through the App's installation."""

    def __init__(
        self, app: App, key: PullRequestKey, tell: Callable[[Call], None] | None = None, page: str = ""
    ) -> None:
        self._app = app
        self._key = key
        self._tell = tell  # whoever wants to hear of each request
        self._page = page  # where people see what is being done; empty where there is no such place
        self._owner, _, self._name = key.repository.partition("/")
        self._wires: dict[str, Wire] = {}

    @property
    def calls(self) -> int:
        """How many HTTP requests were made, those for tokens left out."""
        return sum(wire.calls for wire in self._wires.values())

    def pull_request(self) -> PullRequest:
        """Ask for the pull request as it is now; NotFound where its repository is called otherwise by now."""
        try:
            found = self._reviewing.get(self._pull())
        except Forbidden:  # of a token that was revoked, or ended before its time, there is a better one
            if self._wires.pop("reviewing", None) is None:
                raise  # there is none at all
            self._app.forget(self._key.installation_id, self._key.repository)
            found = self._reviewing.get(self._pull())
        pull = translate.pull_request(found)
        # GitHub leads on from a former name, but what is asked for behind a `?` is lost on the way: a listing of all
        # files would be one of the topmost folder.
        if not translate.is_called(pull.base.repository, self._key.repository):
            raise NotFound(f"the repository is not called {self._key.repository} any more")
        return pull

    def compare(self, base: str, head: str) -> Comparison:
        """Compare *head* with the branch *base*, from where they parted."""
        return translate.comparison(self._reviewing.get(self._repository("compare", f"{base}...{head}")))

    def tree(self, commit: str) -> tuple[TreeEntry, ...]:
        """List every file of *commit*; Rejected when GitHub cannot list them all."""

        def listing(tree: str, recursive: bool) -> Mapping[str, Any]:  # noqa: FBT001  # a callback has no keywords
            parameters = {"recursive": 1} if recursive else {}
            answer: Mapping[str, Any] = self._reviewing.get(self._repository("git", "trees", tree), **parameters)
            return answer

        return tuple(Lister(listing).entries(commit))

    def blobs(self, shas: Iterable[str]) -> Mapping[str, bytes]:
        """Fetch file contents by their git hash; what is not there is left out."""
        wanted, found = list(dict.fromkeys(shas)), dict[str, bytes]()
        for start in range(0, len(wanted), BLOBS):
            batch = wanted[start : start + BLOBS]
            variables = {"owner": self._owner, "name": self._name}
            variables |= {f"sha{number}": sha for number, sha in enumerate(batch)}
            answer = self._reviewing.graphql(documents.blobs(len(batch)), variables)["repository"]
            for number, sha in enumerate(batch):
                content = self._proven(sha, (answer[f"blob{number}"] or {}).get("text"))
                if content is not None:
                    found[sha] = content
        return found

    def conversation(self) -> Conversation:
        """Ask for what we said already."""
        threads: list[Thread] = []
        comments: tuple[Said, ...] = ()
        for answer in self._conversation_pages():
            pull = answer["repository"]["pullRequest"]
            threads += translate.threads(pull["reviewThreads"]["nodes"], answer["viewer"]["login"])
            comments = translate.said(pull["comments"]["nodes"]) + comments
        return Conversation(pull["headRefOid"], tuple(threads), comments)

    def shared_file(self, path: str) -> str | None:
        """Fetch a file of the owner's repository `.github`; None where there is none, or none that we may read."""
        shared = f"{self._owner}/.github"
        if shared == self._key.repository:
            return None
        asked_for = f"{self._key.installation_id}:{shared}", path  # what one may read is nothing to another
        return self._app.remembered(asked_for, lambda: self._shared(shared, path))

    def start_check(self, head: str, external_id: str, name: str = CHECK) -> CheckRun:
        """Find our check run on *head*, or create it as queued; it carries *external_id*."""
        run = self._check(head, external_id, name)
        if run:
            return run
        body = {"name": name, "head_sha": head, "external_id": external_id, "status": "queued", **self._details}
        try:
            return translate.check_run(self._reviewing.post(self._repository("check-runs"), body, counted=False))
        except Unclear as unclear:
            run = self._check(head, external_id, name)
            if run:
                return run
            raise RetryLater(OUTAGE, str(unclear)) from unclear

    def progress_check(self, run: CheckRun, output: CheckOutput) -> None:
        """Show that the check is being worked on."""
        body = {"status": "in_progress", "output": {"title": output.title, "summary": output.summary}}
        self._reviewing.patch(self._repository("check-runs", run.id), {**body, **self._details})

    def conclude_check(self, run: CheckRun, conclusion: Conclusion, output: CheckOutput) -> None:
        """End the check, with all of its annotations; those it has from an earlier try are not sent again."""
        left = [translate.annotation(annotation) for annotation in output.annotations[run.annotations :]]
        text = {"title": output.title, "summary": output.summary}
        while len(left) > ANNOTATIONS:
            self._annotate(run, {"output": {**text, "annotations": left[:ANNOTATIONS]}})
            left = left[ANNOTATIONS:]
        actions = translate.actions(output.buttons)
        end = {"status": "completed", "conclusion": conclusion.value, "actions": actions, **self._details}
        if left:
            self._annotate(run, {**end, "output": {**text, "annotations": left}})
        else:
            self._reviewing.patch(self._repository("check-runs", run.id), {**end, "output": text})

    def post_review(self, review: Review) -> None:
        """Post all comments at once; Rejected when GitHub does not take one of them, Unclear when no answer came."""
        body = {
            "commit_id": review.head,
            "body": review.body,
            "event": "COMMENT",  # without it the review stays pending, visible to nobody
            "comments": [translate.inline_comment(comment) for comment in review.comments],
        }
        self._reviewing.post(self._pull("reviews"), body)

    def comment_on_file(self, comment: FileComment) -> None:
        """Post a comment on a file as a whole; Rejected when GitHub does not take it, Unclear when no answer came."""
        place = {"commit_id": comment.head, "path": comment.path, "subject_type": "file"}
        self._reviewing.post(self._pull("comments"), {**place, "body": comment.body})

    def resolve(self, thread: str) -> None:
        """Resolve a thread; Forbidden where the installation may not write contents."""
        self._writing.graphql(documents.RESOLVE, {"input": {"threadId": thread}})

    def minimize(self, comment: str) -> None:
        """Fold a comment as resolved."""
        self._reviewing.graphql(documents.MINIMIZE, {"input": {"subjectId": comment, "classifier": "RESOLVED"}})

    def reply(self, comment: int, body: str) -> None:
        """Answer in the thread that *comment* began; Unclear when no answer came."""
        self._reviewing.post(self._pull("comments", comment, "replies"), {"body": body})

    def delete(self, comment: int) -> None:
        """Take back a review comment of ours; NotFound if somebody did."""
        self._reviewing.delete(self._repository("pulls", "comments", comment))

    def answers(self) -> tuple[str, ...]:
        """Return the bodies of our latest comments, in the conversation and in the latest threads."""
        variables = {"owner": self._owner, "name": self._name, "number": self._key.number}
        pull = self._reviewing.graphql(documents.ANSWERS, variables)["repository"]["pullRequest"]
        said = [*pull["comments"]["nodes"]]
        for thread in pull["reviewThreads"]["nodes"]:
            said += thread["comments"]["nodes"]
        return tuple(comment["body"] for comment in said if comment["viewerDidAuthor"])

    def say(self, body: str) -> None:
        """Comment in the conversation; Unclear when no answer came."""
        self._reviewing.post(self._repository("issues", self._key.number, "comments"), {"body": body})

    def say_instead(self, comment: int, body: str) -> None:
        """Edit a comment of ours in the conversation, of which nobody is notified; NotFound if it was deleted."""
        self._reviewing.patch(self._repository("issues", "comments", comment), {"body": body})

    def unsay(self, comment: int) -> None:
        """Delete a comment of ours in the conversation; NotFound if somebody did."""
        self._reviewing.delete(self._repository("issues", "comments", comment))

    def answer(self, command: RunCommand, body: str) -> None:
        """Answer where *command* was said; Unclear when no answer came."""
        if command.thread:
            self.reply(command.thread, body)
        else:
            self.say(body)

    def react(self, command: RunCommand, reaction: Reaction) -> None:
        """React to what somebody said, where GitHub lets us; twice is once."""
        comments = {"comment": "issues", "thread": "pulls"}
        if command.place in comments:
            url = self._repository(comments[command.place], "comments", command.comment_id, "reactions")
            self._reviewing.post(url, {"content": reaction.value}, repeatable=True)

    def collaborator(self, login: str) -> Collaborator:
        """Ask what a person may do here, now."""
        return translate.collaborator(self._reviewing.get(self._repository("collaborators", login, "permission")))

    def commit(self, change: NewCommit) -> str:
        """Commit to a branch and return the new head; StaleHead when it moved, Unclear when no answer came."""
        try:
            answer = self._writing.graphql(documents.COMMIT, translate.commit(change), repeatable=False)
        except Rejected:
            return git_data.commit(self._writing, change)
        oid: str = answer["createCommitOnBranch"]["commit"]["oid"]
        return oid

    @property
    def _reviewing(self) -> Wire:
        return self._wire("reviewing", REVIEWING)

    @property
    def _writing(self) -> Wire:
        return self._wire("writing", WRITING)

    def _wire(self, job: str, permissions: Mapping[str, str]) -> Wire:
        if job not in self._wires:
            self._wires[job] = self._told_of(self._app.at(self._key.installation_id, self._key.repository, permissions))
        return self._wires[job]

    @property
    def _details(self) -> Mapping[str, str]:
        return {"details_url": self._page} if self._page else {}

    def _told_of(self, wire: Wire) -> Wire:
        wire.tell = self._tell
        return wire

    def _repository(self, *parts: str | int) -> str:
        return path("repos", self._owner, self._name, *parts)

    def _pull(self, *parts: str | int) -> str:
        return self._repository("pulls", self._key.number, *parts)

    def _proven(self, sha: str, text: str | None) -> bytes | None:
        """Return the bytes whose git hash is *sha*: GraphQL's text where it is faithful, else what REST has."""
        if text is not None and git_hash(text.encode()) == sha:
            return text.encode()
        try:
            return base64.b64decode(self._reviewing.get(self._repository("git", "blobs", sha))["content"])
        except NotFound:
            return None

    def _conversation_pages(self) -> Iterator[dict[str, Any]]:
        """Read threads onwards from the first, and comments back from the last."""
        variables: dict[str, Any] = {"owner": self._owner, "name": self._name, "number": self._key.number}
        while True:
            answer = self._reviewing.graphql(documents.CONVERSATION, variables)
            yield answer
            pull = answer["repository"]["pullRequest"]
            threads, comments = pull["reviewThreads"]["pageInfo"], pull["comments"]["pageInfo"]
            if not (threads["hasNextPage"] or comments["hasPreviousPage"]):
                return
            variables["after"] = threads["endCursor"] or variables.get("after")
            variables["before"] = comments["startCursor"] or variables.get("before")

    def _shared(self, repository: str, file: str) -> str | None:
        try:
            self._wires[repository] = self._told_of(self._app.at(self._key.installation_id, repository, SHARED))
            url = path("repos", *repository.split("/"), "contents") + "/" + file
            answer = self._wires[repository].get(url)
            # A folder is a list; a link that leads out, a submodule and a file of more than 1 MB have no content.
            is_file = isinstance(answer, dict) and answer.get("encoding") == "base64"
            return base64.b64decode(answer["content"]).decode() if is_file else None
        except (Forbidden, NotFound, UnicodeDecodeError):
            return None

    def _check(self, head: str, external_id: str, name: str) -> CheckRun | None:
        runs = self._reviewing.pages(
            self._repository("commits", head, "check-runs"), "check_runs", check_name=name, filter="all"
        )
        ours = [run for run in runs if run["external_id"] == external_id and self._ours(run["app"])]
        return translate.check_run(max(ours, key=lambda run: int(run["id"]))) if ours else None

    def _annotate(self, run: CheckRun, body: Mapping[str, Any]) -> None:
        try:
            self._reviewing.patch(self._repository("check-runs", run.id), body, repeatable=False)
        except Unclear as unclear:
            # The next try reads how many annotations arrived.
            raise RetryLater(OUTAGE, str(unclear)) from unclear

    def _ours(self, app: Mapping[str, Any] | None) -> bool:
        return app is not None and app["id"] == self._app.id


def git_hash(content: bytes) -> str:
    """Return the name that git gives to *content*."""
    return sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
