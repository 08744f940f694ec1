"""What most tables of a project have in common: its conventions, learnt from the history, not laid down by us."""

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

from rules.ecto.types import NamedType, Reference
from rules.schema.dependence import foreign_keys
from rules.schema.model import Column, ForeignKey, PrimaryKey, Schema, Table, Unique

FEWEST: Final = 6  # examples that make a convention
SHARE: Final = 0.8  # of the examples that follow it
STAMPS: Final = ("inserted_at", "updated_at")
MONEY: Final = re.compile(
    r"(?:^|_)(?:prices?|costs?|fees?|salary|wages?|revenues?|payments?|balances?|refunds?|deposits?|budgets?|amount_due"
    r"|amount_paid|money|vat|subtotal)(?:$|_)"
)
MEASURED: Final = re.compile(
    r"(?:^|_)(?:rates?|ratio|factor|weights?|scores?|percent\w*|pct|index|change|multiplier|per|average"
    r"|avg|error|estimated?|predicted)(?:$|_)"
)
Trait = TypeVar("Trait", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Conventions:
    """What a project does almost always; None where it does this and that, or has done too little so far."""

    key: str | None = None  # the type of primary keys of one column
    reference: str | None = None  # the type of columns that refer
    stamp: str | None = None  # the type of `inserted_at` and `updated_at`
    text: str | None = None  # the type of columns for text
    stamped: bool | None = None  # whether tables have timestamps
    says_on_delete: bool | None = None  # whether `references` says what happens on deletion
    on_delete: str | None = None  # what happens then, in SQL's words
    indexes_references: bool | None = None  # whether columns that refer have an index
    decides_booleans: bool | None = None  # whether booleans are NOT NULL with a default
    requires: bool | None = None  # whether columns that neither refer nor tell a time are NOT NULL
    moment: str | None = None  # how the type of `inserted_at` and `updated_at` is written
    money: str | None = None  # the type of columns for amounts of money
    together: bool | None = None  # whether tables are created several in one migration
    tenant: str | None = None  # the column by which tables are told apart, most of which refer to one table
    tenant_leads: bool | None = None  # whether unique indexes begin with it


def learn(schema: Schema, fewest: int = FEWEST) -> Conventions:
    """Return the conventions of the project whose merged migrations made *schema*.

    How keys, times and text are kept is a habit from *fewest* examples on: to go along with a few takes no more.
    """
    tables = [table for table in schema.tables.values() if table.columns and table.suffix is None]
    columns = [(table, column) for table in tables for column in table.columns.values()]
    keys = {table.name: {key.columns[0] for key in foreign_keys(table) if key.columns} for table in tables}
    referring = [(table, column) for table, column in columns if column.name in keys[table.name]]
    tenant = _tenant(tables)
    return Conventions(
        key=_habit(_keys(tables), fewest),
        reference=_habit((column.type for _, column in referring if isinstance(column.type, str)), fewest),
        stamp=_habit((str(column.type) for _, column in columns if column.name in STAMPS), fewest),
        text=_habit((str(column.type) for _, column in columns if is_text(column)), fewest),
        stamped=_habit((is_stamped(table) for table in tables if table.whole), fewest),
        says_on_delete=_habit(_sayings(referring)),
        indexes_references=_habit(is_indexed(table, column.name) for table, column in referring if table.whole),
        on_delete=_habit(key.on_delete for table in tables for key in foreign_keys(table)),
        decides_booleans=_habit(is_decided(column) for _, column in columns if column.type == "boolean"),
        requires=_habit(is_decided(column) for table, column in columns if _is_plain(table, column)),
        moment=_habit((_moments(column for _, column in columns)), fewest),
        money=_most(str(column.type) for _, column in columns if is_money(column.name)),
        together=_habit(count > 1 for _, count in _born(tables) for _ in range(count)),
        tenant=tenant,
        tenant_leads=_habit(_leading(tables, tenant)),
    )


def is_text(column: Column) -> bool:
    """Tell whether a column holds text without a length of its own."""
    return column.type in {"text", "character varying(255)"}


def is_money(name: str) -> bool:
    """Tell whether a column of that name holds money, and no measurement of it."""
    return MONEY.search(name) is not None and MEASURED.search(name) is None


def is_stamped(table: Table) -> bool:
    """Tell whether a table knows when its rows were made."""
    names = {"inserted_at", "created_at", "updated_at"} & set(table.columns)
    return bool(names)


def is_decided(column: Column) -> bool:
    """Tell whether a column always has a value."""
    return column.null is False


def is_indexed(table: Table, column: str) -> bool:
    """Tell whether an index, a primary key or a unique constraint begins with *column*."""
    indexes = (one.columns for one in table.indexes.values() if isinstance(one.columns, tuple))
    keys = (one.columns for one in table.constraints.values() if isinstance(one, PrimaryKey | Unique))
    of_index = any(columns[0].split(" ")[0] == f'"{column}"' for columns in indexes if columns)
    return of_index or any(columns[0] == column for columns in keys if columns)


def _keys(tables: Iterable[Table]) -> Iterator[str]:
    for table in tables:
        if len(table.primary_key) == 1:
            column = table.columns.get(table.primary_key[0])
            if column is not None and isinstance(column.type, str) and table.foreign_key(column.name) is None:
                yield column.type


def _sayings(referring: Iterable[tuple[Table, Column]]) -> Iterator[bool]:
    for _, column in referring:
        written = column.spelling.type if column.spelling else None
        if isinstance(written, Reference):
            yield "on_delete" in written.options


def _is_plain(table: Table, column: Column) -> bool:
    """Tell whether a column neither refers nor tells a time, so that only its meaning makes it required."""
    refers = column.name in table.primary_key or table.foreign_key(column.name) is not None
    return not refers and not column.name.endswith(("_at", "_on", "_id")) and column.type != "boolean"


def _moments(columns: Iterable[Column]) -> Iterator[str]:
    for column in columns:
        written = column.spelling.type if column.spelling and column.name in STAMPS else None
        if isinstance(written, NamedType):
            yield written.name


def _born(tables: Iterable[Table]) -> Iterator[tuple[int, int]]:
    """Yield each migration that has made tables, with their number."""
    counted = Counter(table.version for table in tables if table.version is not None)
    yield from counted.items()


def _tenant(tables: list[Table]) -> str | None:
    """Return the column of that name and target which most tables have, their target left out."""
    found = Counter(
        (key.columns[0], key.target)
        for table in tables
        for key in table.constraints.values()
        if isinstance(key, ForeignKey) and len(key.columns) == 1
    )
    (column, target), count = max(found.items(), key=lambda item: item[1], default=(("", None), 0))
    others = sum(table.name != target for table in tables)
    return column if count >= FEWEST and count >= SHARE * others else None


def _leading(tables: list[Table], tenant: str | None) -> Iterator[bool]:
    """Yield of each unique index of a table with the column *tenant* whether it begins with it."""
    for table in tables if tenant is not None else ():
        for index in table.indexes.values() if tenant in table.columns else ():
            if index.unique is True and isinstance(index.columns, tuple) and index.columns:
                yield index.columns[0].split(" ")[0] == f'"{tenant}"'


def _habit(examples: Iterable[Trait], fewest: int = FEWEST) -> Trait | None:
    counted = Counter(examples)
    if not counted:
        return None
    trait, count = counted.most_common(1)[0]
    return trait if count >= fewest and count >= SHARE * counted.total() else None


def _most(examples: Iterable[Trait]) -> Trait | None:
    """Return what there is most of, however few there are."""
    return next((trait for trait, _ in Counter(examples).most_common(1)), None)
