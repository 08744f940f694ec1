"""The structs that migrations build: `table`, `index`, `references`, `constraint`, each release's own fields."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from rules.ecto import versions
from rules.ecto.config import Repo
from rules.ecto.errors import RaisedError, argument_error, no_clause
from rules.ecto.inspect import inspect, is_keyword, to_string
from rules.ecto.names import index_name
from rules.ecto.options import NO_OPTIONS, Option, Options
from rules.ecto.place import Place
from rules.ecto.values import Atom, Struct, Tuple, Value
from rules.ecto.versions import Version

EVER: Final[Version] = (0, 0, 0)
NOTHING: Final = Atom("nothing")
UNIQUE: Final = Tuple((Atom("unique"), True))

# Field, default, first release that has it; in the order in which Elixir prints them.
Fields = tuple[tuple[str, Value, Version], ...]
TABLE: Final[Fields] = (
    ("name", None, EVER),
    ("prefix", None, EVER),
    ("comment", None, EVER),
    ("primary_key", True, EVER),
    ("engine", None, EVER),
    ("options", None, EVER),
    ("modifiers", None, versions.MODIFIERS),
)
INDEX: Final[Fields] = (
    ("table", None, EVER),
    ("prefix", None, EVER),
    ("name", None, EVER),
    ("columns", (), EVER),
    ("unique", False, EVER),
    ("concurrently", False, EVER),
    ("using", None, EVER),
    ("include", (), (3, 3, 4)),
    ("only", False, (3, 9, 1)),
    ("nulls_distinct", None, versions.NULLS_DISTINCT),
    ("where", None, EVER),
    ("comment", None, EVER),
    ("options", None, (3, 11, 1)),
)
REFERENCE: Final[Fields] = (
    ("name", None, EVER),
    ("prefix", None, EVER),
    ("table", None, EVER),
    ("column", Atom("id"), EVER),
    ("type", Atom("bigserial"), EVER),
    ("on_delete", NOTHING, EVER),
    ("on_update", NOTHING, EVER),
    ("validate", True, versions.VALIDATE),
    ("with", (), (3, 5, 2)),
    ("match", None, (3, 5, 2)),
    ("options", (), versions.REFERENCE_PREFIX_NIL),
)
CONSTRAINT: Final[Fields] = (
    ("name", None, EVER),
    ("table", None, EVER),
    ("check", None, EVER),
    ("exclude", None, EVER),
    ("prefix", None, EVER),
    ("comment", None, EVER),
    ("validate", True, versions.VALIDATE),
)
ON_DELETE: Final = frozenset({"nothing", "delete_all", "nilify_all", "restrict"})
ON_UPDATE: Final = frozenset({"nothing", "update_all", "nilify_all", "restrict"})


@dataclass(frozen=True, slots=True)
class Made(Struct):
    """A struct of Ecto.Migration with the call that made it and the options as they were written."""

    place: Place
    options: Options

    def text(self, field: str) -> str | None:
        """Return the field as text; None for nil."""
        value = self.fields.get(field)
        return None if value is None else to_string(value)


def keywords(value: Value) -> Options:
    """Return a keyword list as options; entries that are no pairs of an atom and a value are left out."""
    if not isinstance(value, tuple) or not value:
        return NO_OPTIONS
    return Options(
        tuple(
            [
                Option(item.items[0].name, item.items[1], item.pair)
                for item in value
                if isinstance(item, Tuple) and isinstance(item.items[0], Atom)
            ]
        )
    )


def table(name: Value, opts: Value, place: Place, version: Version) -> Made:
    """Make the struct of `table(name, opts)`."""
    if not (isinstance(name, str | Atom) and is_keyword(opts)):
        raise no_clause("Ecto.Migration.table/2")
    options = keywords(opts)
    return _made("Table", TABLE, (("name", to_string(name)),), options, place, version)


def index(table: Value, columns: Value, opts: Value, place: Place, version: Version) -> Made:
    """Make the struct of `index(table, columns, opts)`, with its name."""
    if isinstance(columns, Atom):
        columns = (columns,)
    if not (isinstance(table, str | Atom) and isinstance(columns, tuple) and isinstance(opts, tuple)):
        raise no_clause("Ecto.Migration.index/3")
    options = keywords(opts)
    _check_index(options, version)
    given = (("table", to_string(table)), ("columns", columns))
    made = _made("Index", INDEX, given, options, place, version)
    if made.fields["name"] in {None, False}:
        parts = [_column_word(column, version) for column in _flatten(columns)]
        fields = {**made.fields, "name": Atom(index_name(to_string(table), parts))}
        return Made(made.module, fields, place, options)
    return made


def constraint(table: Value, name: Value, opts: Value, place: Place, version: Version) -> Made:
    """Make the struct of `constraint(table, name, opts)`."""
    if not (isinstance(table, str | Atom) and is_keyword(opts)):
        raise no_clause("Ecto.Migration.constraint/3")
    given = (("table", to_string(table)), ("name", name))
    return _made("Constraint", CONSTRAINT, given, keywords(opts), place, version)


def references(table: Value, opts: Value, place: Place, repo: Repo, version: Version) -> Made:
    """Make the struct of `references(table, opts)`, the repo's configuration below the options."""
    if not (isinstance(table, str | Atom) and is_keyword(opts)):
        raise no_clause("Ecto.Migration.references/2")
    options = keywords(opts)
    configured = _configured_reference(repo, version)
    effective = Options((*(option for option in configured if option.key not in options), *options))
    given: list[tuple[str, Value]] = [("table", to_string(table))]
    if version >= versions.REFERENCE_PREFIX_NIL and isinstance(opts, tuple):
        given.append(("options", tuple(item for item in opts if _is_key(item, "prefix"))))
    made = _made("Reference", REFERENCE, given, effective, place, version)
    _check_action("on_delete", made.fields["on_delete"], ON_DELETE, version)
    _check_action("on_update", made.fields["on_update"], ON_UPDATE, version)
    return Made(made.module, made.fields, place, options)


def _configured_reference(repo: Repo, version: Version) -> Options:
    configured = keywords(repo.primary_key)
    typed = tuple(option for option in configured if option.key == "type")
    foreign = keywords(repo.foreign_key).entries if version >= versions.REPO_FOREIGN_KEY else ()
    kept = tuple(option for option in typed if option.key not in Options(foreign))
    return Options((*kept, *foreign))


def _made(
    kind: str, fields: Fields, given: Iterable[tuple[str, Value]], options: Options, place: Place, version: Version
) -> Made:
    built = {name: default for name, default, since in fields if version >= since}
    built.update(given)
    for option in options:
        if option.key in built:
            built[option.key] = option.value
        elif version >= versions.STRICT_OPTIONS:
            shown = inspect(Struct(f"Ecto.Migration.{kind}", built))
            raise RaisedError("KeyError", f"key {inspect(Atom(option.key))} not found in: {shown}")
    return Made(f"Ecto.Migration.{kind}", built, place, options)


def _check_index(options: Options, version: Version) -> None:
    refused = options.get("nulls_distinct") is not None and options.get("unique") is not True
    if refused and version >= versions.NULLS_DISTINCT:
        raise argument_error("the `nulls_distinct` option can only be used with unique indexes")
    if sum(option.key == "where" for option in options) > 1:
        raise argument_error(
            "only one `where` keyword is supported when declaring a partial index. "
            "To specify multiple conditions, write a single WHERE clause using AND between them"
        )


def _check_action(key: str, value: Value, known: frozenset[str], version: Version) -> None:
    if key == "on_delete" and version >= versions.DEFAULT_ALL:
        known |= {"default_all"}
    if isinstance(value, Atom) and value.name in known:
        return
    if key == "on_delete" and isinstance(value, Tuple) and _names_columns(value, version):
        return
    raise argument_error(f"unknown :{key} value: {inspect(value)}")


def _names_columns(value: Tuple, version: Version) -> bool:
    match value.items:
        case (Atom("nilify" | "default" as action), tuple() as columns):
            since = versions.NILIFY_COLUMNS if action == "nilify" else versions.DEFAULT_ALL
            if version < since:
                return False
            if all(isinstance(column, Atom) for column in columns):
                return True
            raise argument_error(
                f"expected `columns` in `{{:{action}, columns}}` to be a list of atoms, got: {inspect(columns)}"
            )
        case _:
            return False


def _column_word(column: Value, version: Version) -> str:
    if isinstance(column, Tuple) and len(column.items) == 2:  # noqa: PLR2004 a pair of direction and column
        if version < versions.INDEX_DIRECTION:
            raise RaisedError(
                "Protocol.UndefinedError", f"protocol String.Chars not implemented for {inspect(column)} of type Tuple"
            )
        return _column_word(column.items[1], version)
    return to_string(column)


def _flatten(values: tuple[Value, ...]) -> Iterable[Value]:
    for value in values:
        if isinstance(value, tuple):
            yield from _flatten(value)
        else:
            yield value


def _is_key(item: Value, key: str) -> bool:
    return isinstance(item, Tuple) and item.items[0] == Atom(key)
