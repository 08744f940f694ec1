"""The locks of ALTER TABLE, action by action, and whether it reads or rewrites the table.

Source: AlterTableGetLockLevel and what the actions do, of PostgreSQL 10 to 18; each is tried on a server by the tests.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rules.postgres.effects.effect import Effect, either
from rules.postgres.effects.retyping import builds_index, checked, rewrites
from rules.postgres.effects.volatility import domain_is_checked, is_volatile
from rules.postgres.locks import Lock
from rules.schema.dependence import other_ends
from rules.schema.model import Check, Column, ForeignKey, Schema, Table
from rules.sql import effects as sql
from rules.sql.names import Name, stored
from rules.sql.parts import SqlColumn, SqlConstraint
from rules.sql.types import SERIALS

CONSTANTS_KEPT_APART: Final = 11  # the first version that notes the default of a new column instead of writing it
CHECKS_BELIEVED: Final = 12  # the first version that takes a validated check as proof of NOT NULL
PARTITIONS_APART: Final = 12  # the first version that attaches partitions without stopping their parent
DETACHED_ALONE: Final = 14  # the first version that stops a partition, too, while it detaches it
SHARED: Final = frozenset({"SetStatistics", "ClusterOn", "DropCluster", "SetOptions", "ResetOptions"})
TRIGGERS: Final = ("EnableTrig", "EnableAlwaysTrig", "EnableReplicaTrig", "DisableTrig")
REWRITING: Final = frozenset({"SetLogged", "SetUnLogged", "SetAccessMethod", "SetTableSpace"})
# Storage parameters that take effect for those who come next, and need no stronger lock. Source: reloptions.c.
LIGHT: Final = ("autovacuum_", "toast_tuple_target", "fillfactor", "parallel_workers", "log_autovacuum", "vacuum_")


@dataclass(frozen=True, slots=True)
class Alteration:
    """One ALTER TABLE with all of its actions, which decide together what is read."""

    table: Table
    actions: tuple[sql.TableAction, ...]
    schema: Schema
    version: int

    def effects(self) -> Iterator[Effect]:
        """Yield what each action does, also to other tables."""
        for action in self.actions:
            yield from self._of(action)

    def _of(self, action: sql.TableAction) -> Iterator[Effect]:
        match action:
            case sql.ColumnAdded():
                yield self._added(action)
            case sql.ColumnTypeChanged():
                yield from self._retyped(action)
            case sql.ColumnNullChanged():
                yield self._here(Lock.ACCESS_EXCLUSIVE, reads=action.not_null and not self._is_required(action.column))
            case sql.ColumnDropped(column=column):
                yield self._here(Lock.ACCESS_EXCLUSIVE)
                yield from self._at_other_ends_of(stored(column))
            case sql.ColumnDefaultChanged():
                yield self._here(Lock.ACCESS_EXCLUSIVE)
            case sql.TableAltered():
                yield from self._otherwise(action)
            case _:
                yield from self._constrained(action)

    def _here(self, lock: Lock, *, reads: bool | None = False, rewrites: bool | None = False) -> Effect:
        return Effect(lock, self.table.name, reads, rewrites)

    def _column(self, name: str) -> Column | None:
        return self.table.columns.get(stored(name))

    def _added(self, action: sql.ColumnAdded) -> Effect:
        column = action.column
        if action.if_not_exists and self._column(column.name):
            return self._here(Lock.ACCESS_EXCLUSIVE)
        filled = fills(column, self.schema, self.version)
        empty = column.not_null and column.default is None
        return self._here(Lock.ACCESS_EXCLUSIVE, reads=either(filled, empty), rewrites=filled)

    def _retyped(self, action: sql.ColumnTypeChanged) -> Iterator[Effect]:
        old, name = self._column(action.column), stored(action.column)
        anew = rewrites(action, old, self.schema, self.version)
        reads = either(anew, bool(checked(self.table, name)), builds_index(self.table, action, old))
        yield self._here(Lock.ACCESS_EXCLUSIVE, reads=reads, rewrites=anew)
        yield from self._at_other_ends_of(name)

    def _at_other_ends_of(self, column: str) -> Iterator[Effect]:
        ends = other_ends(self.table, column, self.schema)
        yield from (Effect(Lock.ACCESS_EXCLUSIVE, end) for end in ends)

    def _is_required(self, column: str) -> bool:
        """Tell whether PostgreSQL knows without looking that *column* holds no NULL."""
        known = self._column(column)
        return (known is not None and known.null is False) or self._is_checked(column)

    def _is_checked(self, column: str) -> bool:
        """Tell whether a validated check says so, and is not itself in doubt, as when the column's type is restated."""
        said = {f"{name} is not null" for name in (stored(column).lower(), f'"{stored(column)}"')}
        checks = (one for one in self.table.constraints.values() if isinstance(one, Check) and one.validated)
        proven = any(one.expression.lower().strip("() ") in said for one in checks)
        retyped = any(isinstance(one, sql.ColumnTypeChanged) and one.column == column for one in self.actions)
        return proven and not retyped and self.version >= CHECKS_BELIEVED

    def _constrained(
        self, action: sql.ConstraintAdded | sql.ConstraintDropped | sql.ConstraintValidated
    ) -> Iterator[Effect]:
        match action:
            case sql.ConstraintAdded(constraint=constraint) if constraint.references is not None:
                yield self._here(Lock.SHARE_ROW_EXCLUSIVE, reads=constraint.valid and not self._is_new(action))
                yield Effect(Lock.SHARE_ROW_EXCLUSIVE, constraint.references.table)
            case sql.ConstraintAdded(constraint=constraint):
                yield self._here(Lock.ACCESS_EXCLUSIVE, reads=self._verifies(constraint))
            case sql.ConstraintDropped(name=name):
                known = self.table.constraints.get(stored(name))
                yield self._here(Lock.ACCESS_EXCLUSIVE)
                if isinstance(known, ForeignKey):
                    yield Effect(Lock.ACCESS_EXCLUSIVE, known.target)
            case sql.ConstraintValidated(name=name):
                known = self.table.constraints.get(stored(name))
                done = isinstance(known, Check | ForeignKey) and known.validated
                yield self._here(Lock.SHARE_UPDATE_EXCLUSIVE, reads=not done)
                if isinstance(known, ForeignKey) and not done:
                    yield Effect(Lock.ROW_SHARE, known.target)

    def _is_new(self, action: sql.ConstraintAdded) -> bool:
        """Tell whether a foreign key stands behind its new column, all of whose values are NULL: then none is read."""
        apart = any(isinstance(one, sql.ConstraintAdded) and not one.with_column for one in self.actions)
        filled = any(isinstance(one, sql.ColumnAdded) and one.column.default is not None for one in self.actions)
        return action.with_column and not apart and not filled

    def _verifies(self, constraint: SqlConstraint) -> bool | None:
        if constraint.using_index is None:
            return constraint.valid
        if constraint.kind != "PRIMARY KEY":
            return False
        index = self.table.indexes.get(stored(constraint.using_index))
        columns = index.columns if index is not None and isinstance(index.columns, tuple) else ()
        return not all(self._is_required(column.strip('"')) for column in columns) if columns else None

    def _otherwise(self, action: sql.TableAltered) -> Iterator[Effect]:
        done = action.action
        if done in {"AttachPartition", "DetachPartition"}:
            yield from self._partitioned(action)
        elif done.startswith(TRIGGERS):
            yield self._here(Lock.SHARE_ROW_EXCLUSIVE)
        elif done in SHARED or (
            done in {"SetRelOptions", "ResetRelOptions"} and all(one.startswith(LIGHT) for one in action.options)
        ):
            yield self._here(Lock.SHARE_UPDATE_EXCLUSIVE)
        else:
            yield self._here(Lock.ACCESS_EXCLUSIVE, rewrites=done in REWRITING)
            if done in {"AddInherit", "DropInherit"} and action.other is not None:
                yield Effect(Lock.SHARE_UPDATE_EXCLUSIVE, action.other)

    def _partitioned(self, action: sql.TableAltered) -> Iterator[Effect]:
        attaches = action.action == "AttachPartition"
        apart = self.version >= PARTITIONS_APART if attaches else action.concurrently
        yield self._here(Lock.SHARE_UPDATE_EXCLUSIVE if apart else Lock.ACCESS_EXCLUSIVE)
        if action.other is not None and attaches:
            yield Effect(Lock.ACCESS_EXCLUSIVE, action.other, self._is_unproven(action.other))
        elif action.other is not None:
            alone = self.version >= DETACHED_ALONE
            yield Effect(Lock.ACCESS_EXCLUSIVE if alone else Lock.SHARE_UPDATE_EXCLUSIVE, action.other)

    def _is_unproven(self, partition: Name) -> bool | None:
        """Tell whether PostgreSQL has to look whether all rows belong; a check may say that they do."""
        known = self.schema.table(partition)
        checks = any(isinstance(one, Check) and one.validated for one in known.constraints.values())
        return None if checks or not known.whole else True


def fills(column: SqlColumn, schema: Schema, version: int) -> bool | None:
    """Tell whether PostgreSQL writes a value of a new column into every row."""
    if column.generated is not None or column.type in SERIALS or domain_is_checked(column.type, schema):
        return True
    if column.default is None or column.default.upper().split("::")[0] == "NULL":
        return False
    return True if version < CONSTANTS_KEPT_APART else is_volatile(column.default, schema)
