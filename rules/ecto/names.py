"""The names that Ecto makes up for indexes and foreign keys."""

import re
from collections.abc import Iterable
from typing import Final

NOT_A_WORD: Final = re.compile(rb"[^A-Za-z0-9_]")


def index_name(table: str, columns: Iterable[str]) -> str:
    """Return the name that Ecto gives an index without one; longer names are cut by PostgreSQL, not by Ecto."""
    return "_".join(_word(part) for part in (table, *columns, "index"))


def foreign_key_name(table: str, column: str) -> str:
    """Return the name that Ecto gives a foreign key without one."""
    return f"{table}_{column}_fkey"


def _word(part: str) -> str:
    # Ecto replaces bytes, not characters: an umlaut becomes two underscores.
    return NOT_A_WORD.sub(b"_", part.encode("utf-8", "surrogatepass")).rstrip(b"_").decode()
