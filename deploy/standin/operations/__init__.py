"""The operations of GitHub's REST API that the stand-in imitates, by the names in GitHub's own document."""

from deploy.standin.api import HANDLERS
from deploy.standin.operations import (
    apps,
    checks,
    comments,
    commits,
    git_data,
    people,
    pulls,
    repositories,
    review_comments,
    reviews,
)

__all__ = [
    "HANDLERS",
    "apps",
    "checks",
    "comments",
    "commits",
    "git_data",
    "people",
    "pulls",
    "repositories",
    "review_comments",
    "reviews",
]
