"""What comes before tables: types with values of their own, and extensions."""

from collections.abc import Iterator, Sequence

from rules.ecto.adapter import quoted
from rules.ecto.options import NO_OPTIONS
from rules.elixir.syntax import Syntax
from rules.rewrite.elixir import call, text
from rules.rewrite.names import identifier, name_sql
from rules.schema.extensions import is_known, of_type
from rules.schema.types import type_name
from rules.sentences.drafting.columns import NewColumn, enum_name
from rules.sentences.drafting.site import Site
from rules.sentences.drafting.step import AlreadyDoneError, CannotDraftError, Step
from rules.sentences.intent import AddExtension, CreateEnum, DropExtension
from rules.sql.effects import Kind
from rules.sql.names import Name


def create_enum(intent: CreateEnum, site: Site) -> Iterator[Step]:
    """Make a type with values of its own."""
    if any(thing.name == intent.name.stored for thing in site.schema.things.values()):
        raise CannotDraftError(f"There is a type `{intent.name}` already.")
    yield Step(
        f"create_{intent.name.name}", f"creates the type `{intent.name}`", (enum_type(intent.name, intent.values),)
    )


def add_extension(intent: AddExtension, site: Site) -> Iterator[Step]:
    """Create an extension, unless it is there."""
    if _extension(intent.name, site):
        raise AlreadyDoneError(f"The extension `{intent.name}` is there already.")
    yield extension_step(intent.name)


def drop_extension(intent: DropExtension, site: Site) -> Iterator[Step]:
    """Drop an extension that nothing known uses."""
    if not _extension(intent.name, site):
        raise CannotDraftError(f"No migration has created the extension `{intent.name}`.")
    tables = site.schema.tables.values()
    kinds = ((table, column) for table in tables for column in table.columns.values())
    for table, column in kinds:
        if any(extension == intent.name for _, extension in of_type(str(column.type))):
            raise CannotDraftError(f"`{table.name}.{column.name}` needs the extension `{intent.name}`.")
    name = identifier(intent.name)
    both = text(f"DROP EXTENSION {name}"), text(f"CREATE EXTENSION {name}")
    yield Step(f"drop_{intent.name}", f"drops the extension `{intent.name}`", (call("execute", *both),))


def extension_step(name: str) -> Step:
    """Return the step that makes sure of an extension."""
    both = (
        text(f"{verb} {identifier(name)}") for verb in ("CREATE EXTENSION IF NOT EXISTS", "DROP EXTENSION IF EXISTS")
    )
    return Step(f"create_{name}", f"makes sure of the extension `{name}`", (call("execute", *both),), alone=True)


def needed_for(columns: Sequence[NewColumn], site: Site) -> Iterator[Step]:
    """Yield the extensions that the types of *columns* come with, as far as they are missing."""
    kinds = [str(type_name(one.kind, NO_OPTIONS)) for one in columns]
    wanted = dict.fromkeys(found for kind in kinds for found in of_type(kind))
    for extension in dict.fromkeys(
        extension for word, extension in wanted if not is_known(word, extension, site.schema)
    ):
        yield extension_step(extension)


def enum_of(column: NewColumn) -> Syntax:
    """Return the command that makes the type of a column whose values are a type of their own."""
    return enum_type(Name(column.table.prefix, enum_name(column.table, column.name)), column.said.values)


def enum_type(name: Name, values: Sequence[str]) -> Syntax:
    """Return the command that makes a type with values of its own."""
    if not values or len(set(values)) != len(values):
        raise CannotDraftError(f"The values of `{name}` have to be given, each once.")
    listed = ", ".join(map(quoted, values))
    return call(
        "execute", text(f"CREATE TYPE {name_sql(name)} AS ENUM ({listed})"), text(f"DROP TYPE {name_sql(name)}")
    )


def _extension(name: str, site: Site) -> bool:
    return any(thing.kind is Kind.EXTENSION and thing.name.name == name for thing in site.schema.things.values())
