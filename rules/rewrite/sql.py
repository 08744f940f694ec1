"""The SQL that undoes a statement of raw SQL, from what it does and what the schema was before it."""

import re
from collections.abc import Iterable
from typing import Final

from rules.ecto.adapter import quoted
from rules.ecto.commands import Sql
from rules.rewrite.elixir import CannotWriteError
from rules.rewrite.names import identifier, name_sql
from rules.rewrite.traits import undo_altered, undo_moved, undo_setting
from rules.schema import indexes
from rules.schema.casts import castable
from rules.schema.draft import Draft
from rules.schema.model import (
    UNSURE,
    Check,
    Column,
    Constraint,
    Exclusion,
    ForeignKey,
    Index,
    PrimaryKey,
    Schema,
    Table,
    Thing,
    Unique,
    Unsure,
    key,
)
from rules.schema.objects import named
from rules.schema.rows import is_cast
from rules.schema.sql import replay_effect
from rules.sql import effects as sql
from rules.sql.effects import Kind
from rules.sql.names import Name, stored
from rules.sql.parts import SqlConstraint
from rules.sql.reader import read

QUOTED: Final = re.compile(r'^"([^"]+)"')
REPLACING: Final = re.compile(r"^create\s+(or\s+replace\s+)?", re.IGNORECASE)
CONCURRENTLY: Final = re.compile(r"(?<=\bindex\s)\s*concurrently\s+", re.IGNORECASE)
OVERLOADED: Final = frozenset({Kind.AGGREGATE, Kind.OPERATOR, Kind.CAST, Kind.OTHER})  # their names are not enough


def undo_sql(text: Sql, schema: Schema) -> str:
    """Return the statement that undoes *text*, which met *schema*; empty where there is nothing to undo."""
    if len(text.statements) != 1:
        raise CannotWriteError("it is not one statement")
    effects = text.statements[0].effects
    if len(effects) == 1 and not isinstance(effects[0], sql.TableAction):
        return _undo(effects[0], schema)
    changes = [effect for effect in effects if isinstance(effect, sql.TableAction)]
    tables = {key(change.table) for change in changes}
    if len(tables) != 1 or len(changes) != len(effects):
        raise CannotWriteError("it does several things at once")
    draft, actions = Draft(schema), list[str]()
    for change in changes:
        actions.insert(0, _undo_action(change, draft.table(change.table)))
        replay_effect(draft, change, text.statements[0], text.text)
    return f"ALTER TABLE {name_sql(changes[0].table)} {', '.join(actions)}"


# --- whole statements ------------------------------------------------------------------------------------------------


def _undo(effect: sql.Effect, schema: Schema) -> str:
    match effect:
        case sql.ObjectCreated() | sql.ObjectDropped() | sql.ObjectRenamed():
            return _undo_on_object(effect, schema)
        case sql.Commented():
            return _undo_comment(effect, schema)
        case sql.ObjectMoved():
            return undo_moved(effect)
        case sql.ObjectAltered():
            return undo_altered(effect, schema.things.get((effect.kind, None, key(effect.name))))
        case sql.RowsRead() | sql.SettingChanged() | sql.Maintained() | sql.Locked():
            return ""
        case _:
            return _opposite(effect, schema)


def _opposite(effect: sql.Effect, schema: Schema) -> str:
    """Return the statement that undoes one whose own words are enough to know it."""
    match effect:
        case sql.TableCreated(table=table) if key(table) not in schema.tables:
            return f"DROP TABLE {name_sql(table)}"
        case sql.ColumnRenamed(table=table, column=name, to=to):
            return f"ALTER TABLE {name_sql(table)} RENAME COLUMN {identifier(to)} TO {identifier(name)}"
        case sql.ConstraintRenamed(table=table, name=name, to=to):
            return f"ALTER TABLE {name_sql(table)} RENAME CONSTRAINT {identifier(to)} TO {identifier(name)}"
        case sql.IndexCreated(name=str(name)) if not effect.if_not_exists or _is_new(effect, name, schema):
            concurrently = "CONCURRENTLY " if effect.concurrently else ""
            return f"DROP INDEX {concurrently}{name_sql(Name(effect.table.prefix, name))}"
        case sql.EnumCreated(type=enum):
            return f"DROP TYPE {name_sql(enum)}"
        case sql.EnumValueRenamed(type=enum, value=value, to=to):
            return f"ALTER TYPE {name_sql(enum)} RENAME VALUE {quoted(to)} TO {quoted(value)}"
        case _:
            raise CannotWriteError(f"nothing undoes {type(effect).__name__}")


def _is_new(effect: sql.IndexCreated, name: str, schema: Schema) -> bool:
    table = schema.table(effect.table)
    return table.whole and stored(name) not in table.indexes


def _undo_on_object(effect: sql.ObjectCreated | sql.ObjectDropped | sql.ObjectRenamed, schema: Schema) -> str:
    meant = named(schema.things, effect)
    known = schema.things.get(meant[0]) if len(meant) == 1 else None
    on = f" ON {name_sql(effect.table)}" if effect.table else ""
    kind = effect.kind.value.upper()
    match effect:
        case sql.ObjectRenamed():
            new = name_sql(Name(effect.name.prefix, effect.to))
            return f"ALTER {kind} {new}{on} RENAME TO {identifier(effect.name.name)}"
        case sql.ObjectCreated(replace=True) if known is not None and may_replace(effect, schema):
            return REPLACING.sub("CREATE OR REPLACE ", _again(known))
        case sql.ObjectCreated(replace=False) if known is not None:
            return ""
        case sql.ObjectCreated() if known is None and effect.kind not in OVERLOADED:
            arguments = "" if effect.arguments is None else f"({', '.join(effect.arguments)})"
            return f"DROP {kind} {name_sql(effect.name)}{arguments}{on}"
        case sql.ObjectDropped(kind=Kind.INDEX):
            return _index_again(effect, schema)
        case sql.ObjectDropped() if known is not None:
            return _again(known)
        case _:
            raise CannotWriteError(f"what the {effect.kind.value} `{effect.name}` was is not known")


def may_replace(new: sql.ObjectCreated, schema: Schema) -> bool:
    """Tell whether the old definition of an object may replace the new one: a view keeps the columns that it has."""
    old = schema.things.get((new.kind, None, key(new.name)))
    if new.kind is not Kind.VIEW:
        return new.kind in {Kind.FUNCTION, Kind.PROCEDURE}
    if old is None or new.columns is None or old.columns is None:
        return False
    return old.columns[: len(new.columns)] == new.columns


def _again(thing: Thing) -> str:
    if thing.values:
        return f"CREATE TYPE {name_sql(thing.name)} AS ENUM ({', '.join(map(quoted, thing.values))})"
    if not isinstance(thing.definition, str) or len(read(thing.definition)) != 1:
        raise CannotWriteError(f"what the {thing.kind.value} `{thing.name}` was is not known")
    return thing.definition


def _index_again(effect: sql.ObjectDropped, schema: Schema) -> str:
    owner = indexes.owner(Draft(schema), effect.name)
    index = owner.indexes.get(stored(effect.name.name)) if owner else None
    if owner is None or index is None:
        raise CannotWriteError(f"what the index `{effect.name}` was is not known")
    if index.sql is None:
        return index_sql(owner, index)
    return index.sql if effect.concurrently else in_transaction(index.sql)


def conversions(texts: Iterable[str]) -> set[str]:
    """Return the expressions that turn the values of columns into those of another type, beyond plain casts."""
    effects = (effect for text in texts for statement in read(text) for effect in statement.effects)
    changes = (one for one in effects if isinstance(one, sql.ColumnTypeChanged))
    return {one.using for one in changes if one.using is not None and not is_cast(one.column, one.using)}


def in_transaction(index: str) -> str:
    """Return the statement that makes an index as it may stand in a transaction, in which nothing is concurrent."""
    return CONCURRENTLY.sub("", index, count=1)


def _undo_comment(effect: sql.Commented, schema: Schema) -> str:
    table = schema.tables.get(key(effect.name))
    column = table.columns.get(stored(effect.column)) if table and effect.column else None
    old = column.comment if column else table.comment if table else UNSURE
    if old is UNSURE or effect.kind not in {Kind.TABLE, Kind.COLUMN}:
        raise CannotWriteError("what the comment was is not known")
    where = name_sql(effect.name) + (f".{identifier(effect.column)}" if effect.column else "")
    return f"COMMENT ON {effect.kind.value.upper()} {where} IS {'NULL' if old is None else quoted(old)}"


# --- actions of ALTER TABLE ------------------------------------------------------------------------------------------


def _undo_action(effect: sql.TableAction, table: Table) -> str:
    match effect:
        case sql.ConstraintAdded(constraint=made) if made.name or made.kind == "PRIMARY KEY":
            name = made.name or f"{table.name.name}_pkey"
            return ", ".join([f"DROP CONSTRAINT {identifier(name)}", *_nullable(made, table)])
        case sql.ConstraintDropped(name=name):
            return f"ADD {constraint_sql(_known_constraint(table, name))}"
        case sql.ConstraintValidated(name=name):
            return f"DROP CONSTRAINT {identifier(name)}, ADD {constraint_sql(_known_constraint(table, name))}"
        case sql.TableAltered():
            return undo_setting(effect, table)
        case sql.ConstraintAdded():
            raise CannotWriteError(f"nothing that we know undoes {effect}")
        case _:
            return _undo_on_column(effect, table)


def _nullable(made: SqlConstraint, table: Table) -> list[str]:
    """Return the actions that take back NOT NULL, which a primary key leaves on its columns."""
    names = [stored(name) for name in made.columns] if made.kind == "PRIMARY KEY" else []
    known = [table.columns[name] for name in names if name in table.columns]
    return [f"ALTER COLUMN {identifier(one.name)} DROP NOT NULL" for one in known if one.null is True]


def _undo_on_column(
    effect: sql.ColumnAdded
    | sql.ColumnDropped
    | sql.ColumnTypeChanged
    | sql.ColumnNullChanged
    | sql.ColumnDefaultChanged,
    table: Table,
) -> str:
    if isinstance(effect, sql.ColumnAdded):
        return f"DROP COLUMN {identifier(effect.column.name)}"
    old, name = _known(table, effect.column), identifier(effect.column)
    match effect:
        case sql.ColumnDropped():
            return f"ADD COLUMN {column_sql(old)}"
        case sql.ColumnTypeChanged(type=new):
            if not isinstance(old.type, str):
                raise CannotWriteError(f"the type of `{old.name}` is not known")
            using = "" if castable(new, old.type) else f" USING {name}::{old.type}"
            return f"ALTER COLUMN {name} TYPE {old.type}{using}"
        case sql.ColumnNullChanged():
            if not isinstance(old.null, bool):
                raise CannotWriteError(f"whether `{old.name}` was nullable is not known")
            return f"ALTER COLUMN {name} {'DROP' if old.null else 'SET'} NOT NULL"
        case sql.ColumnDefaultChanged():
            return f"ALTER COLUMN {name} {_default_action(old)}"


def change_type(table: Table, column: Column, kind: str | Unsure) -> tuple[str, str]:
    """Return the statement that casts a column to *kind*, and the one that casts it back."""
    if not isinstance(kind, str) or not isinstance(column.type, str) or column.default is not None:
        raise CannotWriteError(f"the types of `{column.name}` are not known, or its default would have to be cast")
    head, name = f"ALTER TABLE {name_sql(table.name)} ALTER COLUMN", identifier(column.name)
    using = "" if castable(kind, column.type) else f" USING {name}::{column.type}"
    return f"{head} {name} TYPE {kind} USING {name}::{kind}", f"{head} {name} TYPE {column.type}{using}"


def _known(table: Table, column: str) -> Column:
    found = table.columns.get(stored(column))
    if found is None:
        raise CannotWriteError(f"what `{table.name}.{column}` was is not known")
    return found


def _known_constraint(table: Table, name: str) -> Constraint:
    found = table.constraints.get(stored(name))
    if found is None:
        raise CannotWriteError(f"what the constraint `{name}` was is not known")
    return found


def _default_action(column: Column) -> str:
    if column.default is UNSURE:
        raise CannotWriteError(f"the default of `{column.name}` is not known")
    return "DROP DEFAULT" if column.default is None else f"SET DEFAULT {column.default}"


# --- parts of a schema as SQL ----------------------------------------------------------------------------------------


def column_sql(column: Column) -> str:
    """Return the definition of a column."""
    if UNSURE in {column.type, column.null, column.default} or column.generated is not None:
        raise CannotWriteError(f"not everything about `{column.name}` is known")
    default = "" if column.default is None else f" DEFAULT {column.default}"
    return f"{identifier(column.name)} {column.type}{default}{'' if column.null else ' NOT NULL'}"


def constraint_sql(constraint: Constraint) -> str:
    """Return the definition of a constraint with its name."""
    head = f"CONSTRAINT {identifier(constraint.name)}"
    match constraint:
        case Check(expression=expression, validated=validated):
            return f"{head} CHECK ({expression}){'' if validated else ' NOT VALID'}"
        case Exclusion(using=using):
            return f"{head} EXCLUDE USING {using}"
        case PrimaryKey(columns=columns):
            return f"{head} PRIMARY KEY ({_columns(columns)})"
        case Unique(columns=columns):
            return f"{head} UNIQUE ({_columns(columns)})"
        case ForeignKey():
            return f"{head} {_foreign_key_sql(constraint)}"
        case _:
            raise CannotWriteError(f"what the constraint `{constraint.name}` was is not known")


def _foreign_key_sql(foreign: ForeignKey) -> str:
    target = name_sql(foreign.target) + (f" ({_columns(foreign.target_columns)})" if foreign.target_columns else "")
    words = [f"FOREIGN KEY ({_columns(foreign.columns)}) REFERENCES {target}"]
    words += [f"MATCH {foreign.match}"] if foreign.match != "SIMPLE" else []
    words += [f"ON DELETE {foreign.on_delete}"] if foreign.on_delete != "NO ACTION" else []
    words += [f"ON UPDATE {foreign.on_update}"] if foreign.on_update != "NO ACTION" else []
    words += [] if foreign.validated else ["NOT VALID"]
    return " ".join(words)


def index_sql(table: Table, index: Index) -> str:
    """Return the statement that makes *index*."""
    if index.columns is UNSURE or index.unique is UNSURE:
        raise CannotWriteError(f"what the index `{index.name}` was is not known")
    words = [f"CREATE {'UNIQUE ' if index.unique else ''}INDEX {identifier(index.name)} ON {name_sql(table.name)}"]
    words += [f"USING {index.using}"] if index.using != "btree" else []
    words += [f"({', '.join(map(_unquoted, index.columns))})"]
    words += [f"INCLUDE ({', '.join(map(_unquoted, index.include))})"] if index.include else []
    words += [] if index.nulls_distinct else ["NULLS NOT DISTINCT"]
    words += [f"WITH ({index.storage})"] if index.storage else []
    words += [f"WHERE {index.where}"] if index.where else []
    return " ".join(words)


def _unquoted(column: str) -> str:
    """Return an index column without quotes that its name does not need."""
    return QUOTED.sub(lambda match: identifier(match[1]), column)


def _columns(names: tuple[str, ...]) -> str:
    return ", ".join(map(identifier, names))
