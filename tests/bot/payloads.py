"""What GitHub sends, as little of it as we read."""

import time
from datetime import UTC, datetime
from typing import Any

WHERE = {"repository": {"full_name": "acme/shop"}, "installation": {"id": 42}}
REVIEW = "42:acme/shop#7"
COMMAND = "42:acme/shop#7/comment/900"


def pull_request(action: str | None = "opened", **changes: Any) -> dict[str, Any]:
    return {"action": action, "pull_request": {"number": 7, "title": "Add teams"}} | WHERE | changes


def comment(body: str = "/ecto-fix", **changes: Any) -> dict[str, Any]:
    written = {
        "id": 900,
        "body": body,
        "user": {"login": "jo", "type": "User"},
        "created_at": datetime.fromtimestamp(time.time(), UTC).isoformat(),
    }
    issue = {"number": 7, "pull_request": {"url": "https://api.github.com/repos/acme/shop/pulls/7"}}
    return {"action": "created", "issue": issue, "comment": written | changes} | WHERE
