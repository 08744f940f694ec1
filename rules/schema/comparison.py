"""Where two schemas differ, attribute by attribute, and whether the difference is certain."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from rules.schema.model import UNSURE, Check, Column, Constraint, Exclusion, Index, Schema, SomeConstraint, Table, Thing
from rules.sql.canonical import Place, alike
from rules.sql.effects import Kind

# Attributes that are SQL, which may be written in many ways.
EXPRESSIONS: Final[Mapping[type, Mapping[str, Place]]] = {
    Column: {"default": Place.EXPRESSION, "generated": Place.GENERATED},
    Check: {"expression": Place.EXPRESSION},
    Exclusion: {"using": Place.EXCLUSION},
    Index: {
        "columns": Place.INDEX_COLUMN,
        "include": Place.INDEX_COLUMN,
        "where": Place.EXPRESSION,
        "storage": Place.STORAGE,
    },
}
SETTINGS: Final = re.compile(r"\bWITH\s*\([^)]*\)", re.IGNORECASE)
LABELS: Final = {"casts": "cast columns"}  # of attributes whose own names say too little
TRAITS: Final = frozenset({"traits", "settings"})  # each is an attribute of its own
TRAITED: Final = frozenset({Kind.DOMAIN, Kind.POLICY, Kind.SEQUENCE})  # their traits tell all of them
NAMED: Final = frozenset({Kind.EXTENSION, Kind.SCHEMA, Kind.ROLE})  # whose names do
DEFINED: Final = frozenset(Kind) - TRAITED - NAMED


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was, in words for people; names are in backticks."""

    attribute: str  # what is compared: a thing, or a trait of it, such as "the default of `users.name`"
    before: str | None  # None where it was not there
    after: str | None  # None where it is gone
    is_certain: bool = True

    @property
    def text(self) -> str:
        """Say it in a sentence without its full stop."""
        if not self.is_certain:
            return f"{self.attribute} may not be what it was"
        if self.before is None or self.after is None:
            return f"{self.attribute} {'is left over' if self.before is None else 'is not restored'}"
        return f"{self.attribute}: {self.before} before, {self.after} after the rollback"


def differences(before: Schema, after: Schema) -> Iterator[Difference]:
    """Yield what of *before* is missing, left over or changed in *after*."""
    # An index of a table that nobody knows may be back, now that we know which table it is of.
    adrift = {f"`{at[2]}`" for at in before.things if at[0] is Kind.INDEX}
    back = {name for name in adrift if any(name.strip("`") in table.indexes for table in after.tables.values())}
    for one in _differences(before, after):
        yield replace(one, is_certain=False) if any(name in one.attribute for name in back) else one


def _differences(before: Schema, after: Schema) -> Iterator[Difference]:
    for name, old, new in _pairs(before.tables, after.tables):
        if old is None or new is None:
            yield _presence(f"table `{name}`", old)
        elif old is not new:
            # Where one of the two is not the other's table and not known to its end, the rest of it may hold anything.
            doubtful = {"before": new.whole and not old.whole, "after": old.whole and not new.whole}
            for one in _tables(old, new):
                is_rest = any(doubtful[side] and getattr(one, side) is None for side in doubtful)
                yield replace(one, is_certain=False) if is_rest else one
    for (kind, _, name), old, new in _pairs(before.things, after.things):
        if old is None or new is None:
            yield _presence(f"{kind.value} `{name}`", old)
        elif old is not new:
            yield from _things(old, new)


def unlike(before: Any, after: Any) -> bool:
    """Tell whether two columns, indexes, constraints or things certainly differ."""
    if type(before) is not type(after):
        return True
    if isinstance(before, Thing):
        return any(one.is_certain for one in _things(before, after))
    if isinstance(before, Column):
        return any(one.is_certain for one in _attributes("", before, after))
    return any(certain for *_, certain in _unlike(before, after))


def _presence(what: str, before: object) -> Difference:
    """Say that something is on one side only: the one where *before* is not None, or the other."""
    return Difference(what, None, "there") if before is None else Difference(what, "there", None)


def _another(what: str, *, is_certain: bool) -> Difference:
    """Say that two definitions are unlike, of which we do not know how."""
    return Difference(what, "one definition", "another", is_certain)


def _pairs(before: Mapping[Any, Any], after: Mapping[Any, Any]) -> Iterator[tuple[Any, Any, Any]]:
    for key in sorted({**before, **after}, key=str):
        yield key, before.get(key), after.get(key)


def _tables(old: Table, new: Table) -> Iterator[Difference]:
    for name, before, after in _pairs(old.columns, new.columns):
        where = f"`{old.name}.{name}`"
        if before is None or after is None:
            yield _presence(f"column {where}", before)
        else:
            yield from _attributes(where, before, after)
    for name, before, after in _pairs(old.indexes, new.indexes):
        yield from _parts(f"index `{name}` on `{old.name}`", before, after)
    for name, before, after in _pairs(old.constraints, new.constraints):
        yield from _parts(f"constraint `{name}` on `{old.name}`", before, after)
    for what, before, after, place in (
        ("comment", old.comment, new.comment, None),
        ("options", _behind(old), _behind(new), Place.TABLE),
    ):
        differ = before != after and _differ(before, after, place)
        if differ is not False:
            yield Difference(f"the {what} of `{old.name}`", _shown(before), _shown(after), bool(differ))
    yield from _traits(f"`{old.name}`", old.traits, new.traits)


def _behind(table: Table) -> str | None:
    """Return the SQL behind the columns but for the storage parameters, which are traits."""
    return SETTINGS.sub("", table.suffix or "").strip() or None


def _traits(what: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Difference]:
    for trait, before, after in _pairs(old, new):
        differ = before != after and _differ(before, after, Place.EXPRESSION)
        if differ is not False:
            yield Difference(f"the {trait} of {what}", _shown(before), _shown(after), bool(differ))


def _attributes(where: str, old: Column, new: Column) -> Iterator[Difference]:
    for name, before, after, certain in _unlike(old, new):
        if name == "null":
            yield Difference(where, _nullness(before), _nullness(after), certain)
        else:
            yield Difference(f"the {name} of {where}", _shown(before), _shown(after), certain)
    yield from _traits(where, old.settings, new.settings)


def _nullness(null: Any) -> str:
    return {True: "nullable", False: "NOT NULL"}.get(null, "of unknown nullability")


def _parts(what: str, old: Index | Constraint | None, new: Index | Constraint | None) -> Iterator[Difference]:
    if old is None or new is None:
        yield _presence(what, old)
    elif isinstance(old, SomeConstraint) or isinstance(new, SomeConstraint) or type(old) is not type(new):
        if old != new:
            yield _another(what, is_certain=False)
    else:
        for name, before, after, certain in _unlike(old, new):
            trait = LABELS.get(name, name.replace("_", " "))
            yield Difference(f"the {trait} of {what}", _shown(before), _shown(after), certain)


def _unlike(old: Any, new: Any) -> Iterator[tuple[str, Any, Any, bool]]:
    """Yield the fields in which two values of one class differ, or may differ, and whether that is certain."""
    places = EXPRESSIONS.get(type(old), {})
    for one in fields(old) if old != new else ():
        before, after = getattr(old, one.name), getattr(new, one.name)
        if one.compare and before != after and one.name not in TRAITS:
            differ = None if UNSURE in (before, after) else _differ(before, after, places.get(one.name))
            if differ is not False:
                yield one.name, before, after, bool(differ)


def _differ(before: Any, after: Any, place: Place | None) -> bool | None:
    """Tell whether two values differ, and not only in how their SQL is written; None where that is not known."""
    if place is None:
        return True
    if isinstance(before, tuple) and isinstance(after, tuple) and len(before) == len(after):
        said = {_differ(*pair, place) for pair in zip(before, after, strict=True)}
        return True if True in said else None if None in said else False
    if not isinstance(before, str) or not isinstance(after, str):
        return True
    same = alike(before, after, place)
    return None if same is None else not same


def _things(old: Thing, new: Thing) -> Iterator[Difference]:
    what = f"{old.kind.value} `{old.name}`"
    is_certain = not (old.is_stale or new.is_stale)  # the text of one may have another name than PostgreSQL knows
    if old.values != new.values:
        yield Difference(f"the values of {what}", _shown(old.values), _shown(new.values))
    for one in _traits(what, old.traits, new.traits):
        yield replace(one, is_certain=one.is_certain and is_certain)
    if old.comment != new.comment:
        yield Difference(f"the comment of {what}", _shown(old.comment), _shown(new.comment))
    if old.kind in DEFINED | TRAITED and UNSURE in {old.definition, new.definition}:
        yield _another(what, is_certain=False)
    elif old.kind in DEFINED and old.definition != new.definition:
        differ = _differ(old.definition, new.definition, Place.STATEMENT)
        if differ is not False:
            yield _another(what, is_certain=bool(differ) and is_certain)


def _shown(value: Any) -> str:
    match value:
        case None | ():
            return "none"
        case frozenset():
            return _shown(tuple(sorted(value)))
        case True | False:
            return str(value).lower()
        case tuple():
            return f"`{', '.join(map(str, value))}`"
        case _ if value is UNSURE:
            return "unknown"
        case _:
            return f"`{value}`"
