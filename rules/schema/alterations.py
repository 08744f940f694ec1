"""The actions of ALTER TABLE that set something which another action takes back: traits of a table or a column."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from rules.schema.dependence import CLUSTERING, IDENTITY, foreign_keys
from rules.schema.draft import Draft
from rules.schema.model import UNLOGGED, Check, Table, key
from rules.schema.notes import Remark
from rules.sql.effects import Kind, TableAltered
from rules.sql.names import Name

# What each action leaves behind; None for what goes without saying.
TRAITS: Final = {
    "EnableRowSecurity": ("row security", "on"),
    "DisableRowSecurity": ("row security", None),
    "ForceRowSecurity": ("forced row security", "on"),
    "NoForceRowSecurity": ("forced row security", None),
    "SetLogged": (UNLOGGED, None),
    "SetUnLogged": (UNLOGGED, "on"),
    "DropCluster": (CLUSTERING, None),
    "DropOids": ("object identifiers", None),
}
NAMED: Final = {"ClusterOn": CLUSTERING, "SetTableSpace": "tablespace", "SetAccessMethod": "access method"}
TRIGGERS: Final = {
    "EnableTrig": None,
    "DisableTrig": "disabled",
    "EnableAlwaysTrig": "always",
    "EnableReplicaTrig": "in replicas",
}
ALL_TRIGGERS: Final = {
    "EnableTrigAll": None,
    "EnableTrigUser": None,
    "DisableTrigAll": "disabled",
    "DisableTrigUser": "disabled",
}
KEYS_TOO: Final = frozenset({"EnableTrigAll", "DisableTrigAll"})  # a foreign key is kept by triggers, on both tables
IDENTITIES: Final = {"d": None, "f": "full", "n": "nothing", "i": "index"}
SETTINGS: Final = {"SetStatistics": "statistics", "SetStorage": "storage", "SetCompression": "compression"}
USUAL: Final = frozenset({"-1", "default"})
RELATIVES: Final = {
    "AddInherit": ("inheritance from", "on"),
    "DropInherit": ("inheritance from", None),
    "AttachPartition": ("partition", "of unknown bounds"),
    "DetachPartition": ("partition", None),
}
IGNORED: Final = frozenset({"ChangeOwner"})  # who owns a table is no part of a schema


def alter(draft: Draft, effect: TableAltered) -> None:
    """Set what an action of ALTER TABLE sets."""
    if effect.action in SETTINGS and effect.subject and effect.values:
        _set(draft, effect, SETTINGS[effect.action], effect.values[0])
    elif effect.action in {"AddIdentity", "DropIdentity"} and effect.subject:
        generated = effect.values[0] if effect.values else None
        draft.change_column(effect.table, effect.subject, generated=generated)
    elif effect.action not in IGNORED:
        if effect.action == "AttachPartition" and effect.other:
            _check_attached(draft, draft.table(effect.table), key(effect.other))
        if effect.concurrently:
            draft.note(Remark.VAGUE, f"a concurrent DETACH leaves a check on `{effect.other}`", key(effect.table))
        traits = _traits(draft, effect)
        if traits is None:
            draft.note(Remark.VAGUE, f"{effect.action} on `{effect.table}` is not followed", key(effect.table))
        else:
            table = draft.table(effect.table)
            left = {**table.traits, **traits}
            draft.change(table, traits={name: value for name, value in left.items() if value is not None})


def _check_attached(draft: Draft, table: Table, part: Name) -> None:
    """Note what a table keeps of the one that it becomes a partition of, when it is detached again."""
    before = draft.start.tables.get(table.name)
    if before is not None and f"partition {part}" in before.traits:
        return  # it has kept it already
    copied = [one for one in table.constraints.values() if not isinstance(one, Check)]
    if copied or table.indexes or not table.whole:
        draft.note(Remark.VAGUE, f"`{part}` gets the indexes and keys of `{table.name}` and keeps them", part)


def _set(draft: Draft, effect: TableAltered, setting: str, value: str) -> None:
    column = draft.column(effect.table, str(effect.subject))
    rest = {name: one for name, one in column.settings.items() if name != setting}
    settings = rest if value.lower() in USUAL else {**rest, setting: value.lower()}
    draft.put_column(effect.table, replace(column, settings=settings))


def _traits(draft: Draft, effect: TableAltered) -> Mapping[str, str | None] | None:
    """Return the traits that an action changes, and what they become; None where we do not know."""
    action, subject = effect.action, effect.subject
    if action in TRAITS:
        return dict([TRAITS[action]])
    if action in NAMED:
        return {NAMED[action]: subject}
    if action in TRIGGERS:
        return {f"trigger {subject}": TRIGGERS[action]}
    if action in ALL_TRIGGERS:
        here = [one for one in draft.things.values() if one.kind is Kind.TRIGGER and one.table == key(effect.table)]
        names = [f"trigger {one.name}" for one in here]
        if action in KEYS_TOO and _has_foreign_keys(draft, key(effect.table)):
            names.append("triggers of foreign keys")
        return dict.fromkeys(names, ALL_TRIGGERS[action])
    if action in RELATIVES:
        kind, value = RELATIVES[action]
        bounds = next(iter(effect.values), value) if value is not None else None
        return {f"{kind} {key(effect.other)}" if effect.other else kind: bounds}
    return _valued(effect)


def _has_foreign_keys(draft: Draft, table: Name) -> bool:
    return any(table in {other.name, one.target} for other in draft.tables.values() for one in foreign_keys(other))


def _valued(effect: TableAltered) -> Mapping[str, str | None] | None:
    match effect.action, effect.values:
        case "SetRelOptions", values:
            return dict(zip(effect.options, values, strict=True))
        case "ResetRelOptions", _:
            return dict.fromkeys(effect.options)
        case "ReplicaIdentity", (kind, name):
            return {IDENTITY: name or IDENTITIES.get(kind, kind)}
        case _:
            return None
