"""The GraphQL door: documents are checked against GitHub's schema, errors come back with 200 and a type."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graphql import (
    ExecutionResult,
    GraphQLError,
    GraphQLSyntaxError,
    build_schema,
    execute_sync,
    parse,
    validate,
)

from deploy.standin import model
from deploy.standin.actor import Actor
from deploy.standin.clock import iso
from deploy.standin.errors import GitHubError
from deploy.standin.graph.mutations import Mutations
from deploy.standin.graph.views import Info, Viewer, account, view
from deploy.standin.world import Violation, World

SCHEMA = Path(__file__).with_name("schema.graphql")


class Root:
    """What a query or a mutation begins with."""

    def __init__(self, world: World, actor: Actor) -> None:
        self._world = world
        self._viewer = Viewer(world, actor)
        mutations = Mutations(world, actor)
        self.createCommitOnBranch = mutations.create_commit_on_branch
        self.minimizeComment = mutations.minimize_comment
        self.unminimizeComment = mutations.unminimize_comment
        self.resolveReviewThread = mutations.resolve_review_thread
        self.unresolveReviewThread = mutations.unresolve_review_thread

    def repository(self, _info: Info, owner: str, name: str, **_more: Any) -> Any:
        """Find a repository that the caller may see."""
        missing = f"Could not resolve to a Repository with the name '{owner}/{name}'."
        found = self._world.repositories.get(f"{owner}/{name}".lower())
        if found is None or not self._viewer.actor.sees(found):
            raise GraphQLError(missing, extensions={"type": "NOT_FOUND"})
        return view(self._viewer, found)

    def node(self, _info: Info, id: str) -> Any:  # noqa: A002 - GitHub's name of the argument
        """Find anything by its node id."""
        found = self._world.node(id)
        home = _home(found)
        if found is None or (home and not self._viewer.actor.sees(home)):
            missing = f"Could not resolve to a node with the global id of '{id}'"
            raise GraphQLError(missing, extensions={"type": "NOT_FOUND"})
        return view(self._viewer, found)

    def viewer(self, _info: Info) -> Any:
        """Show the caller; here alone a bot bears the ending of its login."""
        who = self._viewer.actor.account
        return {**account(self._world, who), "login": who.login}

    def rateLimit(self, _info: Info, **_more: Any) -> dict[str, Any]:  # noqa: N802 - GitHub's name
        """Tell what is left."""
        window = self._world.limits.window(self._viewer.actor.key, self._world.clock.now())
        counts = {"limit": window.limit, "remaining": window.remaining, "used": window.used}
        return {**counts, "cost": 1, "nodeCount": 0, "resetAt": iso(datetime.fromtimestamp(window.reset, UTC))}


def _home(thing: Any) -> model.Repository | None:
    """Find the repository that a thing lives in."""
    if isinstance(thing, model.Repository):
        return thing
    pull = thing if isinstance(thing, model.PullRequest) else getattr(thing, "pull", None)
    return pull.repository if pull else None


class GraphQL:
    """Answers GraphQL requests."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._schema = build_schema(SCHEMA.read_text("utf-8"))

    def answer(self, actor: Actor, body: Any) -> dict[str, Any]:
        """Answer a request: data, errors, or both."""
        if not isinstance(body, dict) or not isinstance(body.get("query"), str):
            raise GitHubError(400, "A query attribute must be specified and must be a string.")
        try:
            document = parse(body["query"])
        except GraphQLSyntaxError as error:
            return self._refuse([error])
        if errors := validate(self._schema, document):
            return self._refuse(errors)
        result = execute_sync(
            self._schema,
            document,
            root_value=Root(self._world, actor),
            variable_values=body.get("variables") or {},
            operation_name=body.get("operationName"),
        )
        return self._shape(result)

    def _refuse(self, errors: list[Any]) -> dict[str, Any]:
        self._world.violations.extend(Violation("request", "POST", "/graphql", error.message) for error in errors)
        return {"errors": [_error(error) for error in errors]}

    def _shape(self, result: ExecutionResult) -> dict[str, Any]:
        if not result.errors:
            return {"data": result.data}
        for error in result.errors:
            if error.original_error and not isinstance(error.original_error, GraphQLError):
                raise error.original_error
        # Variables that do not fit their types are found on execution, before anything is done.
        if result.data is None and not any(error.path for error in result.errors):
            return self._refuse(result.errors)
        return {"data": result.data, "errors": [_error(error) for error in result.errors]}


def _error(error: GraphQLError) -> dict[str, Any]:
    """Show an error as GitHub does: the type beside the message, not in extensions."""
    kind = (error.extensions or {}).get("type")
    shown = {name: value for name, value in error.formatted.items() if name != "extensions"}
    return {"type": kind, **shown} if kind else shown
