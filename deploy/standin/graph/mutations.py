"""The mutations: commit on a branch, minimise a comment, resolve a thread."""

from base64 import b64decode
from binascii import Error as NotBase64
from typing import Any

from graphql import GraphQLError

from deploy.standin import model
from deploy.standin.actor import Actor
from deploy.standin.acts import branches, reviews
from deploy.standin.git import GitFailed, Signature
from deploy.standin.graph.views import Info, Viewer, commit, ref, view
from deploy.standin.world import World


def refuse(kind: str, message: str) -> GraphQLError:
    """Say no as GitHub's GraphQL does: an entry of `errors` with a type, and status 200."""
    return GraphQLError(message, extensions={"type": kind})


class Mutations:
    """What a caller may change by GraphQL."""

    def __init__(self, world: World, actor: Actor) -> None:
        self._world = world
        self._actor = actor
        self._viewer = Viewer(world, actor)

    def create_commit_on_branch(self, _info: Info, input: dict[str, Any]) -> Any:  # noqa: A002 - GitHub's name
        """Commit files on a branch if it still is where the caller expects it; GitHub signs such commits."""
        repository, branch = self._branch(input["branch"])
        if not self._actor.may("contents:write", repository) and not self._is_let_in(repository, branch):
            raise refuse("FORBIDDEN", "Resource not accessible by integration")
        name = branches.BRANCH + branch
        head, expected = repository.git.ref(name), input["expectedHeadOid"]
        if head is None:
            raise refuse("NOT_FOUND", f"No such branch: {branch}")
        if head != expected:
            raise refuse("STALE_DATA", f'Expected branch to point to "{expected}" but it did not.  Pull and try again.')
        sha = self._commit(repository, head, input)
        branches.move(self._world, repository, name, sha, self._actor.account, old=head)
        return {
            "clientMutationId": input.get("clientMutationId"),
            "commit": commit(self._world, repository, sha),
            "ref": ref(self._viewer, repository, name),
        }

    def _branch(self, wanted: dict[str, Any]) -> tuple[model.Repository, str]:
        """Find the branch: by its node id, or by the repository's name and its own."""
        if wanted.get("id"):
            number, _, name = wanted["id"].removeprefix("REF_").partition("_")
            found = next((each for each in self._world.repositories.values() if str(each.id) == number), None)
        else:
            name = wanted.get("branchName") or ""
            found = self._world.repositories.get((wanted.get("repositoryNameWithOwner") or "").lower())
        name = name.removeprefix(branches.BRANCH)
        if found is None or not name or not (self._actor.sees(found) or self._is_let_in(found, name)):
            raise refuse("NOT_FOUND", "Could not resolve to a branch with the given input.")
        return found, name

    def _is_let_in(self, repository: model.Repository, branch: str) -> bool:
        """Tell whether a fork's owner lets those write who may in the base, where Apps count among them."""
        return self._world.apps_enter_forks and any(
            pull.maintainer_can_modify and self._actor.may("contents:write", pull.repository)
            for pull in branches.open_from(self._world, repository, branch)
        )

    def _commit(self, repository: model.Repository, head: str, wanted: dict[str, Any]) -> str:
        changes = wanted.get("fileChanges") or {}
        files: branches.Files = {
            **{each["path"]: None for each in changes.get("deletions") or ()},
            **{each["path"]: _decoded(each["contents"]) for each in changes.get("additions") or ()},
        }
        for path, content in files.items():
            if content is None and repository.git.entry(head, path) is None:
                raise refuse(
                    "UNPROCESSABLE",
                    f"A path was requested for deletion which does not exist as of commit oid {head}: {path}",
                )
            self._guard_workflows(repository, path)
        me = branches.signature(self._world, self._actor.account)
        github = Signature("GitHub", "noreply@github.com", me.at)
        message = wanted["message"]["headline"]
        if wanted["message"].get("body"):
            message += f"\n\n{wanted['message']['body']}"
        try:
            tree = branches.tree_with(repository, head, files)
        except GitFailed as refusal:
            raise refuse("UNPROCESSABLE", str(refusal)) from refusal
        return repository.git.write_commit(tree, [head], message, me, github)

    def _guard_workflows(self, repository: model.Repository, path: str) -> None:
        """Refuse to touch workflows without the permission that is made for them."""
        app = self._actor.kind == "installation"
        if app and path.startswith(".github/workflows/") and not self._actor.may("workflows:write", repository):
            why = "refusing to allow a GitHub App to create or update workflow"
            raise refuse("FORBIDDEN", f"{why} `{path}` without `workflows` permission")

    def minimize_comment(self, _info: Info, input: dict[str, Any]) -> Any:  # noqa: A002 - GitHub's name
        """Hide a comment behind a reason."""
        comment = self._comment(input["subjectId"])
        comment.minimized = input["classifier"]
        return {"clientMutationId": input.get("clientMutationId"), "minimizedComment": view(self._viewer, comment)}

    def unminimize_comment(self, _info: Info, input: dict[str, Any]) -> Any:  # noqa: A002 - GitHub's name
        """Show a hidden comment again."""
        comment = self._comment(input["subjectId"])
        comment.minimized = None
        return {"clientMutationId": input.get("clientMutationId"), "unminimizedComment": view(self._viewer, comment)}

    def _comment(self, name: str) -> model.ReviewComment | model.IssueComment:
        comment = self._world.node(name)
        seen = isinstance(comment, model.ReviewComment | model.IssueComment)
        if not seen or not self._actor.sees(comment.pull.repository):
            raise refuse("NOT_FOUND", f"Could not resolve to a node with the global id of '{name}'")
        needs = ("pull_requests:write", "issues:write")
        if not any(self._actor.may(need, comment.pull.repository) for need in needs):
            raise refuse("FORBIDDEN", "Resource not accessible by integration")
        found: model.ReviewComment | model.IssueComment = comment
        return found

    def resolve_review_thread(self, _info: Info, input: dict[str, Any]) -> Any:  # noqa: A002 - GitHub's name
        """Mark a thread as resolved."""
        return self._turn(input, resolved=True)

    def unresolve_review_thread(self, _info: Info, input: dict[str, Any]) -> Any:  # noqa: A002 - GitHub's name
        """Open a resolved thread again."""
        return self._turn(input, resolved=False)

    def _turn(self, wanted: dict[str, Any], *, resolved: bool) -> Any:
        name = wanted["threadId"]
        thread = self._world.node(name)
        if not isinstance(thread, model.Thread) or not self._actor.sees(thread.pull.repository):
            raise refuse("NOT_FOUND", f"Could not resolve to a node with the global id of '{name}'")
        if not self._viewer.may_resolve(thread.pull.repository):
            raise refuse("FORBIDDEN", "Resource not accessible by integration")
        reviews.set_resolved(self._world, thread, self._actor.account, resolved=resolved)
        return {"clientMutationId": wanted.get("clientMutationId"), "thread": view(self._viewer, thread)}


def _decoded(contents: str) -> bytes:
    try:
        return b64decode(contents, validate=True)
    except NotBase64:
        raise refuse("UNPROCESSABLE", "A file's contents are not valid Base64.") from None
