"""What a statement does to one table: its lock, whether it reads every row, whether it writes all of them anew."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rules.postgres.locks import Lock
from rules.schema.model import key
from rules.sql.names import Name


@dataclass(frozen=True, slots=True)
class Effect:
    """The strongest lock that a statement holds on a table, and what it does meanwhile; None is not known."""

    lock: Lock
    on: Name
    reads_table: bool | None = False
    rewrites_table: bool | None = False  # a new copy of the table, with all of its indexes

    def __str__(self) -> str:
        meanwhile = ", rewrites it" if self.rewrites_table else ", reads all of it" if self.reads_table else ""
        return f"{self.lock} on `{self.on}`{meanwhile}"


def merged(effects: Iterable[Effect]) -> Iterator[Effect]:
    """Yield one effect for each table, in the order in which the tables are met."""
    found: dict[Name, Effect] = {}
    for effect in effects:
        name = key(effect.on)
        known = found.get(name, effect)
        rewrites = either(known.rewrites_table, effect.rewrites_table)
        reads = either(rewrites, known.reads_table, effect.reads_table)
        found[name] = Effect(max(known.lock, effect.lock), name, reads, rewrites)
    yield from found.values()


def either(*claims: bool | None) -> bool | None:
    """Return True where one is, else None where one is not known."""
    return True if True in claims else None if None in claims else False
