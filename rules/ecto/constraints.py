"""The names of constraints that changesets expect from the database, which Ecto makes up where none is given."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from rules.ecto.names import foreign_key_name
from rules.ecto.schemas import SchemaModule, keywords_of
from rules.elixir.syntax import Atom, Call, List, String, Syntax, walk
from rules.source import Span


class Expected(Enum):
    """Which kind of constraint a changeset turns into an error of its own."""

    UNIQUE = "unique_constraint"
    FOREIGN_KEY = "foreign_key_constraint"
    ASSOCIATION = "assoc_constraint"
    CHECK = "check_constraint"
    EXCLUSION = "exclusion_constraint"


BY_NAME: Final = {kind.value: kind for kind in Expected}


@dataclass(frozen=True, slots=True)
class ExpectedName:
    """A constraint that a changeset names; a violation of one of another name raises Ecto.ConstraintError."""

    kind: Expected
    table: str
    columns: tuple[str, ...]
    name: str  # as Ecto compares it
    given: bool  # by `name:`; else made up
    match: str  # exact, prefix or suffix
    span: Span

    def fits(self, name: str) -> bool:
        """Tell whether a violation of the constraint *name* is told apart."""
        match self.match:
            case "prefix":
                return name.startswith(self.name)
            case "suffix":
                return name.endswith(self.name)
            case _:
                return name == self.name


def expected_names(module: Call, schema: SchemaModule) -> Iterator[ExpectedName]:
    """Yield the constraints that the changesets of a schema's own module name; those of computed names are left out."""
    for node in walk(module):
        kind = BY_NAME.get(node.form) if isinstance(node, Call) and isinstance(node.form, str) else None
        if kind is not None and isinstance(node, Call):
            found = _expected(kind, node, schema)
            if found is not None:
                yield found


def _expected(kind: Expected, node: Call, schema: SchemaModule) -> ExpectedName | None:
    fields = next((names for argument in node.args[:2] if (names := _fields(argument))), ())
    options = keywords_of(node)
    columns = tuple(map(schema.source, fields))
    given, match = options.get("name"), options.get("match")
    name = _made_up(kind, schema.table, columns) if given is None else _text(given)
    how = "exact" if match is None else _text(match)
    if not columns or name is None or how is None:
        return None
    return ExpectedName(kind, schema.table, columns, name, given is not None, how, node.span)


def _made_up(kind: Expected, table: str, columns: tuple[str, ...]) -> str | None:
    match kind:
        case Expected.UNIQUE:
            return f"{table}_{'_'.join(columns)}_index"
        case Expected.FOREIGN_KEY:
            return foreign_key_name(table, columns[0]) if columns else None
        case Expected.EXCLUSION:
            return f"{table}_{'_'.join(columns)}_exclusion"
        case Expected.ASSOCIATION:
            return foreign_key_name(table, f"{columns[0]}_id") if columns else None
        case Expected.CHECK:
            return None  # Ecto wants it given


def _fields(node: Syntax) -> tuple[str, ...]:
    """Return the fields that an argument names; the changeset, where it is not piped, is none."""
    items = node.items if isinstance(node, List) and node.brackets else (node,)
    names = tuple(item.name for item in items if isinstance(item, Atom))
    return names if len(names) == len(items) else ()


def _text(node: Syntax) -> str | None:
    if isinstance(node, String) and isinstance(node.value, str):
        return node.value
    return node.name if isinstance(node, Atom) else None
