"""How GitHub says no: the status, the message and the list of errors, in its own words."""

from collections.abc import Sequence
from typing import Any


class GitHubError(Exception):
    """An answer other than success, to be sent as JSON."""

    def __init__(
        self, status: int, message: str, errors: Sequence[Any] = (), headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = errors
        self.headers = headers or {}

    def body(self, documentation: str) -> dict[str, Any]:
        """Shape the JSON body; *documentation* is the address that GitHub adds to every error."""
        errors = {"errors": list(self.errors)} if self.errors else {}
        return {"message": self.message, **errors, "documentation_url": documentation, "status": str(self.status)}


def not_found() -> GitHubError:
    """Say what GitHub says of things that are not there and of things that you may not see."""
    return GitHubError(404, "Not Found")


def not_accessible() -> GitHubError:
    """Say that the App's token lacks a permission."""
    return GitHubError(403, "Resource not accessible by integration")


def unprocessable(message: str, *errors: Any) -> GitHubError:
    """Say that the request was read and makes no sense."""
    return GitHubError(422, message, errors)


def validation_failed(resource: str, field: str, code: str, message: str | None = None) -> GitHubError:
    """Say which field of which resource is wrong, in the shape of `Validation Failed`."""
    error = {"resource": resource, "field": field, "code": code}
    return unprocessable("Validation Failed", error | ({"message": message} if message else {}))
