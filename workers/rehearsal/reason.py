"""Why there is no rehearsal, and which of PostgreSQL's errors say so instead of something about the migration."""

from types import MappingProxyType
from typing import Final

import psycopg

SAID: Final = 300  # characters of what a server or a stranger says
EXCUSES: Final = MappingProxyType(
    {
        "42501": "it needs more than the owner of a database may do",
        "53": "it needs more room than a rehearsal has",
        "57014": "a statement took too long",
        "58P01": "this PostgreSQL lacks what it needs",
    }
)
NO_EXTENSION: Final = "0A000"  # what PostgreSQL 15 and later say of a missing extension, and of much else


class CannotRehearse(Exception):
    """There is no rehearsal; str() is the reason, which completes "not rehearsed, because"."""


def excuse(error: psycopg.Error) -> str | None:
    """Return why *error* tells nothing of the migration; nothing when it does."""
    state = error.sqlstate or ""
    said = shortened(error.diag.message_primary or str(error))
    if state == NO_EXTENSION and said.startswith('extension "'):
        state = "58P01"
    return next((f"{reason}: {said}" for prefix, reason in EXCUSES.items() if state.startswith(prefix)), None)


def shortened(text: str) -> str:
    """Return *text* on one line that can be read."""
    line = " ".join(text.split())
    return line if len(line) <= SAID else line[:SAID] + "…"
