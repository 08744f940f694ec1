"""The SQL that takes back what ALTER sets: parameters, triggers, row security, the schema that something is in."""

from typing import Final

from rules.rewrite.elixir import CannotWriteError
from rules.rewrite.names import identifier, name_sql
from rules.schema.model import PUBLIC, Table, Thing
from rules.sql.effects import Kind, ObjectAltered, ObjectMoved, TableAltered
from rules.sql.names import Name
from rules.sql.traits import CHECK

OPPOSITES: Final = {
    "EnableRowSecurity": "DISABLE ROW LEVEL SECURITY",
    "DisableRowSecurity": "ENABLE ROW LEVEL SECURITY",
    "ForceRowSecurity": "NO FORCE ROW LEVEL SECURITY",
    "NoForceRowSecurity": "FORCE ROW LEVEL SECURITY",
    "SetLogged": "SET UNLOGGED",
    "SetUnLogged": "SET LOGGED",
}
TRIGGERS: Final = frozenset({"EnableTrig", "DisableTrig", "EnableAlwaysTrig", "EnableReplicaTrig"})
FIRED: Final = {None: "ENABLE", "disabled": "DISABLE", "always": "ENABLE ALWAYS", "in replicas": "ENABLE REPLICA"}
IDENTITIES: Final = {None: "DEFAULT", "full": "FULL", "nothing": "NOTHING"}
RELATIVES: Final = {"AddInherit": "NO INHERIT", "DropInherit": "INHERIT", "AttachPartition": "DETACH PARTITION"}


def undo_setting(effect: TableAltered, table: Table) -> str:
    """Return the action of ALTER TABLE that undoes one which sets a trait of *table*."""
    match effect.action:
        case action if action in OPPOSITES:
            return OPPOSITES[action]
        case "SetRelOptions" | "ResetRelOptions":
            return _parameters(effect, table)
        case action if action in TRIGGERS and effect.subject:
            return f"{FIRED[table.traits.get(f'trigger {effect.subject}')]} TRIGGER {identifier(effect.subject)}"
        case "ReplicaIdentity" if table.traits.get("replica identity") in IDENTITIES:
            return f"REPLICA IDENTITY {IDENTITIES[table.traits.get('replica identity')]}"
        case action if action in RELATIVES and effect.other is not None:
            return f"{RELATIVES[action]} {name_sql(effect.other)}"
        case action:
            raise CannotWriteError(f"nothing that we know undoes {action}")


def _parameters(effect: TableAltered, table: Table) -> str:
    before = {name: table.traits.get(name) for name in effect.options}
    known = ", ".join(f"{name} = {value}" for name, value in before.items() if value is not None)
    new = ", ".join(name for name, value in before.items() if value is None)
    wanted = new if effect.action == "SetRelOptions" else ""
    actions = [f"SET ({known})"] * bool(known) + [f"RESET ({wanted})"] * bool(wanted)
    if not actions:
        raise CannotWriteError("there is nothing to set back")
    return ", ".join(actions)


def undo_altered(effect: ObjectAltered, thing: Thing | None) -> str:
    """Return the statement that undoes what is added to a domain."""
    added = [name for name, value in effect.traits or () if value is not None]
    is_new = thing is not None and thing.traits.get(added[0]) is None if len(added) == 1 else False
    if effect.kind is not Kind.DOMAIN or not is_new or not added[0].startswith(CHECK):
        raise CannotWriteError(f"nothing that we know undoes {effect.action}")
    return f"ALTER DOMAIN {name_sql(effect.name)} DROP CONSTRAINT {identifier(added[0].removeprefix(CHECK))}"


def undo_moved(effect: ObjectMoved) -> str:
    """Return the statement that takes something back to the schema where it was."""
    signature = "" if effect.arguments is None else f"({', '.join(effect.arguments)})"
    now = name_sql(Name(effect.schema, effect.name.name))
    return f"ALTER {effect.kind.value.upper()} {now}{signature} SET SCHEMA {identifier(effect.name.prefix or PUBLIC)}"
