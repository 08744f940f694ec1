"""What of a `structure.sql` is for a server, and what of that makes the database again for whoever owns it."""

import re
from typing import Final

from rules.sql.effects import Commented, Effect, Granted, Kind, ObjectAltered, ObjectCreated, TableAltered
from rules.sql.names import Name
from rules.sql.reader import read_each
from rules.sql.statements import SqlStatement

# Lines for psql and not for the server, and rows between COPY and their end.
ROWS: Final = re.compile(r"^COPY [^;]*FROM stdin;\n.*?^\\\.$", re.MULTILINE | re.DOTALL)
META: Final = re.compile(r"^\\.*$", re.MULTILINE)

# A dump refers to what follows, and names everything in full, where its settings do not say where to look.
LENIENT: Final = "SET check_function_bodies = off"
# The session's settings, its path, the versions and the owners: none of it is part of a schema.
ASIDE: Final = frozenset({"VariableSetStmt", "SelectStmt", "InsertStmt", "AlterOwnerStmt"})
PUBLIC: Final = (Kind.SCHEMA, Name(None, "public"))


def plain(text: str) -> str:
    """Return a dump without what only psql understands."""
    return META.sub("", ROWS.sub("", text))


def loading(text: str) -> tuple[str, ...]:
    """Return the statements that make what was dumped, for one session of whoever owns an empty database."""
    sent = plain(text)
    return (LENIENT, *(sent[one.start : one.end] for one in read_each(sent) if not _is_aside(one)))


def _is_aside(statement: SqlStatement) -> bool:
    return statement.node in ASIDE or any(map(_concerns_others, statement.effects))


def _concerns_others(effect: Effect) -> bool:
    """Tell whether an effect is about other roles, or on what every database has already."""
    match effect:
        case Granted():
            return True
        case TableAltered(action=action) | ObjectAltered(action=action):
            return action == "ChangeOwner"
        case Commented(kind=kind):
            return kind is Kind.EXTENSION
        case ObjectCreated(kind=kind, name=name):
            return (kind, name) == PUBLIC
        case _:
            return False
