"""Which kinds of index there are, and what each of them takes."""

from collections.abc import Sequence
from typing import Final

from rules.postgres.effects.retyping import base
from rules.rewrite.names import identifier
from rules.schema.model import Table
from rules.sentences.drafting.step import CannotDraftError
from rules.sentences.intent import Part, Sql

TEXTS: Final = ("text", "character varying", "citext")
WITHIN: Final = ("jsonb", "tsvector", "hstore")  # types that a GIN index takes by itself, lists aside
INCLUDING: Final = frozenset({None, "btree", "gist"})
SINGLE: Final = frozenset({"hash", "spgist"})  # kinds of index that take one column
ORDERED: Final = frozenset({None, "btree"})
# Types with an order, which a BRIN index takes by itself, and a GiST index with the help of btree_gist.
SCALARS: Final = frozenset(
    {
        *("smallint", "integer", "bigint", "numeric", "real", "double precision"),
        *("uuid", "text", "character varying", "date", "interval"),
        *("timestamp without time zone", "timestamp with time zone", "time without time zone"),
    }
)


def method_within(part: Part, table: Table) -> str | None:
    """Return the kind of index that finds what is within the values of a column; None where a B-tree does."""
    kind = str(table.columns[part].type) if isinstance(part, str) else ""
    return "gin" if kind in WITHIN or kind.endswith("[]") else None


def by_trigrams(part: Part, table: Table) -> Part:
    """Return a part of a GIN index with the operator class that text needs there."""
    kind = str(table.columns[part].type) if isinstance(part, str) else ""
    if isinstance(part, str) and kind.startswith(TEXTS) and not kind.endswith("[]"):
        return Sql(f"{identifier(part)} gin_trgm_ops")
    return part


def insist_on_method(using: str | None, parts: Sequence[Part], table: Table, *, unique: bool, includes: bool) -> None:
    """Raise where an index of that kind does not do that."""
    if using not in ORDERED and unique:
        raise CannotDraftError(f"A unique index is a B-tree: `{using}` keeps nothing unique.")
    if using in SINGLE and len(parts) > 1:
        raise CannotDraftError(f"An index of the kind `{using}` takes one column.")
    if includes and using not in INCLUDING:
        raise CannotDraftError(f"An index of the kind `{using}` includes no other columns.")
    for part in parts if using in {"gin", "gist", "spgist", "brin"} else ():
        kind = str(table.columns[part].type) if isinstance(part, str) else ""
        if kind and not takes(str(using), kind):
            raise CannotDraftError(f"An index of the kind `{using}` cannot hold `{part}`, which is a `{kind}`.")


def takes(using: str, kind: str) -> bool:
    """Tell whether an index of a kind holds values of the type *kind* by itself."""
    if using == "gin":
        return kind in WITHIN or kind.endswith("[]")
    if using == "brin":
        return base(kind) in SCALARS
    shapes = ("range", "point", "box", "polygon", "circle", "inet", "geometry", "geography", "tsvector", "ltree")
    return any(shape in kind for shape in shapes) or (
        using == "spgist" and kind.startswith(("text", "character varying"))
    )
