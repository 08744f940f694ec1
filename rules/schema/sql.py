"""What each statement of raw SQL makes of a schema."""

from dataclasses import replace
from itertools import count
from typing import Final

from rules.ecto.commands import Sql
from rules.schema import columns, constraints, indexes, rows, tables, things
from rules.schema.draft import Draft, key
from rules.schema.model import (
    UNSURE,
    Check,
    Column,
    Constraint,
    ForeignKey,
    Index,
    PrimaryKey,
    SomeConstraint,
    Table,
    Thing,
    ThingKey,
    Unique,
)
from rules.schema.notes import Clash, Remark
from rules.schema.text import LITERAL, as_index_column, mentions, quoted_name, squeezed
from rules.sql import effects as sql
from rules.sql.effects import Kind
from rules.sql.names import Name, stored
from rules.sql.statements import SqlStatement
from rules.sql.types import catalogue_name

SUFFIXES: Final = {"PRIMARY KEY": "pkey", "UNIQUE": "key", "FOREIGN KEY": "fkey", "CHECK": "check"}
# The reverse of these actions of ALTER TABLE is another action; a trait of the table remembers which one was last.
TRAITS: Final = {
    "EnableRowSecurity": ("row security", "on"),
    "DisableRowSecurity": ("row security", None),
    "ForceRowSecurity": ("forced row security", "on"),
    "NoForceRowSecurity": ("forced row security", None),
    "SetLogged": ("unlogged", None),
    "SetUnLogged": ("unlogged", "on"),
}


def replay_sql(draft: Draft, text: Sql) -> None:
    """Run the statements of *text* over the schema."""
    if text.text.strip() and not text.statements:
        draft.note(Remark.DOUBT, "SQL that could not be read")
    if len(text.statements) > 1:
        draft.clash(Clash.SEVERAL, "Ecto sends one statement at a time, and here are several")
    for statement in text.statements:
        written = squeezed(text.text[statement.start : statement.end])
        for effect in statement.effects:
            replay_effect(draft, effect, statement, written)


def replay_effect(draft: Draft, effect: sql.Effect, statement: SqlStatement, written: str) -> None:
    """Run one thing that *statement* does, which stands in the text as *written*."""
    if isinstance(effect, sql.TableEffect):
        _run_on_tables(draft, effect, written)
    elif isinstance(effect, sql.ObjectEffect):
        _run_on_objects(draft, effect, written)
    elif isinstance(effect, sql.EnumEffect):
        _run_on_enum(draft, effect)
    elif isinstance(effect, sql.RowEffect | sql.SessionEffect):
        _run_in_session(draft, effect, written)
        if isinstance(effect, sql.RowsWritten) and "/" in LITERAL.sub("", written):
            draft.check_rows(key(effect.table), f"a division meets a zero in `{effect.table}`")
    else:
        _skip(draft, effect.reason, statement)


def _run_on_tables(draft: Draft, effect: sql.TableEffect, written: str) -> None:
    match effect:
        case sql.TableCreated() | sql.ColumnAdded() | sql.ColumnDropped() | sql.ColumnRenamed() | sql.TableAltered():
            _run_on_table(draft, effect)
        case sql.ColumnTypeChanged() | sql.ColumnNullChanged() | sql.ColumnDefaultChanged():
            _run_on_column(draft, effect)
        case sql.ConstraintAdded() | sql.ConstraintDropped() | sql.ConstraintValidated() | sql.ConstraintRenamed():
            _run_on_constraint(draft, effect)
        case sql.IndexCreated():
            indexes.add(draft, effect.table, _index(effect, written), if_not_exists=effect.if_not_exists)


def _run_on_objects(draft: Draft, effect: sql.ObjectEffect, written: str) -> None:
    match effect:
        case sql.ObjectCreated():
            _create_object(draft, effect, written)
        case sql.ObjectDropped():
            _drop_object(draft, effect)
        case sql.ObjectRenamed():
            _rename_object(draft, effect)
        case sql.Commented():
            _comment(draft, effect)
        case sql.ObjectMoved() | sql.ObjectAltered():
            draft.note(Remark.VAGUE, f"what becomes of the {effect.kind.value} `{effect.name}` is not followed")


def _run_in_session(draft: Draft, effect: sql.RowEffect | sql.SessionEffect, written: str) -> None:
    match effect:
        case sql.RowsWritten(table=table):
            rows.write(draft, table, rows.Written(effect.how, effect.columns, every=not effect.filtered, sql=written))
        case sql.Granted():
            draft.note(Remark.VAGUE, "privileges are not followed")
        case sql.TransactionControlled(action=action):
            draft.note(Remark.DOUBT, f"{action} ends the transaction of the migration")
        case sql.RowsRead() | sql.SettingChanged() | sql.Locked() | sql.Maintained():
            pass


def _run_on_table(
    draft: Draft,
    effect: sql.TableCreated | sql.ColumnAdded | sql.ColumnDropped | sql.ColumnRenamed | sql.TableAltered,
) -> None:
    match effect:
        case sql.TableCreated():
            if effect.persistence != "temporary":
                _create_table(draft, effect)
        case sql.ColumnAdded():
            columns.add(draft, effect.table, _column(effect.column), if_not_exists=effect.if_not_exists)
        case sql.ColumnDropped():
            columns.drop(draft, effect.table, effect.column, if_exists=effect.if_exists, cascade=effect.cascade)
        case sql.ColumnRenamed():
            columns.rename(draft, effect.table, effect.column, effect.to)
        case sql.TableAltered(action=action) if action in TRAITS:
            trait, value = TRAITS[action]
            table = draft.table(effect.table)
            traits = {**table.traits, trait: value}
            draft.change(table, traits={name: one for name, one in traits.items() if one is not None})
        case sql.TableAltered(action=action):
            draft.note(Remark.VAGUE, f"{action} on `{effect.table}` is not followed", key(effect.table))


def _create_table(draft: Draft, effect: sql.TableCreated) -> None:
    made = {column.name: column for column in map(_column, effect.columns)}
    modifiers = "UNLOGGED" if effect.persistence == "unlogged" else None
    uses = "PARTITION" if effect.partition_of or effect.partitioned else None
    table = Table(key(effect.table), made, suffix=uses, modifiers=modifiers, whole=effect.complete)
    tables.create(draft, table, if_not_exists=effect.if_not_exists)
    if table.name in draft.fresh:
        for constraint in effect.constraints:
            constraints.add(draft, effect.table, _constraint(draft.table(effect.table), constraint))


def _run_on_column(
    draft: Draft, effect: sql.ColumnTypeChanged | sql.ColumnNullChanged | sql.ColumnDefaultChanged
) -> None:
    match effect:
        case sql.ColumnTypeChanged():
            columns.change_type(draft, effect.table, effect.column, catalogue_name(effect.type), using=effect.using)
            draft.change_column(effect.table, effect.column, spelling=None)
        case sql.ColumnNullChanged():
            columns.set_null(draft, effect.table, effect.column, null=not effect.not_null)
        case sql.ColumnDefaultChanged():
            draft.change_column(effect.table, effect.column, default=effect.default)


def _run_on_constraint(
    draft: Draft,
    effect: sql.ConstraintAdded | sql.ConstraintDropped | sql.ConstraintValidated | sql.ConstraintRenamed,
) -> None:
    match effect:
        case sql.ConstraintAdded(constraint=constraint):
            if constraint.using_index is not None:
                indexes.drop(draft, Name(effect.table.prefix, constraint.using_index), effect.table)
            constraints.add(draft, effect.table, _constraint(draft.table(effect.table), constraint))
        case sql.ConstraintDropped():
            constraints.drop(draft, effect.table, effect.name, if_exists=effect.if_exists, cascade=effect.cascade)
        case sql.ConstraintValidated():
            table = draft.table(effect.table)
            found = table.constraints.get(stored(effect.name))
            if isinstance(found, Check | ForeignKey):
                valid = {**table.constraints, found.name: replace(found, validated=True)}
                draft.change(table, constraints=valid)
        case sql.ConstraintRenamed():
            constraints.rename(draft, effect.table, effect.name, effect.to)


def _create_object(draft: Draft, effect: sql.ObjectCreated, written: str) -> None:
    at = _key(effect)
    if at in draft.things and effect.if_not_exists:
        return
    if at not in draft.things and (effect.if_not_exists or effect.replace) and not draft.whole:
        draft.note(Remark.DOUBT, f"the {effect.kind.value} `{effect.name}` may have been there before")
    if at in draft.things and effect.kind is Kind.VIEW:
        draft.note(Remark.VAGUE, f"the view `{effect.name}` can gain columns by being replaced, not lose them")
    uses = frozenset(map(key, effect.uses))
    things.put(draft, Thing(effect.kind, at[2], written, at[1], uses=uses))


def _drop_object(draft: Draft, effect: sql.ObjectDropped) -> None:
    match effect.kind:
        case Kind.TABLE:
            tables.drop(draft, effect.name, if_exists=effect.if_exists, cascade=effect.cascade)
        case Kind.INDEX:
            indexes.drop(draft, effect.name, if_exists=effect.if_exists)
        case _:
            things.drop(draft, _known(draft, _key(effect)), if_exists=effect.if_exists, cascade=effect.cascade)


def _rename_object(draft: Draft, effect: sql.ObjectRenamed) -> None:
    match effect.kind:
        case Kind.TABLE:
            tables.rename(draft, effect.name, effect.to)
        case Kind.INDEX:
            indexes.rename(draft, effect.name, effect.to)
        case _:
            _rename_thing(draft, _key(effect), effect)


def _key(effect: sql.ObjectCreated | sql.ObjectDropped | sql.ObjectRenamed) -> ThingKey:
    return effect.kind, key(effect.table) if effect.table else None, key(effect.name)


def _known(draft: Draft, at: ThingKey) -> ThingKey:
    """Return the key under which a thing is known: DROP TYPE also drops a domain, and a function has arguments."""
    if at in draft.things or at[0] is not Kind.TYPE:
        return at
    domain = (Kind.DOMAIN, at[1], at[2])
    return domain if domain in draft.things else at


def _rename_thing(draft: Draft, at: ThingKey, effect: sql.ObjectRenamed) -> None:
    thing = draft.things.pop(at, None)
    if thing is None:
        draft.note(
            Remark.DOUBT, f"the {effect.kind.value} `{effect.name}` was not made by a migration that we could read"
        )
        thing = Thing(effect.kind, key(effect.name), UNSURE, at[1])
    things.put(draft, replace(thing, name=Name(thing.name.prefix, stored(effect.to))))
    things.retype(draft, at[2].name, stored(effect.to))


def _run_on_enum(draft: Draft, effect: sql.EnumEffect) -> None:
    at = (Kind.TYPE, None, key(effect.type))
    known = draft.things.get(at)
    match effect:
        case sql.EnumCreated(values=values):
            things.put(draft, Thing(Kind.TYPE, at[2], "ENUM", values=values))
            return
        case _ if known is None:
            draft.note(Remark.DOUBT, f"the type `{effect.type}` was not made by a migration that we could read")
        case sql.EnumValueAdded(value=value):
            if value not in known.values:
                things.put(draft, replace(known, values=_with_value(known.values, effect)))
        case sql.EnumValueRenamed(value=value, to=to):
            things.put(draft, replace(known, values=tuple(to if one == value else one for one in known.values)))


def _with_value(values: tuple[str, ...], effect: sql.EnumValueAdded) -> tuple[str, ...]:
    if effect.neighbour not in values:
        return (*values, effect.value)
    at = values.index(effect.neighbour) + effect.after
    return (*values[:at], effect.value, *values[at:])


def _comment(draft: Draft, effect: sql.Commented) -> None:
    match effect.kind:
        case Kind.TABLE:
            draft.change(draft.table(effect.name), comment=effect.text)
        case Kind.COLUMN if effect.column:
            draft.change_column(effect.name, effect.column, comment=effect.text)
        case _:
            draft.note(Remark.VAGUE, f"the comment on the {effect.kind.value} `{effect.name}` is not followed")


def _skip(draft: Draft, reason: str, statement: SqlStatement) -> None:
    if reason.startswith("syntax error"):
        draft.clash(Clash.SYNTAX, reason)
    else:
        draft.note(Remark.DOUBT, reason)
    for name in statement.tables:
        if key(name) in draft.tables:
            draft.change(draft.tables[key(name)], whole=False)
    if not statement.tables:
        draft.whole = False


def _column(column: sql.SqlColumn) -> Column:
    identity = column.generated == "IDENTITY"
    return Column(
        stored(column.name),
        catalogue_name(column.type),
        null=not (column.not_null or identity),
        default=column.default,
        generated=column.generated,
        collation=column.collation,
    )


def _constraint(table: Table, made: sql.SqlConstraint) -> Constraint:
    columns = tuple(map(stored, made.columns))
    name = stored(made.name or made.using_index or _default_name(table, made))
    match made.kind:
        case "PRIMARY KEY":
            return PrimaryKey(name, columns)
        case "UNIQUE":
            return Unique(name, columns)
        case "FOREIGN KEY" if made.references is not None:
            to = made.references
            return ForeignKey(
                name,
                columns,
                key(to.table),
                tuple(map(stored, to.columns)),
                to.on_delete,
                to.on_update,
                validated=made.valid,
            )
        case "CHECK":
            return Check(name, squeezed(made.check or ""), made.valid)
        case _:
            return SomeConstraint(name)


def _default_name(table: Table, made: sql.SqlConstraint) -> str:
    """Return the name that PostgreSQL chooses: with the columns, of a check only if there is one, and a free number."""
    columns: tuple[str, ...] = () if made.kind == "PRIMARY KEY" else made.columns
    if made.kind == "CHECK":
        named = tuple(column for column in table.columns if mentions(made.check, column))
        columns = named if len(named) == 1 else ()
    stem = "_".join((table.name.name, *columns, SUFFIXES.get(made.kind, "excl")))
    taken = (name for number in count() if (name := f"{stem}{number or ''}") not in table.constraints)
    return next(taken)


def _index(effect: sql.IndexCreated, written: str) -> Index:
    expressions = iter(effect.expressions)
    columns = tuple(
        quoted_name(column) if column is not None else as_index_column(next(expressions, ""))
        for column in effect.columns
    )
    words = [column if column is not None else "expr" for column in effect.columns]
    name = effect.name or "_".join((effect.table.name, *words, "idx"))
    return Index(
        stored(name),
        columns,
        effect.unique,
        effect.using,
        tuple(map(quoted_name, effect.include)),
        squeezed(effect.where) if effect.where else None,
        only=effect.only,
        sql=written,
    )
