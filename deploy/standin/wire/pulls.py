"""Pull requests and the issues that they also are, in JSON."""

from typing import Any

from deploy.standin.anchors import files, merge_base
from deploy.standin.clock import iso, iso_or_none
from deploy.standin.mergeability import mergeable_state, merges_cleanly
from deploy.standin.model import PullRequest, Repository
from deploy.standin.wire.accounts import account, association
from deploy.standin.wire.reactions import tally
from deploy.standin.wire.repositories import address, repository
from deploy.standin.world import Links, World, node_id


def pull_request(world: World, links: Links, pull: PullRequest) -> dict[str, Any]:
    """Show a pull request with all that is computed for it alone."""
    changed = files(pull)
    is_open = pull.closed_at is None
    return {
        **simple_pull_request(links, pull),
        "merged": pull.merged_at is not None,
        "mergeable": merges_cleanly(pull) if is_open else None,
        "rebaseable": None,
        "mergeable_state": mergeable_state(world, pull),
        "merged_by": account(links, pull.merged_by) if pull.merged_by else None,
        "comments": len(pull.comments),
        "review_comments": sum(len(thread.comments) for thread in pull.threads),
        "maintainer_can_modify": pull.maintainer_can_modify,
        "commits": len(pull.repository.git.log(pull.head_sha, merge_base(pull))),
        "additions": sum(each.additions for each in changed),
        "deletions": sum(each.deletions for each in changed),
        "changed_files": len(changed),
    }


def simple_pull_request(links: Links, pull: PullRequest) -> dict[str, Any]:
    """Show a pull request as it stands in lists."""
    home, web = address(links, pull.repository), f"{links.web}/{pull.repository.full_name}/pull/{pull.number}"
    api, issue = f"{home}/pulls/{pull.number}", f"{home}/issues/{pull.number}"
    addresses = {
        "self": api,
        "html": web,
        "issue": issue,
        "comments": f"{issue}/comments",
        "review_comments": f"{api}/comments",
        "review_comment": f"{home}/pulls/comments{{/number}}",
        "commits": f"{api}/commits",
        "statuses": f"{home}/statuses/{pull.head_sha}",
    }
    return {
        "url": api,
        "id": pull.id,
        "node_id": node_id(pull),
        "html_url": web,
        "diff_url": f"{web}.diff",
        "patch_url": f"{web}.patch",
        "issue_url": issue,
        "number": pull.number,
        "state": pull.state,
        "locked": False,
        "title": pull.title,
        "user": account(links, pull.author),
        "body": pull.body or None,
        "created_at": iso(pull.created_at),
        "updated_at": iso(pull.updated_at),
        "closed_at": iso_or_none(pull.closed_at),
        "merged_at": iso_or_none(pull.merged_at),
        "merge_commit_sha": pull.merge_commit_sha,
        **dict.fromkeys(("assignee", "milestone", "auto_merge", "active_lock_reason"), None),
        "assignees": [],
        "requested_reviewers": [],
        "requested_teams": [],
        "labels": [],
        "draft": pull.draft,
        **{f"{name}_url": addresses[name] for name in ("commits", "review_comments", "review_comment", "comments")},
        "statuses_url": addresses["statuses"],
        "head": _end(links, pull.head_repository, pull.head_ref, pull.head_sha),
        "base": _end(links, pull.repository, pull.base_ref, pull.base_sha),
        "_links": {name: {"href": href} for name, href in addresses.items()},
        "author_association": association(pull.author, pull.repository),
    }


def _end(links: Links, of: Repository, ref: str, sha: str) -> dict[str, Any]:
    user, repo = account(links, of.owner), repository(links, of)
    return {"label": f"{of.owner.login}:{ref}", "ref": ref, "sha": sha, "user": user, "repo": repo}


def brief_pull_request(links: Links, pull: PullRequest) -> dict[str, Any]:
    """Show a pull request as checks refer to it."""

    def end(of: Repository, ref: str, sha: str) -> dict[str, Any]:
        return {"ref": ref, "sha": sha, "repo": {"id": of.id, "url": address(links, of), "name": of.name}}

    return {
        "url": f"{address(links, pull.repository)}/pulls/{pull.number}",
        "id": pull.id,
        "number": pull.number,
        "head": end(pull.head_repository, pull.head_ref, pull.head_sha),
        "base": end(pull.repository, pull.base_ref, pull.base_sha),
    }


def issue(links: Links, pull: PullRequest) -> dict[str, Any]:
    """Show the issue that a pull request also is."""
    home = address(links, pull.repository)
    api, pulls = f"{home}/issues/{pull.number}", f"{home}/pulls/{pull.number}"
    web = f"{links.web}/{pull.repository.full_name}/pull/{pull.number}"
    simple = simple_pull_request(links, pull)
    same = (
        "number",
        "title",
        "user",
        "state",
        "locked",
        "assignee",
        "assignees",
        "milestone",
        "body",
        "draft",
        "labels",
    )
    times = ("created_at", "updated_at", "closed_at", "author_association", "active_lock_reason")
    return {
        "id": pull.id + 1,
        "node_id": node_id(pull),
        "url": api,
        "repository_url": home,
        "labels_url": f"{api}/labels{{/name}}",
        "comments_url": f"{api}/comments",
        "events_url": f"{api}/events",
        "html_url": web,
        "comments": len(pull.comments),
        **{name: simple[name] for name in (*same, *times)},
        "state_reason": None,
        "reactions": tally(f"{api}/reactions", ()),
        "pull_request": {
            "url": pulls,
            "html_url": web,
            "diff_url": f"{web}.diff",
            "patch_url": f"{web}.patch",
            "merged_at": iso_or_none(pull.merged_at),
        },
    }
