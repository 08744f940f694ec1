"""What statements do to objects other than tables: create, drop, rename, move, comment, and rows and sessions."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from rules.sql.effects import (
    ColumnRenamed,
    Commented,
    ConstraintRenamed,
    Effect,
    EnumCreated,
    EnumValueAdded,
    EnumValueRenamed,
    Kind,
    ObjectAltered,
    ObjectCreated,
    ObjectDropped,
    ObjectMoved,
    ObjectRenamed,
    Unknown,
)
from rules.sql.names import Name
from rules.sql.traits import (
    Traits,
    arguments_of,
    cast_name,
    columns_of,
    defined_arguments,
    domain_changes,
    domain_traits,
    extension_traits,
    owned,
    parameters,
    policy_traits,
    sequence_traits,
    types_in,
)
from rules.sql.tree import Source, Tree, name_of, nodes, parts_of, relation, text_of, texts

KINDS: Final[Mapping[str, Kind]] = {
    "OBJECT_TABLE": Kind.TABLE,
    "OBJECT_VIEW": Kind.VIEW,
    "OBJECT_MATVIEW": Kind.MATERIALIZED_VIEW,
    "OBJECT_FOREIGN_TABLE": Kind.FOREIGN_TABLE,
    "OBJECT_INDEX": Kind.INDEX,
    "OBJECT_SEQUENCE": Kind.SEQUENCE,
    "OBJECT_TYPE": Kind.TYPE,
    "OBJECT_DOMAIN": Kind.DOMAIN,
    "OBJECT_FUNCTION": Kind.FUNCTION,
    "OBJECT_ROUTINE": Kind.FUNCTION,
    "OBJECT_PROCEDURE": Kind.PROCEDURE,
    "OBJECT_AGGREGATE": Kind.AGGREGATE,
    "OBJECT_OPERATOR": Kind.OPERATOR,
    "OBJECT_TRIGGER": Kind.TRIGGER,
    "OBJECT_EVENT_TRIGGER": Kind.EVENT_TRIGGER,
    "OBJECT_POLICY": Kind.POLICY,
    "OBJECT_RULE": Kind.RULE,
    "OBJECT_EXTENSION": Kind.EXTENSION,
    "OBJECT_SCHEMA": Kind.SCHEMA,
    "OBJECT_COLLATION": Kind.COLLATION,
    "OBJECT_CAST": Kind.CAST,
    "OBJECT_STATISTIC_EXT": Kind.STATISTICS,
    "OBJECT_PUBLICATION": Kind.PUBLICATION,
    "OBJECT_ROLE": Kind.ROLE,
    "OBJECT_COLUMN": Kind.COLUMN,
    "OBJECT_TABCONSTRAINT": Kind.CONSTRAINT,
}
OF_TABLES: Final = frozenset({Kind.TRIGGER, Kind.POLICY, Kind.RULE, Kind.COLUMN, Kind.CONSTRAINT})
Effects = Callable[[Tree, Source], Iterator[Effect]]


def relations(tree: object) -> frozenset[Name]:
    """Return every relation that *tree* names, but for its own WITH queries."""
    own: set[str] = set()
    found: set[Name] = set()
    for node in nodes(tree):
        if "ctename" in node:
            own.add(node["ctename"])
        if "relname" in node:
            found.add(relation(node))
    return frozenset(name for name in found if name.prefix is not None or name.name not in own)


def _split(kind: Kind, parts: tuple[str, ...]) -> tuple[Name, Name | None]:
    """Return an object's name and, where it belongs to one, its table's."""
    if kind in OF_TABLES and len(parts) > 1:
        return Name(None, parts[-1]), name_of(parts[:-1])
    return name_of(parts), None


def dropped(tree: Tree, _: Source) -> Iterator[Effect]:
    """DROP of anything: one effect for each object."""
    kind = KINDS.get(tree.get("removeType", ""), Kind.OTHER)
    cascade = tree.get("behavior") == "DROP_CASCADE"
    for target in tree.get("objects", ()):
        name, table = _split(kind, parts_of(target)) if kind is not Kind.CAST else (_cast_of(target), None)
        guarded, concurrently = tree.get("missing_ok", False), tree.get("concurrent", False)
        yield ObjectDropped(kind, name, table, guarded, cascade, concurrently, arguments_of(target))


def _cast_of(target: Tree) -> Name:
    return cast_name(*target["List"]["items"])


def renamed(tree: Tree, _: Source) -> Iterator[Effect]:
    """ALTER ... RENAME."""
    kind = KINDS.get(tree.get("renameType", ""), Kind.OTHER)
    to = tree.get("newname", "")
    table = relation(tree["relation"]) if "relation" in tree else None
    if tree.get("renameType") == "OBJECT_ATTRIBUTE" and table is not None:
        yield ObjectAltered(Kind.TYPE, table, "RenameAttribute")
    elif kind is Kind.COLUMN and table is not None:
        yield ColumnRenamed(table, tree.get("subname", ""), to)
    elif kind is Kind.CONSTRAINT and table is not None:
        yield ConstraintRenamed(table, tree.get("subname", ""), to)
    elif kind in OF_TABLES and table is not None:
        yield ObjectRenamed(kind, Name(None, tree.get("subname", "")), to, table)
    elif table is not None:
        yield ObjectRenamed(kind, table, to)
    else:
        target = tree.get("object", {})
        named = parts_of(target) if target else (tree.get("subname", ""),)
        yield ObjectRenamed(kind, name_of(named), to, arguments=arguments_of(target))


def moved(tree: Tree, _: Source) -> Iterator[Effect]:
    """ALTER ... SET SCHEMA."""
    kind = KINDS.get(tree.get("objectType", ""), Kind.OTHER)
    target = tree.get("object", {})
    name = relation(tree["relation"]) if "relation" in tree else name_of(parts_of(target))
    yield ObjectMoved(kind, name, tree.get("newschema", ""), arguments_of(target))


def commented(tree: Tree, _: Source) -> Iterator[Effect]:
    """COMMENT ON."""
    kind = KINDS.get(tree.get("objtype", ""), Kind.OTHER)
    name, table = _split(kind, parts_of(tree.get("object", {})))
    text = tree.get("comment")
    of_table = table is not None
    column, arguments = name.name if of_table else None, arguments_of(tree.get("object", {}))
    yield Commented(kind, table or name, text, column, arguments)


def enum_created(tree: Tree, _: Source) -> Iterator[Effect]:
    """CREATE TYPE ... AS ENUM."""
    yield EnumCreated(name_of(texts(tree["typeName"])), texts(tree.get("vals")))


def enum_altered(tree: Tree, _: Source) -> Iterator[Effect]:
    """ALTER TYPE ... ADD VALUE or RENAME VALUE."""
    name = name_of(texts(tree["typeName"]))
    if "oldVal" in tree:
        yield EnumValueRenamed(name, tree["oldVal"], tree["newVal"])
        return
    guarded, after = tree.get("skipIfNewValExists", False), tree.get("newValIsAfter", False)
    yield EnumValueAdded(name, tree["newVal"], guarded, tree.get("newValNeighbor"), after)


def _creating(kind: Kind, key: str) -> Effects:
    """Make the reader of a CREATE whose name stands under *key*."""

    def created(tree: Tree, _: Source) -> Iterator[Effect]:
        written = tree.get(key)
        if isinstance(written, dict):
            name = relation(written.get("relation", written))
        elif isinstance(written, list):
            name = name_of(texts(written))
        else:
            name = Name(None, text_of(written))
        table = relation(tree["relation"]) if key != "relation" and "relation" in tree else None
        table = relation(tree["table"]) if "table" in tree and isinstance(tree["table"], dict) else table
        replaced, guarded = tree.get("replace", False), tree.get("if_not_exists", False)
        yield ObjectCreated(kind, name, table, replaced, guarded, relations(tree) - {name})

    return created


def _described(kind: Kind, key: str, traits: Callable[[Tree, Source], Traits]) -> Effects:
    """Make the reader of a CREATE of something that ALTER can change trait by trait."""

    def created(tree: Tree, source: Source) -> Iterator[Effect]:
        told = tuple((trait, value) for trait, value in traits(tree, source) if value is not None)
        for effect in _creating(kind, key)(tree, source):
            yield replace(effect, traits=told) if isinstance(effect, ObjectCreated) else effect

    return created


def procedure_or_function(tree: Tree, source: Source) -> Iterator[Effect]:
    """CREATE FUNCTION and CREATE PROCEDURE."""
    kind = Kind.PROCEDURE if tree.get("is_procedure") else Kind.FUNCTION
    for effect in _creating(kind, "funcname")(tree, source):
        if isinstance(effect, ObjectCreated):
            yield replace(effect, arguments=parameters(tree), uses=effect.uses | types_in(tree))


def schema(tree: Tree, source: Source) -> Iterator[Effect]:
    """CREATE SCHEMA, which may make what lies in it at once."""
    yield from _creating(Kind.SCHEMA, "schemaname")(tree, source)
    if "schemaElts" in tree:
        yield Unknown("a schema that is created with what it holds")


def defined(tree: Tree, source: Source) -> Iterator[Effect]:
    """CREATE of an aggregate, an operator, a collation, or what is for text search."""
    kind = KINDS.get(tree["kind"], Kind.OTHER)
    for effect in _creating(kind, "defnames")(tree, source):
        yield replace(effect, arguments=defined_arguments(tree)) if isinstance(effect, ObjectCreated) else effect


def cast(tree: Tree, _: Source) -> Iterator[Effect]:
    """CREATE CAST, which has no name but its types."""
    yield ObjectCreated(Kind.CAST, cast_name(tree["sourcetype"], tree["targettype"]))


def view(tree: Tree, source: Source) -> Iterator[Effect]:
    """CREATE VIEW."""
    for effect in _creating(Kind.VIEW, "view")(tree, source):
        yield replace(effect, columns=columns_of(tree)) if isinstance(effect, ObjectCreated) else effect


def sequence(tree: Tree, source: Source) -> Iterator[Effect]:
    """CREATE SEQUENCE."""
    yield from _described(Kind.SEQUENCE, "sequence", sequence_traits)(tree, source)
    yield from owned(tree)


def materialized_view(tree: Tree, _: Source) -> Iterator[Effect]:
    """CREATE MATERIALIZED VIEW."""
    name = relation(tree["into"]["rel"])
    guarded = tree.get("if_not_exists", False)
    yield ObjectCreated(Kind.MATERIALIZED_VIEW, name, if_not_exists=guarded, uses=relations(tree.get("query")) - {name})


def sequence_altered(tree: Tree, source: Source) -> Iterator[Effect]:
    """ALTER SEQUENCE: where it counts is no part of a schema."""
    yield from _altering(Kind.SEQUENCE, "sequence", "AlterSeqStmt", sequence_traits)(tree, source)
    yield from owned(tree)


def _altering(
    kind: Kind, key: str, node: str, traits: Callable[[Tree, Source], Traits | None] | None = None
) -> Effects:
    """Make the reader of an ALTER whose name stands under *key*."""

    def altered(tree: Tree, source: Source) -> Iterator[Effect]:
        written = tree.get(key)
        if isinstance(written, dict):
            name = relation(written) if "relname" in written else name_of(parts_of(written))
        else:
            name = name_of(texts(written)) if isinstance(written, list) else Name(None, text_of(written))
        found = KINDS.get(tree.get("objectType", ""), kind)
        table = relation(tree["table"]) if "table" in tree else None
        said, guarded = traits(tree, source) if traits else None, tree.get("missing_ok", False)
        yield ObjectAltered(found, name, node, table, said, guarded)

    return altered


OBJECTS: Final[Mapping[str, Effects]] = {
    "DropStmt": dropped,
    "RenameStmt": renamed,
    "AlterObjectSchemaStmt": moved,
    "CommentStmt": commented,
    "CreateEnumStmt": enum_created,
    "AlterEnumStmt": enum_altered,
    "CreateFunctionStmt": procedure_or_function,
    "ViewStmt": view,
    "CreateSeqStmt": sequence,
    "CreateTrigStmt": _creating(Kind.TRIGGER, "trigname"),
    "CreateEventTrigStmt": _creating(Kind.EVENT_TRIGGER, "trigname"),
    "CreatePolicyStmt": _described(Kind.POLICY, "policy_name", policy_traits),
    "RuleStmt": _creating(Kind.RULE, "rulename"),
    "CreateExtensionStmt": _described(Kind.EXTENSION, "extname", extension_traits),
    "CreateSchemaStmt": schema,
    "CreateDomainStmt": _described(Kind.DOMAIN, "domainname", domain_traits),
    "CompositeTypeStmt": _creating(Kind.TYPE, "typevar"),
    "CreateRangeStmt": _creating(Kind.TYPE, "typeName"),
    "DefineStmt": defined,
    "CreateCastStmt": cast,
    "CreateStatsStmt": _creating(Kind.STATISTICS, "defnames"),
    "CreatePublicationStmt": _creating(Kind.PUBLICATION, "pubname"),
    "CreateRoleStmt": _creating(Kind.ROLE, "role"),
    "CreateForeignTableStmt": _creating(Kind.FOREIGN_TABLE, "base"),
    "CreateFdwStmt": _creating(Kind.OTHER, "fdwname"),
    "CreateForeignServerStmt": _creating(Kind.OTHER, "servername"),
    "AlterSeqStmt": sequence_altered,
    "AlterFunctionStmt": _altering(Kind.FUNCTION, "func", "AlterFunctionStmt"),
    "AlterDomainStmt": _altering(Kind.DOMAIN, "typeName", "AlterDomainStmt", domain_changes),
    "AlterOwnerStmt": lambda _, __: iter(()),  # an owner is no part of a schema, no more than privileges are
    "AlterExtensionStmt": _altering(Kind.EXTENSION, "extname", "AlterExtensionStmt"),
    "AlterPolicyStmt": _altering(Kind.POLICY, "policy_name", "AlterPolicyStmt", policy_traits),
    "AlterTypeStmt": _altering(Kind.TYPE, "typeName", "AlterTypeStmt"),
    "AlterRoleStmt": _altering(Kind.ROLE, "role", "AlterRoleStmt"),
    "AlterRoleSetStmt": _altering(Kind.ROLE, "role", "AlterRoleSetStmt"),
    "AlterPublicationStmt": _altering(Kind.PUBLICATION, "pubname", "AlterPublicationStmt"),
    "AlterDatabaseSetStmt": _altering(Kind.OTHER, "dbname", "AlterDatabaseSetStmt"),
    "AlterDatabaseStmt": _altering(Kind.OTHER, "dbname", "AlterDatabaseStmt"),
    "AlterObjectDependsStmt": _altering(Kind.OTHER, "object", "AlterObjectDependsStmt"),
    "AlterStatsStmt": _altering(Kind.STATISTICS, "defnames", "AlterStatsStmt"),
}
