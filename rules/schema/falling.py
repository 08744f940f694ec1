"""What falls with an object that is dropped, and what falls with that."""

from collections.abc import Iterable

from rules.schema.dependence import VIEWS, depends
from rules.schema.draft import Draft
from rules.schema.model import Thing, ThingKey
from rules.sql.effects import Kind


def fall(draft: Draft, first: Iterable[ThingKey]) -> None:
    """Drop *first* and everything that goes when they go."""
    gone: set[ThingKey] = set()
    new = set(first)
    while new:
        gone |= new
        dropped = [draft.things[at] for at in new]
        new = {at for at, thing in draft.things.items() if at not in gone and _falls(thing, dropped)}
    for at in gone:
        thing = draft.things.pop(at)
        if thing.kind is Kind.MATERIALIZED_VIEW:
            draft.tables.pop(thing.name, None)


def _falls(thing: Thing, dropped: Iterable[Thing]) -> bool:
    return any(depends(thing, on) or (on.kind in VIEWS and thing.table == on.name) for on in dropped)
