"""GitHub's JSON where the stand-in has only one of its shapes."""

from typing import Any

import pytest

from workers.github import translate
from workers.github.models import InlineComment

THREAD: dict[str, Any] = {
    "id": "T1",
    "path": "a.exs",
    "isResolved": True,
    "resolvedBy": None,
    "comments": {"nodes": [{"id": "C1", "databaseId": 1, "body": "…", "isMinimized": False, "viewerDidAuthor": True}]},
}
PULL: dict[str, Any] = {
    "number": 7,
    "user": None,
    "state": "open",
    "head": {"repo": None, "ref": "add", "sha": "a"},
    "base": {"repo": {"full_name": "acme/shop"}, "ref": "main", "sha": "b"},
}


@pytest.mark.parametrize(
    ("resolver", "by_us"),
    [(None, True), ({"login": "ecto-fix"}, True), ({"login": "ecto-fix[bot]"}, True), ({"login": "maria"}, False)],
)
def test_an_app_that_resolved_a_thread_may_not_be_named(resolver: dict[str, str] | None, by_us: bool) -> None:  # noqa: FBT001  # a case
    (thread,) = translate.threads([THREAD | {"resolvedBy": resolver}], "ecto-fix[bot]")

    assert thread.resolved_by_us is by_us


def test_a_thread_without_comments_is_nobodys() -> None:
    assert translate.threads([THREAD | {"comments": {"nodes": []}}], "ecto-fix[bot]") == []


def test_an_author_and_a_fork_may_be_gone() -> None:
    pull = translate.pull_request(PULL)

    assert (pull.author, pull.head.repository, pull.from_fork) == ("ghost", None, True)


def test_one_line_is_no_range() -> None:
    assert translate.inline_comment(InlineComment("a", 5, 5, "…")) == {
        "path": "a",
        "line": 5,
        "side": "RIGHT",
        "body": "…",
    }
    assert translate.inline_comment(InlineComment("a", 4, 5, "…")) == {
        "path": "a",
        "line": 5,
        "side": "RIGHT",
        "body": "…",
        "start_line": 4,
        "start_side": "RIGHT",
    }
