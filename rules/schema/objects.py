"""What statements of raw SQL make of objects by their names: created, dropped, renamed, moved, altered, commented."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any, Final, TypeAlias

from rules.schema import indexes, tables, things
from rules.schema.dependence import VIEWS
from rules.schema.draft import Draft
from rules.schema.model import Thing, ThingKey, key, signature, unsigned
from rules.schema.notes import Clash, Remark
from rules.schema.replacing import check_replaced
from rules.schema.users import users_among
from rules.sql import effects as sql
from rules.sql.effects import Kind
from rules.sql.names import Name, stored
from rules.sql.traits import CHECK

# Objects that another of the same name may stand beside, or that are no part of one database.
SHARED: Final = frozenset({Kind.OTHER, Kind.AGGREGATE, Kind.OPERATOR, Kind.CAST, Kind.ROLE, Kind.PUBLICATION})


def run(draft: Draft, effect: sql.ObjectEffect, written: str) -> None:
    """Do what a statement says to an object, which stands in the text as *written*."""
    match effect:
        case sql.ObjectCreated():
            _create(draft, effect, written)
        case sql.ObjectDropped():
            _drop(draft, effect)
        case sql.ObjectRenamed():
            _rename(draft, effect)
        case sql.ObjectMoved():
            _move(draft, effect)
        case sql.ObjectAltered():
            _alter(draft, effect, written)
        case sql.SequenceOwned():
            things.own(draft, key(effect.sequence), effect.table, effect.column)
        case sql.Commented():
            _comment(draft, effect)


def _create(draft: Draft, effect: sql.ObjectCreated, written: str) -> None:
    table = key(effect.table) if effect.table else None
    made = Thing(
        effect.kind,
        key(effect.name),
        written,
        table,
        effect.arguments,
        dict(effect.traits),
        columns=effect.columns,
        uses=frozenset(map(key, effect.uses)),
    )
    known = draft.things.get(made.key)
    if known is None:
        if (effect.if_not_exists or effect.replace) and not (draft.whole and _is_new(draft, made)):
            draft.note(Remark.DOUBT, f"the {effect.kind.value} `{effect.name}` may have been there before")
    elif effect.if_not_exists:
        return
    elif effect.replace:
        made = replace(made, comment=known.comment)
        check_replaced(draft, known, made)
    elif effect.kind not in SHARED:
        draft.clash(Clash.TAKEN, f"the {effect.kind.value} `{effect.name}` is created, but it is already there", table)
    things.put(draft, made)


def _is_new(draft: Draft, made: Thing) -> bool:
    """Tell whether nothing speaks for an object having been there: no column has a type of that extension."""
    return made.kind is not Kind.EXTENSION or not users_among(draft.tables.values(), made)


def _drop(draft: Draft, effect: sql.ObjectDropped) -> None:
    match effect.kind:
        case Kind.TABLE:
            tables.drop(draft, effect.name, if_exists=effect.if_exists, cascade=effect.cascade)
        case Kind.INDEX:
            how = indexes.Dropping(effect.if_exists, effect.concurrently, effect.cascade)
            indexes.drop(draft, effect.name, how=how)
        case _:
            for at in _found(draft, effect):
                things.drop(draft, at, if_exists=effect.if_exists, cascade=effect.cascade)


def _rename(draft: Draft, effect: sql.ObjectRenamed) -> None:
    views = [at for at in ((kind, None, key(effect.name)) for kind in VIEWS) if at in draft.things]
    match effect.kind:
        case Kind.TABLE if views:  # ALTER TABLE does it for views, too
            things.rename(draft, views[0], stored(effect.to))
        case Kind.TABLE:
            tables.rename(draft, effect.name, effect.to)
        case Kind.INDEX:
            indexes.rename(draft, effect.name, effect.to)
        case _:
            for at in _found(draft, effect):
                things.rename(draft, at, stored(effect.to))


def _move(draft: Draft, effect: sql.ObjectMoved) -> None:
    prefix = key(Name(effect.schema, effect.name.name)).prefix
    if effect.kind is Kind.TABLE:
        tables.move(draft, effect.name, prefix)
    else:
        for at in _found(draft, effect):
            things.move(draft, at, prefix)


def _alter(draft: Draft, effect: sql.ObjectAltered, written: str) -> None:
    if effect.traits is None:
        draft.note(Remark.VAGUE, f"what becomes of the {effect.kind.value} `{effect.name}` is not followed")
        return
    for at in _found(draft, effect) if effect.traits else ():
        known = things.known(draft, at)
        for trait, value in effect.traits:
            # PostgreSQL takes back what is not there without a word, except for a constraint.
            is_needed = trait.startswith(CHECK) and not effect.if_exists
            if value is None and trait not in known.traits and known.is_known and is_needed:
                draft.clash(Clash.MISSING, f"the {effect.kind.value} `{effect.name}` has no {trait}", effect.table)
        traits = {**known.traits, **dict(effect.traits)}
        kept = {trait: value for trait, value in traits.items() if value is not None}
        made = f"{known.definition}; {written}" if isinstance(known.definition, str) else known.definition
        things.put(draft, replace(known, definition=made, traits=kept))


def _comment(draft: Draft, effect: sql.Commented) -> None:
    match effect.kind:
        case Kind.TABLE:
            draft.change(draft.table(effect.name), comment=effect.text)
        case Kind.COLUMN if effect.column:
            draft.change_column(effect.name, effect.column, comment=effect.text)
        case Kind.INDEX:
            _comment_part(draft, indexes.owner(draft, effect.name), "indexes", effect.name.name, effect)
        case Kind.EXTENSION:
            pass  # it brings its own
        case Kind.CONSTRAINT if effect.column:
            _comment_part(draft, draft.table(effect.name), "constraints", effect.column, effect)
        case _:
            _comment_thing(draft, effect)


def _comment_part(draft: Draft, table: Any, parts: str, name: str, effect: sql.Commented) -> None:
    known = getattr(table, parts).get(stored(name)) if table else None
    if known is None or not hasattr(known, "comment"):
        draft.note(Remark.VAGUE, f"the comment on the {effect.kind.value} `{name}` is not followed")
    else:
        commented = replace(known, comment=effect.text)
        draft.change(table, **{parts: {**getattr(table, parts), known.name: commented}})


def _comment_thing(draft: Draft, effect: sql.Commented) -> None:
    table, name = (effect.name, Name(None, effect.column)) if effect.column else (None, effect.name)
    target = sql.ObjectDropped(effect.kind, name, table, arguments=effect.arguments)
    for at in _found(draft, target):
        if at in draft.things:
            draft.things[at] = replace(draft.things[at], comment=effect.text)
        else:
            draft.note(Remark.VAGUE, f"the comment on the {effect.kind.value} `{name}` is not followed")


Named: TypeAlias = sql.ObjectCreated | sql.ObjectDropped | sql.ObjectRenamed | sql.ObjectMoved | sql.ObjectAltered


def named(things: Collection[ThingKey], effect: Named) -> list[ThingKey]:
    """Return the keys of what a statement may mean: one, or several functions where it tells no arguments."""
    table = effect.table if not isinstance(effect, sql.ObjectMoved) else None
    arguments = effect.arguments if not isinstance(effect, sql.ObjectAltered) else None
    name, on = key(effect.name), key(table) if table else None
    told = (effect.kind, on, signature(name, arguments))
    if told in things:
        return [told]
    if effect.kind is Kind.TYPE and (Kind.DOMAIN, None, name) in things:
        return [(Kind.DOMAIN, None, name)]  # DROP TYPE drops a domain, too
    if arguments is not None or effect.kind not in {Kind.FUNCTION, Kind.PROCEDURE}:
        return [told]
    return [at for at in things if at[0] is effect.kind and unsigned(at[2]) == name] or [told]


def _found(draft: Draft, effect: Named) -> list[ThingKey]:
    """Return the key of what a statement names; none where PostgreSQL would not know which one is meant."""
    found = named(draft.things, effect)
    if len(found) > 1:
        draft.clash(Clash.REFUSED, f"there are several functions `{effect.name}`, and their arguments are not told")
        return []
    return found
