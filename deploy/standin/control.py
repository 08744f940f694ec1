"""Direct a running stand-in from Python: methods that read like what people do on GitHub."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from deploy.standin.pictured import CheckRun, PullRequestPicture, Thread

Contents = Mapping[str, str | bytes | None]  # None deletes the file
ANSWER_WITHIN = 30.0  # seconds; git works for some answers


class RefusedError(Exception):
    """The stand-in said no, as GitHub's pages or its API would."""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody with an account and a personal token."""

    login: str
    id: int
    token: str


@dataclass(frozen=True, slots=True)
class App:
    """What somebody needs who wants to be the App."""

    id: int
    slug: str
    bot: str
    private_key: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt to deliver a webhook."""

    id: int
    guid: str
    event: str
    action: str | None
    status: str
    status_code: int
    redelivery: bool
    headers: Mapping[str, str]
    body: str
    payload: Any
    answer: str


class StandIn:
    """A stand-in, reached over HTTP."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy has no business between two programs of one machine

    def ask(self, act: str, **wanted: Any) -> Any:
        """Ask the control plane for one of the acts in `stage.py`."""
        answer = self._session.post(f"{self.url}/_standin/{act}", json=wanted, timeout=ANSWER_WITHIN)
        if not answer.ok:
            raise RefusedError(f"{act}: {answer.text}")
        return answer.json()

    @property
    def graphql_url(self) -> str:
        """Give the address of GraphQL."""
        return f"{self.url}/graphql"

    def close(self) -> None:
        """Let go of the connection."""
        self._session.close()

    # The App

    def app(self) -> App:
        """Learn the App's number and its private key."""
        return App(**self.ask("app"))

    def set_app(self, **changes: Any) -> None:
        """Change the App: number, permissions, events."""
        self.ask("set_app", **changes)

    def set_webhook(self, url: str, secret: str) -> None:
        """Say where events go; a ping follows."""
        self.ask("set_webhook", url=url, secret=secret)

    def set_installation(self, repository: str, **changes: Any) -> None:
        """Change what an installation has accepted (permissions), or suspend it (suspended)."""
        self.ask("set_installation", repository=repository, **changes)

    def let_apps_into_forks(self, *, allowed: bool = True) -> None:
        """Let "allow edits by maintainers" be for Apps, too."""
        self.ask("let_apps_into_forks", allowed=allowed)

    # People and repositories

    def user(self, login: str) -> User:
        """Find a user, or make one."""
        return User(**self.ask("user", login=login))

    def create_repository(
        self, name: str, files: Contents | Path, *, by: str = "maria", private: bool = True, installed: bool = True
    ) -> "Repository":
        """Make a repository from a dictionary of files or from a folder; *by* becomes its administrator."""
        contents = from_folder(files) if isinstance(files, Path) else files
        wanted = {"name": name, "files": _packed(contents), "by": by, "private": private, "installed": installed}
        made = self.ask("create_repository", **wanted)
        return Repository(self, made["name"], made["id"])

    # Time, faults and what was seen

    def advance(self, seconds: float) -> None:
        """Move the clock forward."""
        self.ask("advance", seconds=seconds)

    def expire_tokens(self) -> None:
        """Let all tokens end now."""
        self.ask("expire_tokens")

    def fail(self, **fault: Any) -> None:
        """Let requests fail, as `faults.Fault` describes: which (method, path, count, skip) and how."""
        self.ask("fail", **fault)

    def storm(self, share: float, *, seed: int = 1) -> None:
        """Let a share of all requests fail before or after the work, be cut, be late or be too many, until healed."""
        self.ask("storm", share=share, seed=seed)

    def hit_secondary_limit(
        self, *, method: str = "POST", path: str = ".*", count: int = 1, retry_after: int | None = 60
    ) -> None:
        """Let requests fail as GitHub does when content is created too quickly."""
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
        self.fail(method=method, path=path, count=count, status=403, message=message, headers=headers)

    def struck(self) -> int:
        """Tell how many requests the faults have hit so far."""
        return int(self.ask("struck"))

    def release(self) -> None:
        """Let every request go on that a fault holds."""
        self.ask("release")

    def heal(self) -> int:
        """Take all faults away and tell how many requests they hit."""
        return int(self.ask("heal"))

    def limit_speed(self) -> None:
        """Refuse from now on what comes faster than GitHub lets it come."""
        self.ask("limit_speed")

    def limit(self, per_hour: int) -> None:
        """Begin new hours with another primary limit."""
        self.ask("limit", per_hour=per_hour)

    def violations(self) -> list[dict[str, str]]:
        """List what GitHub's published document does not allow and happened all the same; tests assert it is empty."""
        return list(self.ask("violations"))

    def requests(self) -> list[dict[str, Any]]:
        """List the requests to the API since the beginning: method, path, status."""
        return list(self.ask("requests"))

    # Webhooks

    def settle(self, seconds: float = 10.0) -> bool:
        """Wait until no webhook is left to deliver."""
        return bool(self.ask("settle", seconds=seconds))

    def deliveries(self, event: str | None = None, action: str | None = None) -> list[Delivery]:
        """Read the log of webhooks, oldest first."""
        names = Delivery.__dataclass_fields__
        every = [Delivery(**{name: each[name] for name in names}) for each in self.ask("deliveries")]
        return [each for each in every if event in {None, each.event} and action in {None, each.action}]

    def redeliver(self, delivery: Delivery) -> None:
        """Deliver once more, under the same GUID."""
        self.ask("redeliver", delivery=delivery.id)

    def set_patience(self, seconds: float) -> None:
        """Give the App more or less than GitHub's ten seconds to answer a webhook."""
        self.ask("set_patience", seconds=seconds)

    def pause_deliveries(self) -> None:
        """Hold webhooks back."""
        self.ask("pause_deliveries")

    def resume_deliveries(self, *, backwards: bool = False) -> None:
        """Deliver what was held back, the last first if *backwards*."""
        self.ask("resume_deliveries", backwards=backwards)

    def disorder_deliveries(self, share: float, *, seed: int = 1, lanes: int = 4) -> None:
        """Send several webhooks at once, and a share of them twice or behind later ones."""
        self.ask("disorder_deliveries", share=share, seed=seed, lanes=lanes)

    def order_deliveries(self) -> None:
        """Send what was held back, and from now on everything once."""
        self.ask("order_deliveries")

    def tally(self) -> dict[int, int]:
        """Count the attempts to deliver by the status of their answers."""
        return {int(status): count for status, count in self.ask("tally").items()}

    def lose_deliveries(self, count: int) -> None:
        """Let the next deliveries fail as if the App could not be reached."""
        self.ask("lose_deliveries", count=count)


class Repository:
    """A repository of a stand-in."""

    def __init__(self, standin: StandIn, name: str, number: int) -> None:
        self.standin = standin
        self.name = name
        self.id = number

    def _ask(self, act: str, **wanted: Any) -> Any:
        return self.standin.ask(act, repository=self.name, **wanted)

    def allow(self, login: str, role: str) -> User:
        """Give somebody a role: read, triage, write, maintain or admin."""
        self._ask("set_role", login=login, role=role)
        return self.standin.user(login)

    def suspend(self, *, by: str, suspended: bool = True) -> None:
        """Suspend the installation that covers it, or let that go on."""
        self._ask("suspend", by=by, suspended=suspended)

    def accept_permissions(self, permissions: Mapping[str, str], *, by: str) -> None:
        """Let its installation do what the App asks for."""
        self._ask("accept_permissions", permissions=permissions, by=by)

    def take_away(self, *, by: str) -> None:
        """Take it out of its installation."""
        self._ask("take_away", by=by)

    def rename(self, name: str, *, by: str) -> None:
        """Give it another name."""
        self.name = str(self._ask("rename", name=name, by=by))

    def enqueue(self, *pulls: "PullRequest", by: str) -> str:
        """Let the merge queue try to merge some pull requests together; gives the commit that it wants checked."""
        return str(self._ask("enqueue", numbers=[pull.number for pull in pulls], by=by))

    def checks_of(self, commit: str, name: str | None = None) -> tuple[CheckRun, ...]:
        """Look at the check runs of a commit that belongs to no pull request."""
        found = (CheckRun.of(each) for each in self._ask("checks_of", commit=commit))
        return tuple(each for each in found if name in {None, each.name})

    def require_checks(self, *names: str) -> None:
        """Let merging into the default branch wait for checks."""
        self._ask("require_checks", names=list(names))

    def push(self, branch: str, files: Contents, *, by: str, message: str = "Change migrations") -> str:
        """Commit on a branch and push; a new branch starts at the default one. Gives the commit."""
        return str(self._ask("push", branch=branch, files=_packed(files), by=by, message=message))

    def force_push(self, branch: str, to: str, *, by: str) -> str:
        """Point a branch at another commit."""
        return str(self._ask("force_push", branch=branch, to=to, by=by))

    def fork(self, *, by: str) -> "Repository":
        """Fork the repository into somebody's account."""
        made = self._ask("fork", by=by)
        return Repository(self.standin, made["name"], made["id"])

    def open_pull_request(
        self, head: str, *, by: str, title: str = "", base: str = "main", **more: Any
    ) -> "PullRequest":
        """Open a pull request; *more*: body, draft, head_repository, maintainer_can_modify."""
        title = title or head.replace("-", " ").capitalize()
        number = self._ask("open_pull_request", head=head, by=by, title=title, base=base, **more)
        return PullRequest(self, int(number))

    def read(self, path: str, *, ref: str = "main") -> str | None:
        """Read a file of a branch."""
        text: str | None = self._ask("read_file", ref=ref, path=path)
        return text

    def log(self, ref: str = "main") -> list[dict[str, str]]:
        """List the commits of a branch, newest first: sha, author, message."""
        return list(self._ask("log", ref=ref))


class PullRequest:
    """A pull request of a stand-in."""

    def __init__(self, repository: Repository, number: int) -> None:
        self.repository = repository
        self.number = number

    @property
    def url(self) -> str:
        """Give the address of its page."""
        return f"{self.repository.standin.url}/{self.repository.name}/pull/{self.number}"

    def _ask(self, act: str, **wanted: Any) -> Any:
        return self.repository.standin.ask(act, repository=self.repository.name, number=self.number, **wanted)

    def look(self) -> PullRequestPicture:
        """See how it stands now: conversation, reviews, threads, checks."""
        return PullRequestPicture.of(self._ask("pull_request"))

    def threads(self) -> tuple[Thread, ...]:
        """See the threads on its diff."""
        return self.look().threads

    def checks(self, name: str | None = None) -> tuple[CheckRun, ...]:
        """See the check runs on its head."""
        return tuple(each for each in self.look().checks if name in {None, each.name})

    def comment(self, body: str, *, by: str) -> int:
        """Write in the conversation; gives the comment's number."""
        return int(self._ask("comment", by=by, body=body))

    def edit_comment(self, comment: int, body: str, *, by: str) -> None:
        """Change a comment of the conversation."""
        self.repository.standin.ask("edit_comment", comment=comment, by=by, body=body)

    def review(self, event: str, *, by: str, body: str = "") -> int:
        """Submit a review: COMMENT, APPROVE or REQUEST_CHANGES."""
        return int(self._ask("review", by=by, event=event, body=body))

    def reply(self, thread: Thread, body: str, *, by: str) -> int:
        """Answer in a thread."""
        return int(self.repository.standin.ask("reply", thread=thread.id, by=by, body=body))

    def resolve(self, thread: Thread, *, by: str, resolved: bool = True) -> None:
        """Resolve a thread, or take that back."""
        self.repository.standin.ask("resolve", thread=thread.id, by=by, resolved=resolved)

    def apply_suggestions(self, threads: Sequence[Thread], *, by: str, message: str = "") -> str:
        """Click "Commit suggestion", or commit a batch of them; gives the commit."""
        comments = [thread.comments[0].id for thread in threads]
        return str(self.repository.standin.ask("apply_suggestions", comments=comments, by=by, message=message))

    def apply_suggestion(self, thread: Thread, *, by: str) -> str:
        """Click "Commit suggestion"; gives the commit."""
        return self.apply_suggestions([thread], by=by)

    def push(self, files: Contents, *, by: str, message: str = "Change migrations") -> str:
        """Push to its branch; gives the commit."""
        return self.repository.push(self.look().head_ref, files, by=by, message=message)

    def edit(self, *, by: str, **changes: str) -> None:
        """Change title, body, base or state."""
        self._ask("edit_pull_request", by=by, changes=changes)

    def close(self, *, by: str) -> None:
        """Close it."""
        self.edit(by=by, state="closed")

    def reopen(self, *, by: str) -> None:
        """Open it again."""
        self.edit(by=by, state="open")

    def mark_ready(self, *, by: str) -> None:
        """Declare a draft ready for review."""
        self._ask("set_draft", by=by, draft=False)

    def mark_draft(self, *, by: str) -> None:
        """Turn it into a draft."""
        self._ask("set_draft", by=by, draft=True)

    def merge(self, *, by: str) -> str:
        """Press the merge button; gives the merge commit."""
        return str(self._ask("merge", by=by))

    def rerun(self, check: CheckRun, *, by: str) -> None:
        """Click "Re-run" on a check."""
        self.repository.standin.ask("rerun", check_run=check.id, by=by)

    def rerun_all(self, check: CheckRun, *, by: str) -> None:
        """Click "Re-run all checks"."""
        self.repository.standin.ask("rerun_all", check_suite=check.suite, by=by)

    def press(self, check: CheckRun, identifier: str, *, by: str) -> None:
        """Press a button that the App put on its check."""
        self.repository.standin.ask("press", check_run=check.id, identifier=identifier, by=by)


def from_folder(folder: Path) -> dict[str, bytes]:
    """Read all files under a folder, but for git's own."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and ".git" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def _packed(files: Contents) -> dict[str, Any]:
    return {
        path: {"base64": b64encode(content).decode()} if isinstance(content, bytes) else content
        for path, content in files.items()
    }
