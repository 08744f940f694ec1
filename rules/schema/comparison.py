"""Where two schemas differ, attribute by attribute, and whether the difference is certain."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from rules.schema.model import UNSURE, Check, Column, Constraint, Exclusion, Index, Schema, SomeConstraint, Table, Thing
from rules.sql.effects import Kind

CAST: Final = re.compile(r"::[a-z_ ]+(\(\d+(,\d+)?\))?(\[\])?")
HEAD: Final = re.compile(r"^create( or replace)?( if not exists)?\b", re.IGNORECASE)
STRING: Final = re.compile(r"'(?:[^']|'')*'")
LITERAL: Final = re.compile(r"'(?:[^']|'')*'|-?[\d.]+|true|false|null", re.IGNORECASE)


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
    for name, old, new in _pairs(before.tables, after.tables):
        if old is None or new is None:
            yield _presence(f"table `{name}`", old)
        elif old is not new:
            yield from _tables(old, new)
    for (kind, _, name), old, new in _pairs(before.things, after.things):
        if old is None or new is None:
            yield _presence(f"{kind.value} `{name}`", old)
        elif old is not new:
            yield from _things(old, new)


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
    for what, before, after in (
        ("comment", old.comment, new.comment),
        ("options", old.suffix, new.suffix),
        ("modifiers", old.modifiers, new.modifiers),
        ("traits", dict(old.traits), dict(new.traits)),
    ):
        if before != after:
            yield Difference(f"the {what} of `{old.name}`", _shown(before), _shown(after))


def _attributes(where: str, old: Column, new: Column) -> Iterator[Difference]:
    if old == new:
        return
    for attribute in (one for one in fields(Column) if one.compare):
        before, after = getattr(old, attribute.name), getattr(new, attribute.name)
        if attribute.name == "default":
            before, after = _plain(before), _plain(after)
        if before == after:
            continue
        certain = UNSURE not in {before, after} and (attribute.name != "default" or _literal(before, after))
        if attribute.name == "null":
            yield Difference(where, _nullness(before), _nullness(after), certain)
        else:
            yield Difference(f"the {attribute.name} of {where}", _shown(before), _shown(after), certain)


def _nullness(null: Any) -> str:
    return {True: "nullable", False: "NOT NULL"}.get(null, "of unknown nullability")


def _plain(default: Any) -> Any:
    """Return a default without the casts that PostgreSQL shows and forgets."""
    return CAST.sub("", default).strip() if isinstance(default, str) and default != "NULL" else default


def _literal(*defaults: str | None) -> bool:
    return all(default is None or LITERAL.fullmatch(default) for default in defaults)


def _parts(what: str, old: Index | Constraint | None, new: Index | Constraint | None) -> Iterator[Difference]:
    if old is None or new is None:
        yield _presence(what, old)
    elif old != new:
        yield from _changed_part(what, old, new)


def _changed_part(what: str, old: Index | Constraint, new: Index | Constraint) -> Iterator[Difference]:
    if isinstance(old, SomeConstraint) or isinstance(new, SomeConstraint) or type(old) is not type(new):
        yield _another(what, is_certain=False)
        return
    unlike = [one.name for one in fields(old) if getattr(old, one.name) != getattr(new, one.name)]
    if "sql" in unlike:
        # One of the two, or both, came from raw SQL, which may say more than our model keeps.
        certain = unlike != ["sql"] and "columns" not in unlike and "where" not in unlike
        yield _another(what, is_certain=certain)
        return
    for name in unlike:
        before, after = getattr(old, name), getattr(new, name)
        is_expression = isinstance(old, Check | Exclusion) and name in {"expression", "using"}
        certain = _unlike(before, after) if is_expression else UNSURE not in {before, after}
        yield Difference(f"the {name.replace('_', ' ')} of {what}", _shown(before), _shown(after), certain)


def _unlike(before: str, after: str) -> bool:
    """Tell whether two expressions differ in more than their spelling: in the strings that they name."""
    return sorted(STRING.findall(before)) != sorted(STRING.findall(after))


def _things(old: Thing, new: Thing) -> Iterator[Difference]:
    what = f"{old.kind.value} `{old.name}`"
    if old.values != new.values:
        yield Difference(f"the values of {what}", _shown(old.values), _shown(new.values))
    elif old.kind is not Kind.EXTENSION and _body(old.definition) != _body(new.definition):
        yield _another(what, is_certain=False)


def _body(definition: Any) -> Any:
    return HEAD.sub("", definition).strip() if isinstance(definition, str) else definition


def _shown(value: Any) -> str:
    match value:
        case None | ():
            return "none"
        case True | False:
            return str(value).lower()
        case tuple():
            return f"`{', '.join(map(str, value))}`"
        case _ if value is UNSURE:
            return "unknown"
        case _:
            return f"`{value}`"
