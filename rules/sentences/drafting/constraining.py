"""Constraints of tables that are there: added without reading a row, validated while others go on, dropped, widened."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from rules.ecto.adapter import quoted
from rules.ecto.names import foreign_key_name
from rules.ecto.options import NO_OPTIONS
from rules.postgres.effects.retyping import base
from rules.rewrite.definition import constraint_command, constraint_dropped
from rules.rewrite.elixir import call, text
from rules.rewrite.names import identifier, name_sql
from rules.schema.model import Check, Exclusion, ForeignKey, Table, Thing
from rules.schema.text import mentions
from rules.schema.types import type_name
from rules.sentences.drafting.columns import ACTIONS
from rules.sentences.drafting.demanding import look_first, validated
from rules.sentences.drafting.extending import extension_step
from rules.sentences.drafting.indexing import NewIndex, build, is_indexed_already
from rules.sentences.drafting.kinds import referred_column, referred_kind
from rules.sentences.drafting.methods import SCALARS, takes
from rules.sentences.drafting.site import Site
from rules.sentences.drafting.step import AlreadyDoneError, CannotDraftError, Stage, Step
from rules.sentences.drafting.values import one_of
from rules.sentences.intent import (
    AddCheck,
    AddExclusion,
    AddForeignKey,
    AddValues,
    AllowValues,
    DropConstraint,
    DropForeignKey,
    Part,
    Refers,
    Sql,
)

IN_LIST: Final = re.compile(
    r"""^\(*"?(?P<column>\w+)"?(?:::\w+)? IN \((?P<values>'(?:[^']|'')*'(?:, ?'(?:[^']|'')*')*)\)\)*$"""
)
LITERAL: Final = re.compile(r"'((?:[^']|'')*)'")


def add_check(intent: AddCheck, site: Site) -> Iterator[Step]:
    """Demand a condition of new rows, and then of old ones."""
    table = site.table(intent.table)
    site.insist_on(table, intent.sql)
    columns = [name for name in table.columns if mentions(intent.sql, name)]
    wanted = intent.name or "_".join([table.name.name, *columns[:2], "check"])
    if any(isinstance(one, Check) and one.expression == intent.sql for one in table.constraints.values()):
        raise AlreadyDoneError(f"`{table.name}` is checked for that already.")
    name = site.free_name(table.name, wanted)
    if intent.name is not None and name != intent.name:
        raise CannotDraftError(f"`{intent.name}` is no name for a constraint here: it is taken, or too long.")
    yield from _checked(Check(name, intent.sql), table, site)


def allow_values(intent: AllowValues, site: Site) -> Iterator[Step]:
    """Let a column have some values only."""
    table, column = site.table(intent.table), site.column(intent.table, intent.column)
    if intent.native:
        raise CannotDraftError(
            f"`{table.name}.{column.name}` would have to be written anew for a type of its own: "
            "add a column of that type, fill it from the old one, and remove that in a later release."
        )
    if base(str(column.type)) not in {"text", "character varying", "citext"}:
        raise CannotDraftError(f"`{table.name}.{column.name}` is a `{column.type}`, and has no words for values.")
    name = site.free_name(table.name, f"{table.name.name}_{column.name}_check")
    yield from _checked(Check(name, one_of(column.name, intent.values)), table, site)


def add_values(intent: AddValues, site: Site) -> Iterator[Step]:
    """Let a column whose values are listed have more of them."""
    table, column = site.table(intent.table), site.column(intent.table, intent.column)
    enum = _enum_of(str(column.type), site)
    if enum is not None:
        yield from _grown(enum, intent, site)
        return
    listing = ((one, IN_LIST.match(one.expression)) for one in table.constraints.values() if isinstance(one, Check))
    found = [(one, match) for one, match in listing if match and match["column"] == column.name]
    if len(found) != 1:
        raise CannotDraftError(f"No single check lists the values of `{table.name}.{column.name}`.")
    old, match = found[0]
    values = tuple(value.replace("''", "'") for value in LITERAL.findall(match["values"]))
    new = replace(old, expression=one_of(column.name, (*values, *intent.values)), validated=False)
    up = (constraint_dropped(table.name, old.name), constraint_command(table.name, new))
    does = f"lets `{table.name}.{column.name}` have {_listed(intent.values)} as well"
    yield Step(f"allow_more_in_{table.name.name}_{column.name}", does, up)
    yield validated(table.name, new)


def add_exclusion(intent: AddExclusion, site: Site) -> Iterator[Step]:
    """Let no two rows meet; PostgreSQL has no way to build that while others go on."""
    table = site.table(intent.table)
    using, known = intent.using or "gist", {thing.name.name for thing in site.schema.things.values()}
    scalars = [part for part, operator in intent.elements if _is_scalar(part, operator, table, site)]
    if not intent.elements:
        raise CannotDraftError("Say in what no two rows may meet.")
    if scalars and using == "gist" and "btree_gist" not in known:
        yield extension_step("btree_gist")
    said = ((part.text if isinstance(part, Sql) else identifier(part), operator) for part, operator in intent.elements)
    elements = ", ".join(f"{part} WITH {operator}" for part, operator in said)
    columns = [part for part, _ in intent.elements if isinstance(part, str)]
    name = site.free_name(table.name, intent.name or "_".join([table.name.name, *columns[:2], "excl"]))
    site.insist_on(table, intent.where)
    where = f" WHERE ({intent.where})" if intent.where else ""
    made = constraint_command(table.name, Exclusion(name, f"{using} ({elements}){where}"))
    is_new = site.is_new(table.name)
    why = "asked for: PostgreSQL has no way to add it while others write"
    note = f"Nobody can read or write `{table.name}` while `{name}` is built: deploy it when it is quiet."
    yield Step(
        f"create_{name}",
        f"lets no two rows of `{table.name}` meet",
        (made,),
        allows=() if is_new else (("exclusion-added-to-busy-table", why),),
        notes=() if is_new else (note,),
    )


def drop_constraint(intent: DropConstraint, site: Site) -> Iterator[Step]:
    """Drop a check or an exclusion."""
    table = site.table(intent.table)
    if not isinstance(table.constraints.get(intent.name), Check | Exclusion):
        raise CannotDraftError(f"`{table.name}` has no check or exclusion `{intent.name}`.")
    dropped = constraint_dropped(table.name, intent.name)
    yield Step(f"drop_{intent.name}", f"drops the constraint `{intent.name}`", (dropped,))


def add_foreign_key(intent: AddForeignKey, site: Site) -> Iterator[Step]:
    """Let a column refer to another table: new rows at once, old ones once they are looked through."""
    table, column, refers = site.table(intent.table), site.column(intent.table, intent.column), intent.references
    target = site.table(refers.table)
    wanted = type_name(referred_kind(refers, site), NO_OPTIONS)
    if base(str(column.type)) != base(str(wanted)):
        raise CannotDraftError(
            f"`{table.name}.{column.name}` is a `{column.type}`, and what it would refer to a `{wanted}`."
        )
    old = table.foreign_key(column.name)
    action = _action(refers, old, column_null=column.null is not False)
    name = old.name if old is not None else site.free_name(table.name, foreign_key_name(table.name.name, column.name))
    new = ForeignKey(name, (column.name,), target.name, (referred_column(refers, target),), action, validated=False)
    if old is not None and replace(old, validated=False) == new:
        raise AlreadyDoneError(f"`{table.name}.{column.name}` does that already.")
    dropped = () if old is None else (constraint_dropped(table.name, old.name),)
    does = f"lets `{table.name}.{column.name}` refer to `{target.name}`"
    yield Step(
        f"refer_{table.name.name}_{column.name}_to_{target.name.name}",
        does,
        (*dropped, constraint_command(table.name, new)),
    )
    index = NewIndex(table.name, (column.name,))
    if is_indexed_already(table, index) is None:
        yield build(index, site)
    yield validated(table.name, new)


def drop_foreign_key(intent: DropForeignKey, site: Site) -> Iterator[Step]:
    """Let a column refer to nothing any more."""
    table = site.table(intent.table)
    found = table.foreign_key(site.column(intent.table, intent.column).name)
    if found is None:
        raise CannotDraftError(f"`{table.name}.{intent.column}` refers to nothing.")
    dropped = constraint_dropped(table.name, found.name)
    does = f"lets `{table.name}.{intent.column}` refer to nothing any more"
    yield Step(f"drop_{found.name}", does, (dropped,))


def _is_scalar(part: Part, operator: str, table: Table, site: Site) -> bool:
    """Tell whether an element is a column that no index but a B-tree takes by itself."""
    if isinstance(part, Sql):
        site.insist_on(table, f"{part.text} IS NULL")
        return False
    kind = str(site.column(table.name, part).type)
    if takes("gist", kind):
        return False
    if (base(kind) in SCALARS or _enum_of(kind, site) is not None) and operator == "=":
        return True
    raise CannotDraftError(f"No two rows can be kept from meeting in `{part}`, which is a `{kind}`, with `{operator}`.")


def _checked(check: Check, table: Table, site: Site) -> Iterator[Step]:
    does = f"lets no new row of `{table.name}` break `{check.name}`"
    if site.is_new(table.name):
        yield Step(f"create_{check.name}", does, (constraint_command(table.name, check),))
        return
    demand = constraint_command(table.name, replace(check, validated=False))
    yield Step(f"create_{check.name}", does, (demand,), notes=(look_first(table.name, f"NOT ({check.expression})"),))
    yield validated(table.name, check)


def _action(refers: Refers, old: ForeignKey | None, *, column_null: bool) -> str:
    said = {ours: theirs for theirs, ours in ACTIONS.items()}
    if refers.on_delete is None:
        return "NO ACTION" if old is None else old.on_delete
    if refers.on_delete == "nilify_all" and not column_null:
        raise CannotDraftError("A required column cannot be set to NULL when the other row goes.")
    return said.get(refers.on_delete, "NO ACTION")


def _enum_of(kind: str, site: Site) -> Thing | None:
    named = (thing for thing in site.schema.things.values() if thing.values)
    return next((thing for thing in named if kind in {str(thing.name), thing.name.name}), None)


def _grown(enum: Thing, intent: AddValues, site: Site) -> Iterator[Step]:
    del site
    for value in intent.values:
        if value in enum.values:
            raise CannotDraftError(f"`{enum.name}` has the value `{value}` already.")
    grown = f"ALTER TYPE {name_sql(enum.name)} ADD VALUE IF NOT EXISTS"
    up = tuple(call("execute", text(f"{grown} {quoted(value)}")) for value in intent.values)
    yield Step(
        f"add_{'_and_'.join(intent.values)}_to_{enum.name.name}",
        f"adds {_listed(intent.values)} to the type `{enum.name}`",
        up,
        (),
        stage=Stage.INDEX,
        one_way="PostgreSQL cannot remove a value from an enum",
    )


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(f"`{value}`" for value in values)
