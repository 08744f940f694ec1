"""GitHub's endpoints as its documentation names them, so that requests can be counted without naming anybody."""

from typing import Final

WORDS: Final = frozenset(
    {
        "access_tokens",
        "annotations",
        "app",
        "app-manifests",
        "attempts",
        "blobs",
        "branches",
        "check-runs",
        "check-suites",
        "collaborators",
        "comments",
        "commits",
        "compare",
        "contents",
        "conversions",
        "deliveries",
        "dismissals",
        "files",
        "git",
        "graphql",
        "heads",
        "hook",
        "installation",
        "installations",
        "issues",
        "permission",
        "pulls",
        "reactions",
        "ref",
        "refs",
        "replies",
        "repos",
        "repositories",
        "requested_reviewers",
        "reviews",
        "token",
        "trees",
        "user",
        "users",
    }
)
OTHER: Final = "*"  # in place of whatever a repository, a person or a file is called


def endpoint(verb: str, url: str) -> str:
    """Return the endpoint of a request, such as `GET /repos/*/*/pulls/*`; it has no name in it that is not GitHub's."""
    parts = url.partition("?")[0].strip("/").split("/")
    named = [part if part in WORDS else OTHER for part in parts]
    if named[0] == "repos":
        named[1:3] = [OTHER] * len(named[1:3])
    if "contents" in named[3:4]:
        named[4:] = [OTHER]  # a path is one name, however deep
    return f"{verb} /{'/'.join(named)}"
