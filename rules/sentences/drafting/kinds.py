"""What type a column gets: what the sentence says, and else what its name, its value and the project's others tell."""

import re
from dataclasses import replace
from decimal import Decimal
from typing import Final

from rules.ecto.types import ArrayType, ColumnType, MapType, NamedType
from rules.schema.conventions import is_money
from rules.schema.model import Table
from rules.sentences.drafting.site import Site
from rules.sentences.drafting.step import CannotDraftError
from rules.sentences.intent import ColumnIntent, Empty, Meaning, Refers, WantedType
from rules.sentences.names import plural
from rules.sql.names import Name

STRING: Final = NamedType("string")
CENTS: Final = frozenset({"smallint", "integer", "bigint"})
STAMPED: Final = {  # how the catalogue's type of a time is written, where only a dump tells of it
    "timestamp(0) without time zone": "utc_datetime",
    "timestamp without time zone": "utc_datetime_usec",
    "timestamp with time zone": "timestamptz",
}
# What a column is by its name alone, where a sentence gives it no type; the first that fits counts.
BY_NAME: Final[tuple[tuple[str, WantedType], ...]] = (
    (r"_at$", Meaning.MOMENT),
    (r"(^|_)(date|birthday|dob)$|_on$", NamedType("date")),
    (
        r"^(is|has|can|should|allow|allows|was)_|(^|_)(active|enabled|disabled|archived|deleted|verified)$",
        NamedType("boolean"),
    ),
    (
        r"^(admin|published|confirmed|featured|visible|hidden|locked|public|private|done|completed)$",
        NamedType("boolean"),
    ),
    (r"_cents$", NamedType("integer")),
    (r"(^|_)(price|amount|cost|fee|balance|salary|revenue|total|subtotal)$", Meaning.MONEY),
    (
        r"(^|_)(count|quantity|age|position|rank|score|stock|size|width|height|weight|year|duration|priority)$",
        NamedType("integer"),
    ),
    (r"(^|_)(latitude|longitude|lat|lng|rating|ratio|percentage)$", NamedType("float")),
    (r"(^|_)email$", Meaning.EMAIL),
    (r"(^|_)(description|body|bio|notes?|content|comments?|text|summary|about|message)$", NamedType("text")),
    (
        r"(^|_)(settings|metadata|preferences|options|config|payload|properties|data|attributes|extra)$",
        NamedType("map"),
    ),
    (r"^tags$|_tags$", ArrayType(STRING)),
    (r"(^|_)(uuid|guid)$", NamedType("uuid")),
    (r"_id$", Meaning.KEY),
)
INSTEAD: Final = {
    "json": "map",
    "jsonb": "map",
    "money": "decimal",
    "char": "string",
}  # what rounds, pads or cannot be compared
SERIALS: Final = {
    "bigserial": "bigint",
    "serial": "integer",
    "smallserial": "smallint",
    "id": "bigint",
    "identity": "bigint",
}
PROSE: Final = re.compile(
    r"(^|_)(description|bio|notes?|comments?|summary|about|avatar|image|logo|url|website|nickname|middle_name)$"
)


def kind_of(column: ColumnIntent, site: Site) -> ColumnType:
    """Return the type of a new column that refers to nothing."""
    wanted = column.type if column.type is not None else _guessed(column)
    kind = resolved(wanted, column.name, site)
    return STRING if column.length is not None and kind == NamedType("text") else kind


def resolved(wanted: WantedType, name: str, site: Site) -> ColumnType:
    """Return what the project calls a type that people have words for."""
    match wanted:
        case Meaning():
            return _meant(wanted, name, site)
        case NamedType(name=said) if said in INSTEAD:
            return NamedType(INSTEAD[said])
        case NamedType(name="float") if is_money(name):
            return NamedType("decimal")  # money in a float is rounded, whatever the sentence calls it
        case NamedType(name="string") if site.conventions.text == "text":
            return NamedType("text")
        case NamedType() | ArrayType() | MapType():
            return wanted


def _meant(meaning: Meaning, name: str, site: Site) -> NamedType:
    match meaning:
        case Meaning.MOMENT:
            return moment(site)
        case Meaning.EMAIL:
            return _email(site)
        case Meaning.KEY:
            return key_kind(site)
        case Meaning.MONEY:
            is_cents = name.endswith("_cents") or site.conventions.money in CENTS
            return NamedType("integer" if is_cents else "decimal")


def moment(site: Site) -> NamedType:
    """Return the type of points in time: that of the project's timestamps."""
    conventions = site.conventions
    return NamedType(conventions.moment or STAMPED.get(conventions.stamp or "", "utc_datetime_usec"))


def key_kind(site: Site) -> NamedType:
    """Return the type of primary keys; UUIDs where the project has no habit."""
    known = {"bigint": "bigint", "integer": "integer", "text": "text"}
    return NamedType(known.get(site.conventions.key or "", "binary_id"))


def referred_kind(refers: Refers, site: Site) -> ColumnType:
    """Return the type of a column that refers: that of the column referred to."""
    target = site.table(refers.table)
    name = referred_column(refers, target)
    column = target.columns.get(name)
    if column is None:
        raise CannotDraftError(f"`{target.name}` has no column `{name}` to refer to.")
    kind = site.type_of(target, column)
    serials = {
        "bigserial": "bigint",
        "serial": "integer",
        "smallserial": "smallint",
        "id": "bigint",
        "identity": "bigint",
    }
    return NamedType(serials.get(kind.name, kind.name)) if isinstance(kind, NamedType) else kind


def referred_column(refers: Refers, target: Table) -> str:
    """Return the one column that a reference names, or the primary key."""
    if refers.column is not None:
        return refers.column
    if len(target.primary_key) != 1:
        raise CannotDraftError(f"`{target.name}` has no primary key of one column to refer to.")
    return target.primary_key[0]


def implied(column: ColumnIntent, site: Site, own: Name | None = None) -> ColumnIntent:
    """Return *column* with the reference that its name tells, as `team_id` does where there is a table `teams`."""
    base = column.name.removesuffix("_id")
    is_open = column.references is None and column.type in {None, Meaning.KEY} and column.default is None
    if not is_open or base == column.name:
        return column
    prefix = own.prefix if own is not None else None
    for table in dict.fromkeys((plural(base), f"{base}s", base)):
        target = site.schema.tables.get(Name(prefix, table))
        if target is not None and len(target.primary_key) == 1:
            return replace(column, references=Refers(target.name))
    return column


def is_optional_by_name(column: ColumnIntent) -> bool:
    """Tell whether a column says by its name that not every row has it."""
    return PROSE.search(column.name) is not None or column.name.endswith(("_at", "_on"))


def _guessed(column: ColumnIntent) -> WantedType:
    match column.default:
        case bool():
            return NamedType("boolean")
        case Empty.LIST:
            return ArrayType(STRING)
        case Empty.MAP:
            return NamedType("map")
        case _:
            by_name = next((kind for pattern, kind in BY_NAME if re.search(pattern, column.name)), None)
    if isinstance(column.default, int | Decimal) and not _is_number(by_name):
        return NamedType("integer" if isinstance(column.default, int) else "decimal")
    if column.values or (isinstance(column.default, str) and by_name not in {Meaning.EMAIL, NamedType("text")}):
        return STRING
    return by_name or STRING


def _is_number(kind: WantedType | None) -> bool:
    return kind is Meaning.MONEY or (isinstance(kind, NamedType) and kind.name in {"integer", "float", "decimal"})


def _email(site: Site) -> NamedType:
    """Return `citext` where the project keeps the addresses that it has so, or else a string."""
    columns = (column for table in site.schema.tables.values() for column in table.columns.values())
    kinds = {column.type for column in columns if column.name == "email"}
    if kinds == {"citext"}:
        return NamedType("citext")
    return NamedType("text" if site.conventions.text == "text" else "string")
