"""The SQL that undoes a statement of raw SQL, from what it does and what the schema was before it."""

import re
from typing import Final, TypeAlias

from rules.ecto.adapter import quoted
from rules.ecto.commands import Sql
from rules.rewrite.elixir import CannotWriteError
from rules.schema import indexes
from rules.schema.casts import castable
from rules.schema.draft import Draft, key
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
)
from rules.schema.objects import named
from rules.schema.sql import replay_effect
from rules.schema.text import PLAIN
from rules.sql import effects as sql
from rules.sql.effects import Kind
from rules.sql.names import Name, stored
from rules.sql.parts import SqlConstraint
from rules.sql.reader import read

Action: TypeAlias = (
    sql.ColumnAdded
    | sql.ColumnDropped
    | sql.ColumnTypeChanged
    | sql.ColumnNullChanged
    | sql.ColumnDefaultChanged
    | sql.ConstraintAdded
    | sql.ConstraintDropped
    | sql.ConstraintValidated
    | sql.TableAltered
)
QUOTED: Final = re.compile(r'^"([^"]+)"')
REPLACING: Final = re.compile(r"^create\s+(or\s+replace\s+)?", re.IGNORECASE)
OVERLOADED: Final = frozenset({Kind.AGGREGATE, Kind.OPERATOR, Kind.CAST, Kind.OTHER})  # their names are not enough
OPPOSITES: Final = {
    "EnableRowSecurity": "DISABLE ROW LEVEL SECURITY",
    "DisableRowSecurity": "ENABLE ROW LEVEL SECURITY",
    "ForceRowSecurity": "NO FORCE ROW LEVEL SECURITY",
    "NoForceRowSecurity": "FORCE ROW LEVEL SECURITY",
    "SetLogged": "SET UNLOGGED",
    "SetUnLogged": "SET LOGGED",
}


def undo_sql(text: Sql, schema: Schema) -> str:
    """Return the statement that undoes *text*, which met *schema*; empty where there is nothing to undo."""
    if len(text.statements) != 1:
        raise CannotWriteError("it is not one statement")
    effects = text.statements[0].effects
    if len(effects) == 1 and not isinstance(effects[0], Action):
        return _undo(effects[0], schema)
    changes = [effect for effect in effects if isinstance(effect, Action)]
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
        case sql.IndexCreated(name=str(name), if_not_exists=False):
            concurrently = "CONCURRENTLY " if effect.concurrently else ""
            return f"DROP INDEX {concurrently}{name_sql(Name(effect.table.prefix, name))}"
        case sql.EnumCreated(type=enum):
            return f"DROP TYPE {name_sql(enum)}"
        case sql.EnumValueRenamed(type=enum, value=value, to=to):
            return f"ALTER TYPE {name_sql(enum)} RENAME VALUE {quoted(to)} TO {quoted(value)}"
        case _:
            raise CannotWriteError(f"nothing undoes {type(effect).__name__}")


def _undo_on_object(effect: sql.ObjectCreated | sql.ObjectDropped | sql.ObjectRenamed, schema: Schema) -> str:
    meant = named(schema.things, effect)
    known = schema.things.get(meant[0]) if len(meant) == 1 else None
    on = f" ON {name_sql(effect.table)}" if effect.table else ""
    kind = effect.kind.value.upper()
    match effect:
        case sql.ObjectRenamed():
            new = name_sql(Name(effect.name.prefix, effect.to))
            return f"ALTER {kind} {new}{on} RENAME TO {identifier(effect.name.name)}"
        case sql.ObjectCreated(kind=Kind.FUNCTION | Kind.PROCEDURE) if known is not None and effect.replace:
            return REPLACING.sub("CREATE OR REPLACE ", _again(known))
        case sql.ObjectCreated(replace=False) if known is not None:
            return ""
        case sql.ObjectCreated() if known is None and effect.kind not in OVERLOADED:
            return f"DROP {kind} {name_sql(effect.name)}{on}"
        case sql.ObjectDropped(kind=Kind.INDEX):
            return _index_again(effect, schema)
        case sql.ObjectDropped() if known is not None:
            return _again(known)
        case _:
            raise CannotWriteError(f"what the {effect.kind.value} `{effect.name}` was is not known")


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
    return index.sql or index_sql(owner, index)


def _undo_comment(effect: sql.Commented, schema: Schema) -> str:
    table = schema.tables.get(key(effect.name))
    column = table.columns.get(stored(effect.column)) if table and effect.column else None
    old = column.comment if column else table.comment if table else UNSURE
    if old is UNSURE or effect.kind not in {Kind.TABLE, Kind.COLUMN}:
        raise CannotWriteError("what the comment was is not known")
    where = name_sql(effect.name) + (f".{identifier(effect.column)}" if effect.column else "")
    return f"COMMENT ON {effect.kind.value.upper()} {where} IS {'NULL' if old is None else quoted(old)}"


# --- actions of ALTER TABLE ------------------------------------------------------------------------------------------


def _undo_action(effect: Action, table: Table) -> str:
    match effect:
        case sql.ConstraintAdded(constraint=SqlConstraint(name=str(name))):
            return f"DROP CONSTRAINT {identifier(name)}"
        case sql.ConstraintDropped(name=name):
            return f"ADD {constraint_sql(_known_constraint(table, name))}"
        case sql.ConstraintValidated(name=name):
            return f"DROP CONSTRAINT {identifier(name)}, ADD {constraint_sql(_known_constraint(table, name))}"
        case sql.TableAltered(action=action) if action in OPPOSITES:
            return OPPOSITES[action]
        case sql.TableAltered() | sql.ConstraintAdded():
            raise CannotWriteError(f"nothing that we know undoes {effect}")
        case _:
            return _undo_on_column(effect, table)


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


def identifier(name: str) -> str:
    """Return *name* as SQL, in quotes where PostgreSQL would read it otherwise."""
    return name if PLAIN.fullmatch(name) else '"' + name.replace('"', '""') + '"'


def name_sql(name: Name) -> str:
    """Return *name* with its prefix as SQL."""
    return ".".join(map(identifier, filter(None, (name.prefix, name.name))))


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
