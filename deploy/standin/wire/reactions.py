"""Reactions to comments in JSON, one by one and counted."""

from collections.abc import Sequence
from typing import Any

from deploy.standin.clock import iso
from deploy.standin.model import Reaction
from deploy.standin.wire.accounts import account
from deploy.standin.world import Links, node_id

REACTIONS = ("+1", "-1", "laugh", "confused", "heart", "hooray", "eyes", "rocket")


def reaction(links: Links, which: Reaction) -> dict[str, Any]:
    """Show a reaction."""
    return {
        "id": which.id,
        "node_id": node_id(which),
        "user": account(links, which.author),
        "content": which.content,
        "created_at": iso(which.created_at),
    }


def tally(url: str, reactions: Sequence[Reaction]) -> dict[str, Any]:
    """Count reactions by their kind."""
    contents = [each.content for each in reactions]
    return {"url": url, "total_count": len(contents), **{each: contents.count(each) for each in REACTIONS}}
