"""Names as people say them, and as a schema has them: numbers, endings, and the nearest where there is none."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final

from rules.rewrite.names import identifier
from rules.schema.model import Schema, Table, key
from rules.sentences.said import Column, Formula, Spoken
from rules.sql.names import Name

NEAR: Final = 0.5  # of the letters in common
SHOWN: Final = 3
IRREGULAR: Final = {
    "people": "person",
    "children": "child",
    "men": "man",
    "women": "woman",
    "mice": "mouse",
    "data": "datum",
    "media": "medium",
    "indices": "index",
    "criteria": "criterion",
    "feet": "foot",
    "movies": "movie",
    "series": "series",
    "news": "news",
    "statuses": "status",
}
REGULAR: Final = {singular: plural for plural, singular in IRREGULAR.items()}
SIBILANT: Final = ("sses", "xes", "zes", "ches", "shes", "uses")
ALIASES: Final = {
    "created_at": "inserted_at",
    "created": "inserted_at",
    "updated": "updated_at",
    "modified_at": "updated_at",
}
POINTERS: Final = ("_id", "_by", "_uuid", "_ref", "_key", "_code", "id")


class Unknown(Exception):  # named for what happened
    """A name that nothing has."""

    def __init__(self, kind: str, name: str, known: Iterable[str], table: Name | None = None) -> None:
        super().__init__(name)
        self.kind = kind
        self.name = name
        self.nearest = tuple(get_close_matches(name, sorted(set(known)), SHOWN, NEAR))
        self.table = None if table is None else str(table)


class Senseless(Exception):  # named for what happened
    """What was said can be read, but not done: nothing says how."""


def singular(name: str) -> str:
    """Return *name* with its last word in the singular."""
    head, apart, last = name.rpartition("_")
    return head + apart + _singular(last)


def _singular(word: str) -> str:
    if word in IRREGULAR:
        return IRREGULAR[word]
    if word.endswith("ies") and len(word) > len("ties"):
        return word[:-3] + "y"
    if word.endswith(SIBILANT):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def plural(name: str) -> str:
    """Return *name* with its last word in the plural."""
    head, apart, last = name.rpartition("_")
    return head + apart + _plural(last)


def _plural(word: str) -> str:
    if word in IRREGULAR or _singular(word) != word:
        return word
    if word in REGULAR:
        return REGULAR[word]
    if word.endswith("y") and word[-2:-1] not in tuple("aeiou"):
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "x", "z", "ch", "sh")) else "s")


def _form(name: str) -> str:
    """Return what remains of a name when it does not matter how it is written."""
    return singular(name.lower()).replace("_", "").replace(".", "").rstrip("s")


def among(name: str, known: Iterable[str]) -> str | None:
    """Return the one of *known* that *name* says, in whatever number and case."""
    names = list(known)
    if name in names:
        return name
    form = _form(name)
    alike = [one for one in names if _form(one) == form]
    return alike[0] if len(alike) == 1 else None


def table_in(schema: Schema, spoken: Spoken) -> Table:
    """Return the table that was spoken of; raise Unknown where there is none."""
    exact = schema.tables.get(key(_name(spoken.text))) or schema.tables.get(key(_name(spoken.identifier)))
    if exact is not None:
        return exact
    names = {str(name): table for name, table in schema.tables.items()}
    bare = {name.name: table for name, table in schema.tables.items()}
    found = among(spoken.identifier, names) or among(spoken.identifier, bare)
    if found is None:
        raise Unknown("table", spoken.text, names)
    return names.get(found) or bare[found]


def _name(text: str) -> Name:
    prefix, _, name = text.rpartition(".")
    return Name(prefix or None, name)


def new_name(spoken: Spoken) -> Name:
    """Return the name of a table that is to be."""
    return key(_name(spoken.identifier))


def column_of(names: Iterable[str], spoken: Spoken) -> str | None:
    """Return the column that was spoken of; "tenant" may be `tenant_id`, and Rails' `created_at` Ecto's own."""
    known = list(names)
    said = spoken.identifier
    if spoken.text in known:
        return spoken.text
    found = among(said, known) or among(f"{singular(said)}_id", known)
    return found or (ALIASES[said] if ALIASES.get(said) in known else None)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is to be done: a table of a schema, and the columns that were spoken of before."""

    schema: Schema
    at: Name | None = None
    it: tuple[str, ...] = ()
    every: bool = False  # one of many tables
    notes: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)  # notes that speak against a reading

    @property
    def table(self) -> Table:
        """The table."""
        if self.at is None:
            raise Senseless
        return self.schema.table(self.at)

    @property
    def name(self) -> Name:
        """The name of the table."""
        return self.table.name

    def doubt(self, note: str) -> None:
        """Note what speaks against this reading, where there is another."""
        self.notes.append(note)
        self.doubts.append(note)

    def has(self, spoken: Spoken) -> bool:
        """Tell whether the table has a column."""
        return column_of(self.table.columns, spoken) is not None

    def column(self, column: Column | Spoken) -> str:
        """Return the name of a column that is there."""
        spoken = column if isinstance(column, Spoken) else column.name
        if spoken is None:
            if len(self.it) != 1:
                raise Senseless
            return self.it[0]
        found = column_of(self.table.columns, spoken)
        if found is not None:
            return found
        if self.table.whole:
            raise Unknown("column", spoken.identifier, self.table.columns, self.name)
        self.notes.append(
            f"The migrations do not tell every column of `{self.name}`; `{spoken.identifier}` is taken on trust."
        )
        return spoken.identifier

    def columns(self, columns: Iterable[Column | Spoken]) -> tuple[str, ...]:
        """Return the names of columns; "it" and "them" are all those that were spoken of."""
        found: list[str] = []
        for column in columns:
            found += self.it if isinstance(column, Column) and column.name is None else (self.column(column),)
        if not found:
            raise Senseless
        return tuple(dict.fromkeys(found))

    def sql(self, formula: Formula) -> str:
        """Return a formula as SQL about the table."""
        return "".join(part if isinstance(part, str) else identifier(self.column(part)) for part in formula.parts)

    def other(self, spoken: Spoken) -> Name:
        """Return the name of another table that is there."""
        return table_in(self.schema, spoken).name
