"""The functions of a table's block: add, modify, remove and their kin."""

from collections.abc import Mapping
from typing import Final

from rules.ecto import versions
from rules.ecto.commands import AddColumn, ModifyColumn, RemoveColumn
from rules.ecto.errors import argument_error, no_clause
from rules.ecto.inspect import to_string
from rules.ecto.interpreter import Interpreter, Site, Word
from rules.ecto.objects import check_type
from rules.ecto.options import Options
from rules.ecto.place import Place
from rules.ecto.scope import unknown_in
from rules.ecto.structs import keywords
from rules.ecto.values import Atom, Value
from rules.sql.names import Name

NOWHERE: Final = Name(None, "")
SINCE: Final = {"generated": versions.GENERATED, "collation": versions.COLLATION}
ATOMS: Final = (Atom, bool, type(None))


def _arguments(interpreter: Interpreter, site: Site, name: str) -> list[Value] | None:
    """Evaluate the arguments; None where one is unknown, which is noted."""
    values = interpreter.arguments(site)
    unknown = unknown_in(tuple(values))
    if unknown is not None:
        block = interpreter.runner.block
        tables = frozenset({block.table.name.name}) if block is not None else frozenset[str]()
        interpreter.unread(site, unknown.reason, unknown.subject, tables)
        return None
    if not isinstance(values[0], ATOMS) or (len(values) > 2 and not isinstance(values[2], tuple)):  # noqa: PLR2004 options
        raise no_clause(f"Ecto.Migration.{name}/{len(values) if name.startswith('remove') else 3}")
    return values


def _check_precision(options: Options, column: str) -> None:
    if options.get("scale") not in {None, False} and options.get("precision") in {None, False}:
        raise argument_error(f"column {column} is missing precision option")


def _options(interpreter: Interpreter, given: Value) -> Options:
    """Return the options of a column without those that the release does not know, and hence passes over."""
    version = interpreter.project.version
    unknown = [option for option, since in SINCE.items() if version < since]
    return keywords(given).without(*unknown)


def _table(interpreter: Interpreter) -> Name:
    block = interpreter.runner.block
    return NOWHERE if block is None else block.table.name


def adding(name: str, *, if_not_exists: bool) -> Word:
    """Make the word for `add` or `add_if_not_exists`."""

    def word(interpreter: Interpreter, site: Site) -> Value:
        values = _arguments(interpreter, site, name)
        if values is not None:
            given: Value = values[2] if len(values) > 2 else ()  # noqa: PLR2004 options
            add(interpreter, values[0], values[1], _options(interpreter, given), (site.place(), if_not_exists))
        return None

    return word


def add(interpreter: Interpreter, column: Value, type_: Value, options: Options, how: tuple[Place, bool]) -> None:
    """Add a column to the open block, as `add` does."""
    name = to_string(column)
    _check_precision(options, name)
    check_type(type_, interpreter.project.version)
    kind = interpreter.builder.column_type(type_, _table(interpreter), name)
    interpreter.runner.change(AddColumn(how[0], name, kind, options, how[1]))


def modify(interpreter: Interpreter, site: Site) -> Value:
    """`modify(column, type, options)`."""
    values = _arguments(interpreter, site, "modify")
    if values is None:
        return None
    name = to_string(values[0])
    options = _options(interpreter, values[2] if len(values) > 2 else ())  # noqa: PLR2004 options
    _check_precision(options, name)
    check_type(values[1], interpreter.project.version)
    builder, table = interpreter.builder, _table(interpreter)
    written = options.option("from")
    was = builder.was(written.value, table, name) if written is not None else None
    kind = builder.column_type(values[1], table, name)
    interpreter.runner.change(ModifyColumn(site.place(), name, kind, options.without("from"), was, written))
    return None


def removing(name: str, *, if_exists: bool) -> Word:
    """Make the word for `remove` or `remove_if_exists`."""

    def word(interpreter: Interpreter, site: Site) -> Value:
        values = _arguments(interpreter, site, name)
        if values is None:
            return None
        column = to_string(values[0])
        kind = None
        if len(values) > 1:
            check_type(values[1], interpreter.project.version)
            kind = interpreter.builder.column_type(values[1], _table(interpreter), column)
        options = _options(interpreter, values[2] if len(values) > 2 else ())  # noqa: PLR2004 options
        interpreter.runner.change(RemoveColumn(site.place(), column, kind, options, if_exists))
        return None

    return word


def timestamps(interpreter: Interpreter, site: Site) -> Value:
    """`timestamps(options)`: two columns, named and typed by options and configuration."""
    values = interpreter.arguments(site)
    unknown = unknown_in(tuple(values))
    if unknown is not None:
        interpreter.unread(site, unknown.reason, unknown.subject)
        return None
    given = keywords(values[0] if values else ())
    configured = keywords(interpreter.project.repo.timestamps)
    options = Options((*(option for option in configured if option.key not in given), *given))
    if "null" not in options:
        options = options.putting("null", value=False)
    kind = options.get("type", Atom("naive_datetime"))
    rest = options.without("type", "inserted_at", "updated_at")
    for key in ("inserted_at", "updated_at"):
        column = options.get(key, Atom(key))
        if column is not False:
            add(interpreter, column, kind, rest, (site.place(), False))
    return None


COLUMN_WORDS: Final[Mapping[str, Word]] = {
    "add": adding("add", if_not_exists=False),
    "add_if_not_exists": adding("add_if_not_exists", if_not_exists=True),
    "modify": modify,
    "remove": removing("remove", if_exists=False),
    "remove_if_exists": removing("remove_if_exists", if_exists=True),
    "timestamps": timestamps,
}
