"""What tells objects apart, or is altered by itself: arguments, columns of views, traits of domains and policies."""

from collections.abc import Iterator
from typing import Any, Final, TypeAlias

from rules.sql.effects import SequenceOwned
from rules.sql.names import Name
from rules.sql.tree import Source, Tree, name_of, option_value, relation, text_of, texts
from rules.sql.types import SEARCHED, type_of

Traits: TypeAlias = tuple[tuple[str, str | None], ...]
CHECK: Final = "check "  # before the name of a domain's constraint
RETURNED: Final = frozenset({"FUNC_PARAM_OUT", "FUNC_PARAM_TABLE"})
# What a sequence does unless it is told otherwise.
USUAL: Final = {
    "start": "1",
    "increment": "1",
    "cache": "1",
    "minvalue": "",
    "maxvalue": "",
    "cycle": "false",
    "as": "bigint",
}
NAMELESS: Final = frozenset({"owned_by", "restart", "sequence_name"})


def parameters(tree: Tree) -> tuple[str, ...]:
    """Return the types of the arguments that a CREATE FUNCTION takes."""
    written = (one["FunctionParameter"] for one in tree.get("parameters", ()))
    return tuple(_bare(one["argType"]) for one in written if one.get("mode") not in RETURNED)


def _bare(kind: Tree) -> str:
    """Return the type of an argument, which PostgreSQL keeps without sizes."""
    return type_of({key: value for key, value in kind.get("TypeName", kind).items() if key != "typmods"})


def types_in(tree: Tree) -> frozenset[Name]:
    """Return the types that a CREATE FUNCTION takes and returns, tables included."""
    written = [one["FunctionParameter"]["argType"] for one in tree.get("parameters", ())]
    named = [one for one in (*written, tree.get("returnType", {})) if not one.get("pct_type", False)]
    names = (name_of(texts(one["names"])) for one in named if "names" in one)
    return frozenset(name for name in names if name.prefix != "pg_catalog")


def arguments_of(target: Tree) -> tuple[str, ...] | None:
    """Return the types with which DROP, ALTER and COMMENT name a function; None where they leave them out."""
    found = target.get("ObjectWithArgs")
    if found is None or found.get("args_unspecified", False):
        return None
    return tuple(_bare(one) if one else "NONE" for one in found.get("objargs", ()))


def defined_arguments(tree: Tree) -> tuple[str, ...] | None:
    """Return the types that tell an aggregate or an operator from others of its name."""
    if tree["kind"] == "OBJECT_AGGREGATE":
        listed = tree.get("args", [{}])[0].get("List", {})
        return tuple(_bare(one["FunctionParameter"]["argType"]) for one in listed.get("items", ()))
    if tree["kind"] == "OBJECT_OPERATOR":
        said = {one["DefElem"]["defname"]: one["DefElem"].get("arg", {}) for one in tree["definition"]}
        return tuple(_bare(said[side]) if side in said else "NONE" for side in ("leftarg", "rightarg"))
    return None


def cast_name(source: Tree, target: Tree) -> Name:
    """Return a name for the cast from one type to another."""
    return Name(None, f"{type_of(source)} AS {type_of(target)}")


def extension_traits(tree: Tree, _: Source) -> Traits:
    """Return where CREATE EXTENSION puts what it brings."""
    options = (one["DefElem"] for one in tree.get("options", ()))
    places = [option_value(one) for one in options if one["defname"] == "schema"]
    return tuple(("schema", place) for place in places if place not in SEARCHED)


def columns_of(view: Tree) -> tuple[str, ...] | None:
    """Return the names of a view's columns; None where its text does not tell them."""
    if "aliases" in view:
        return texts(view["aliases"])
    query = view["query"].get("SelectStmt", {})
    while "larg" in query:
        query = query["larg"]
    names = [_column_name(one["ResTarget"]) for one in query.get("targetList", ())]
    known = tuple(name for name in names if name is not None)
    return known if len(known) == len(names) > 0 else None


def _column_name(target: Tree) -> str | None:
    if "name" in target:
        return str(target["name"])
    value: Any = target.get("val", {})
    while "TypeCast" in value:
        value = value["TypeCast"]["arg"]
    match value:
        case {"ColumnRef": {"fields": [*_, {"String": _} as last]}}:
            return text_of(last)
        case {"FuncCall": {"funcname": names}}:
            return texts(names)[-1]
        case _:
            return None


def domain_traits(tree: Tree, source: Source) -> Traits:
    """Return what CREATE DOMAIN says."""
    name = texts(tree["domainname"])[-1]
    written = [one["Constraint"] for one in tree.get("constraints", ())]
    collation = texts(tree.get("collClause", {}).get("collname"))[-1:]
    places = [source.at(one["location"]) for one in written]
    said = [
        _domain_constraint(one, name, source, min((at for at in places if at > place), default=source.end))
        for one, place in zip(written, places, strict=True)
    ]
    return (("type", type_of(tree["typeName"])), ("collation", ".".join(collation) or None), *said)


def _domain_constraint(tree: Tree, domain: str, source: Source, stop: int) -> tuple[str, str | None]:
    match tree["contype"]:
        case "CONSTR_CHECK":
            valid = " NOT VALID" if tree.get("skip_validation", False) else ""
            return CHECK + tree.get("conname", f"{domain}_check"), source.after("CHECK", tree["raw_expr"]) + valid
        case "CONSTR_DEFAULT":
            return "default", source.after("DEFAULT", tree["raw_expr"], stop)
        case _:
            return "null", "NOT NULL"


def domain_changes(tree: Tree, source: Source) -> Traits | None:
    """Return what ALTER DOMAIN changes; None where that is not followed, as what was validated before is not known."""
    match tree["subtype"]:
        case "C":
            return (_domain_constraint(tree["def"]["Constraint"], texts(tree["typeName"])[-1], source, source.end),)
        case "X":
            return ((CHECK + tree["name"], None),)
        case "T":
            return (("default", source.after("DEFAULT", tree["def"]) if "def" in tree else None),)
        case "V":
            return None
        case subtype:
            return (("null", "NOT NULL" if subtype == "O" else None),)


def policy_traits(tree: Tree, source: Source) -> Traits:
    """Return what CREATE POLICY and ALTER POLICY say."""
    roles = [role["RoleSpec"].get("rolename", role["RoleSpec"]["roletype"]) for role in tree.get("roles", ())]
    said = (
        ("command", tree.get("cmd_name")),
        ("kind", None if "cmd_name" not in tree else "PERMISSIVE" if tree.get("permissive") else "RESTRICTIVE"),
        ("roles", ", ".join(sorted(roles)).replace("ROLESPEC_", "") or None),
        ("using", source.after("USING", tree["qual"]) if "qual" in tree else None),
        ("check", source.after("CHECK", tree["with_check"]) if "with_check" in tree else None),
    )
    return tuple((trait, value) for trait, value in said if value is not None)


def sequence_traits(tree: Tree, _: Source | None = None) -> Traits:
    """Return what CREATE SEQUENCE, ALTER SEQUENCE and an identity say, without what is usual."""
    options = [one["DefElem"] for one in tree.get("options", ())]
    said = ((one["defname"], _said(one)) for one in options if one["defname"] not in NAMELESS)
    return tuple((name, None if value == USUAL.get(name) else value) for name, value in said)


def _said(option: Tree) -> str:
    return type_of(option["arg"]) if option["defname"] == "as" else option_value(option)


def owned(tree: Tree) -> Iterator[SequenceOwned]:
    """Yield the column with which a sequence goes, where its statement tells."""
    for option in (one["DefElem"] for one in tree.get("options", ())):
        if option["defname"] == "owned_by":
            parts = texts(option["arg"]["List"]["items"])
            sequence = relation(tree["sequence"])
            table = name_of(parts[:-1]) if len(parts) > 1 else None
            yield SequenceOwned(sequence, table, parts[-1] if table else None)
