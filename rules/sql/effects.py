"""What a statement of SQL does to a database's schema and rows: one frozen value for each thing done.

SQL text within (defaults, checks, expressions) is given as libpg_query prints it back, or as it stands in the source.
Names are as written; `Name.stored` is what PostgreSQL keeps of them.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from rules.sql.names import Name
from rules.sql.parts import SqlColumn, SqlConstraint


class Kind(Enum):
    """Objects that are created, renamed, moved and dropped by name alone."""

    TABLE = "table"
    VIEW = "view"
    MATERIALIZED_VIEW = "materialized view"
    FOREIGN_TABLE = "foreign table"
    INDEX = "index"
    SEQUENCE = "sequence"
    TYPE = "type"
    DOMAIN = "domain"
    FUNCTION = "function"
    PROCEDURE = "procedure"
    AGGREGATE = "aggregate"
    OPERATOR = "operator"
    TRIGGER = "trigger"  # with its table
    EVENT_TRIGGER = "event trigger"
    POLICY = "policy"  # with its table
    RULE = "rule"  # with its table
    EXTENSION = "extension"
    SCHEMA = "schema"
    COLLATION = "collation"
    STATISTICS = "statistics"
    CAST = "cast"
    PUBLICATION = "publication"
    ROLE = "role"
    COLUMN = "column"  # of comments
    CONSTRAINT = "constraint"  # of comments
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class TableCreated:
    """CREATE TABLE, also AS, LIKE, INHERITS and PARTITION OF, for which *complete* is False: it has more columns."""

    table: Name
    columns: tuple[SqlColumn, ...] = ()
    constraints: tuple[SqlConstraint, ...] = ()
    if_not_exists: bool = False
    persistence: str = "permanent"  # unlogged, temporary
    complete: bool = True
    partition_of: Name | None = None
    partitioned: str | None = None  # SQL behind PARTITION BY
    bounds: str | None = None  # of a partition: SQL behind FOR VALUES, or DEFAULT
    settings: tuple[tuple[str, str], ...] = ()  # storage parameters
    parents: tuple[Name, ...] = ()  # from which it inherits


@dataclass(frozen=True, slots=True)
class ColumnAdded:
    """ALTER TABLE ... ADD COLUMN; constraints written with the column follow as ConstraintAdded."""

    table: Name
    column: SqlColumn
    if_not_exists: bool = False


@dataclass(frozen=True, slots=True)
class ColumnDropped:
    """ALTER TABLE ... DROP COLUMN."""

    table: Name
    column: str
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class ColumnTypeChanged:
    """ALTER COLUMN ... TYPE."""

    table: Name
    column: str
    type: str
    using: str | None = None
    collation: str | None = None


@dataclass(frozen=True, slots=True)
class ColumnNullChanged:
    """ALTER COLUMN ... SET or DROP NOT NULL."""

    table: Name
    column: str
    not_null: bool


@dataclass(frozen=True, slots=True)
class ColumnDefaultChanged:
    """ALTER COLUMN ... SET or DROP DEFAULT."""

    table: Name
    column: str
    default: str | None


@dataclass(frozen=True, slots=True)
class ConstraintAdded:
    """ALTER TABLE ... ADD CONSTRAINT."""

    table: Name
    constraint: SqlConstraint
    with_column: bool = False  # written behind the column that the same statement adds


@dataclass(frozen=True, slots=True)
class ConstraintDropped:
    """ALTER TABLE ... DROP CONSTRAINT."""

    table: Name
    name: str
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class ConstraintValidated:
    """ALTER TABLE ... VALIDATE CONSTRAINT."""

    table: Name
    name: str


@dataclass(frozen=True, slots=True)
class TableAltered:
    """Any other action of ALTER TABLE, as libpg_query names it without `AT_`: EnableRowSecurity, SetRelOptions, ..."""

    table: Name
    action: str
    subject: str | None = None  # the column, trigger, owner, ... it names
    other: Name | None = None  # the partition that is attached or detached, the parent that is inherited from
    concurrently: bool = False
    options: tuple[str, ...] = ()  # names of storage parameters
    values: tuple[str, ...] = ()  # of the storage parameters, the one that is set, or the bounds of a partition


@dataclass(frozen=True, slots=True)
class ColumnRenamed:
    """ALTER TABLE ... RENAME COLUMN."""

    table: Name
    column: str
    to: str


@dataclass(frozen=True, slots=True)
class ConstraintRenamed:
    """ALTER TABLE ... RENAME CONSTRAINT."""

    table: Name
    name: str
    to: str


@dataclass(frozen=True, slots=True)
class IndexCreated:
    """CREATE INDEX; columns that are expressions are None, their text stands in *expressions*."""

    name: str | None
    table: Name
    columns: tuple[str | None, ...]
    expressions: tuple[str, ...] = ()
    unique: bool = False
    concurrently: bool = False
    if_not_exists: bool = False
    only: bool = False
    using: str = "btree"
    where: str | None = None
    include: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()  # what stands behind each column: COLLATE, an operator class, DESC, NULLS FIRST
    nulls_distinct: bool = True
    storage: str | None = None  # SQL within WITH
    labels: tuple[str, ...] = ()  # what PostgreSQL names it after, if it has no name


@dataclass(frozen=True, slots=True)
class ObjectCreated:
    """CREATE of anything else; *uses* are the relations that it names."""

    kind: Kind
    name: Name
    table: Name | None = None  # of a trigger, policy or rule
    replace: bool = False
    if_not_exists: bool = False
    uses: frozenset[Name] = frozenset()
    arguments: tuple[str, ...] | None = None  # types of a function's, without those that only return
    traits: tuple[tuple[str, str], ...] = ()  # what ALTER can change of a domain, a policy, a sequence
    columns: tuple[str, ...] | None = None  # of a view, where its text tells


@dataclass(frozen=True, slots=True)
class ObjectDropped:
    """DROP of anything, tables and indexes included."""

    kind: Kind
    name: Name
    table: Name | None = None
    if_exists: bool = False
    cascade: bool = False
    concurrently: bool = False
    arguments: tuple[str, ...] | None = None  # None: not told


@dataclass(frozen=True, slots=True)
class ObjectRenamed:
    """ALTER ... RENAME TO, of tables and indexes, too."""

    kind: Kind
    name: Name
    to: str
    table: Name | None = None
    arguments: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class ObjectMoved:
    """ALTER ... SET SCHEMA."""

    kind: Kind
    name: Name
    schema: str
    arguments: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class ObjectAltered:
    """ALTER of anything else: a sequence's counter, a function's owner, a domain's constraints."""

    kind: Kind
    name: Name
    action: str  # libpg_query's node, such as AlterSeqStmt
    table: Name | None = None
    traits: tuple[tuple[str, str | None], ...] | None = None  # what they are now; None where that is not read
    if_exists: bool = False  # of what is dropped


@dataclass(frozen=True, slots=True)
class SequenceOwned:
    """OWNED BY: the column with which a sequence goes; None for NONE."""

    sequence: Name
    table: Name | None
    column: str | None


@dataclass(frozen=True, slots=True)
class EnumCreated:
    """CREATE TYPE ... AS ENUM."""

    type: Name
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EnumValueAdded:
    """ALTER TYPE ... ADD VALUE."""

    type: Name
    value: str
    if_not_exists: bool = False
    neighbour: str | None = None
    after: bool = True


@dataclass(frozen=True, slots=True)
class EnumValueRenamed:
    """ALTER TYPE ... RENAME VALUE."""

    type: Name
    value: str
    to: str


@dataclass(frozen=True, slots=True)
class Commented:
    """COMMENT ON."""

    kind: Kind
    name: Name
    text: str | None
    column: str | None = None  # also the name of a constraint, trigger or policy of the table *name*
    arguments: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class RowsWritten:
    """INSERT, UPDATE, DELETE, TRUNCATE, MERGE, COPY ... FROM."""

    table: Name
    how: str  # insert, update, delete, truncate, merge, copy
    filtered: bool = False  # by a WHERE that does not let every row through
    columns: tuple[str, ...] = ()  # columns that are set
    cascade: bool = False  # TRUNCATE
    picks: frozenset[str] = frozenset()  # columns that WHERE compares with values
    limit: int | None = None  # how many rows at most; 0 where the LIMIT is no number
    repeats: tuple[str, ...] = ()  # columns that are set from what they held: `stock = stock + 1`
    guarded: bool = False  # an INSERT with ON CONFLICT, or of rows that a WHERE picks


@dataclass(frozen=True, slots=True)
class RowsRead:
    """SELECT, VALUES, EXPLAIN, SHOW: reads, as far as the statement says; *functions* may do more."""

    functions: tuple[str, ...] = ()
    locks_rows: bool = False  # FOR UPDATE and its like
    columns: frozenset[str] = field(default=frozenset(), compare=False)  # that it names, of whatever


@dataclass(frozen=True, slots=True)
class Granted:
    """GRANT and REVOKE, of privileges and roles, and default privileges."""

    revoked: bool = False


@dataclass(frozen=True, slots=True)
class SettingChanged:
    """SET, RESET; *value* is None for DEFAULT and RESET."""

    name: str
    value: str | None = None
    local: bool = False


@dataclass(frozen=True, slots=True)
class Locked:
    """LOCK TABLE."""

    table: Name
    mode: int  # PostgreSQL's lock level, 1 (ACCESS SHARE) to 8 (ACCESS EXCLUSIVE)


@dataclass(frozen=True, slots=True)
class TransactionControlled:
    """BEGIN, COMMIT, ROLLBACK, SAVEPOINT."""

    action: str


@dataclass(frozen=True, slots=True)
class Maintained:
    """VACUUM, VACUUM FULL, ANALYZE, REINDEX, CLUSTER, REFRESH MATERIALIZED VIEW, CHECKPOINT."""

    action: str
    name: Name | None = None
    concurrently: bool = False
    kind: Kind = Kind.TABLE  # of what is reindexed


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something that cannot be read: a DO block, a dynamic statement, another dialect, a syntax error."""

    reason: str


# What an ALTER TABLE does, several of which may stand in one.
TableAction: TypeAlias = (
    ColumnAdded
    | ColumnDropped
    | ColumnTypeChanged
    | ColumnNullChanged
    | ColumnDefaultChanged
    | ConstraintAdded
    | ConstraintDropped
    | ConstraintValidated
    | TableAltered
)
TableEffect: TypeAlias = TableAction | TableCreated | ColumnRenamed | ConstraintRenamed | IndexCreated
ObjectEffect: TypeAlias = (
    ObjectCreated | ObjectDropped | ObjectRenamed | ObjectMoved | ObjectAltered | SequenceOwned | Commented
)
EnumEffect: TypeAlias = EnumCreated | EnumValueAdded | EnumValueRenamed
RowEffect: TypeAlias = RowsWritten | RowsRead
SessionEffect: TypeAlias = Granted | SettingChanged | Locked | TransactionControlled | Maintained
Effect: TypeAlias = TableEffect | ObjectEffect | EnumEffect | RowEffect | SessionEffect | Unknown
