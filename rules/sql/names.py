"""Names of relations: as written, and as PostgreSQL keeps them."""

from dataclasses import dataclass
from typing import Final

MAX_BYTES: Final = 63  # NAMEDATALEN - 1; PostgreSQL cuts longer identifiers without an error


def stored(name: str) -> str:
    """Return the identifier that PostgreSQL keeps for *name*: its first 63 bytes, no half character."""
    if len(name) <= MAX_BYTES // 4:
        return name
    return name.encode("utf-8", "surrogatepass")[:MAX_BYTES].decode("utf-8", "ignore")


def object_name(table: str, column: str, label: str) -> str:
    """Return the name that PostgreSQL gives to a sequence, index or constraint: the longer part is cut first."""
    parts = [part.encode("utf-8", "surrogatepass") for part in (table, column)]
    room = MAX_BYTES - len(label) - 1 - bool(column)
    while sum(map(len, parts)) > room:
        longer = 0 if len(parts[0]) > len(parts[1]) else 1
        parts[longer] = parts[longer][:-1]
    kept = [part.decode("utf-8", "ignore") for part in parts]
    return "_".join([*filter(None, kept), label])


@dataclass(frozen=True, slots=True)
class Name:
    """The name of a table, index or type; without a prefix (a schema) the search path decides."""

    prefix: str | None
    name: str

    def __str__(self) -> str:
        return self.name if self.prefix is None else f"{self.prefix}.{self.name}"

    @property
    def stored(self) -> "Name":
        """The name that PostgreSQL keeps."""
        return Name(None if self.prefix is None else stored(self.prefix), stored(self.name))
