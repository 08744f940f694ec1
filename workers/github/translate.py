"""GitHub's JSON to our values, and ours to its."""

import base64
from collections.abc import Iterable, Mapping
from typing import Any

from workers.github.models import (
    Annotation,
    Button,
    ChangedFile,
    CheckRun,
    Collaborator,
    Commit,
    Comparison,
    InlineComment,
    NewCommit,
    PullRequest,
    Said,
    Thread,
    Tip,
)

Json = Mapping[str, Any]


def pull_request(json: Json) -> PullRequest:
    """Read a pull request."""
    return PullRequest(
        number=json["number"],
        author=(json["user"] or {}).get("login", "ghost"),
        head=_tip(json["head"]),
        base=_tip(json["base"]),
        open=json["state"] == "open",
        draft=bool(json.get("draft")),
        locked=bool(json.get("locked")),
        maintainers_may_edit=bool(json.get("maintainer_can_modify")),
    )


def comparison(json: Json) -> Comparison:
    """Read a comparison of a branch with a head."""
    files = (
        ChangedFile(file["filename"], file["status"], file.get("patch"), file.get("previous_filename"))
        for file in json.get("files") or ()
    )
    return Comparison(
        base=json["base_commit"]["sha"],
        merge_base=json["merge_base_commit"]["sha"],
        files={file.path: file for file in files},
        commits=tuple(Commit(commit["sha"], commit["commit"]["message"]) for commit in json["commits"]),
    )


def threads(nodes: Iterable[Json], viewer: str) -> list[Thread]:
    """Read review threads, and keep those that *viewer* began: a stranger can write our markers, too."""
    found = []
    for node in nodes:
        first = next(iter(node["comments"]["nodes"]), None)
        if first is None or not first["viewerDidAuthor"]:
            continue
        resolver = (node["resolvedBy"] or {}).get("login")
        found.append(
            Thread(
                id=node["id"],
                path=node["path"],
                comment=first["id"],
                comment_number=first["databaseId"],
                body=first["body"],
                resolved=node["isResolved"],
                resolved_by_us=node["isResolved"] and _is_same(resolver, viewer),
                minimized=first["isMinimized"],
            )
        )
    return found


def said(nodes: Iterable[Json]) -> tuple[Said, ...]:
    """Read comments of the conversation, and keep our own."""
    return tuple(Said(node["databaseId"], node["body"]) for node in nodes if node["viewerDidAuthor"])


def check_run(json: Json) -> CheckRun:
    """Read a check run."""
    return CheckRun(json["id"], (json.get("output") or {}).get("annotations_count") or 0)


def collaborator(json: Json) -> Collaborator:
    """Read a permission; the older word is used, to which GitHub maps custom roles, too."""
    return Collaborator(json["user"]["login"], json["user"]["id"], json["permission"])


def inline_comment(comment: InlineComment) -> Json:
    """Write a comment of a review; GitHub refuses a range of one line."""
    json: dict[str, Any] = {"path": comment.path, "line": comment.last, "side": "RIGHT", "body": comment.body}
    if comment.first < comment.last:
        json |= {"start_line": comment.first, "start_side": "RIGHT"}
    return json


def actions(buttons: Iterable[Button]) -> list[Json]:
    """Write the buttons of a check run."""
    return [dict(zip(("label", "description", "identifier"), button.value, strict=True)) for button in buttons]


def annotation(annotation: Annotation) -> Json:
    """Write an annotation of a check run."""
    return {
        "path": annotation.path,
        "start_line": annotation.first,
        "end_line": annotation.last,
        "annotation_level": annotation.level.value,
        "title": annotation.title,
        "message": annotation.message,
    }


def commit(change: NewCommit) -> Json:
    """Write the variables of a commit on a branch."""
    additions = [
        {"path": path, "contents": base64.b64encode(text.encode()).decode()} for path, text in change.files.items()
    ]
    return {
        "input": {
            "branch": {"repositoryNameWithOwner": change.repository, "branchName": change.branch},
            "expectedHeadOid": change.expected_head,
            "message": {"headline": change.headline, "body": change.body},
            "fileChanges": {"additions": additions},
        }
    }


def is_called(repository: str | None, name: str) -> bool:
    """Tell whether a repository is called *name*; GitHub makes no difference between small letters and capitals."""
    return repository is not None and repository.lower() == name.lower()


def _tip(json: Json) -> Tip:
    return Tip((json["repo"] or {}).get("full_name"), json["ref"], json["sha"])


def _is_same(resolver: str | None, viewer: str) -> bool:
    """Tell whether *resolver* is *viewer*: an App is `ecto-fix[bot]` here, `ecto-fix` there, and may not show at all.

    GitHub's schema has room for a user only where it says who resolved a thread.
    """
    return resolver is None or resolver.removesuffix("[bot]") == viewer.removesuffix("[bot]")
