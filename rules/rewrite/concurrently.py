"""CONCURRENTLY put into a statement of SQL that has such a form, and all that it needs around it."""

import re
from typing import Final

from rules.ecto.commands import Execute
from rules.ecto.migration import Migration
from rules.rewrite.edit import Edit
from rules.rewrite.elixir import CannotWriteError
from rules.rewrite.place import add_text, outside_transaction
from rules.rewrite.validate import place_in_text
from rules.sql.effects import Effect, Maintained

# Behind which words it stands. DETACH PARTITION has such a form, too, and leaves a check behind that no ATTACH drops.
BEHIND: Final = {
    "REINDEX": re.compile(r"REINDEX\s+(?:\([^()]*\)\s*)?(?:INDEX|TABLE)\b", re.IGNORECASE),
    "REFRESH MATERIALIZED VIEW": re.compile(r"REFRESH\s+MATERIALIZED\s+VIEW\b", re.IGNORECASE),
}
SINCE: Final = {"REINDEX": 12, "REFRESH MATERIALIZED VIEW": 9}  # PostgreSQL's release notes
IN_TRANSACTION: Final = frozenset({"REFRESH MATERIALIZED VIEW"})


def said_concurrently(migration: Migration, execute: Execute, version: int, *, lock: bool) -> tuple[Edit, ...]:
    """Return the edits that let a statement do its work beside others, on PostgreSQL *version*."""
    action, sql = _action(execute.effects), execute.sql
    if action not in BEHIND or version < SINCE[action] or sql is None or execute.place.shared:
        raise CannotWriteError("the statement has no concurrent form there")
    at = place_in_text(migration.source, sql)
    found = BEHIND[action].match(sql.text, sql.statements[0].start, sql.statements[0].end)
    if found is None:
        raise CannotWriteError("the statement is written otherwise")
    edits = add_text(migration.source, at + found.end(), " CONCURRENTLY")
    if action in IN_TRANSACTION:
        return edits
    if len(migration.up.commands) > 1:
        raise CannotWriteError("what else the migration does needs its transaction")
    return (*edits, *outside_transaction(migration, lock=lock))


def _action(effects: tuple[Effect, ...]) -> str:
    match effects:
        case (Maintained(action=action, concurrently=False),):
            return action
        case _:
            return ""
